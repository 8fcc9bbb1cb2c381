"""Dask schedulers and workers as processes of their own, as on a cluster, and what a test does to them."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pipeline.config import load_config
from pipeline.look import survey_of
from tests.pipeline.processes import WAIT_S, descendants, gone, until
from tests.pipeline.workshop import ENVIRONMENT, ROOT, Workshop, command

CODE = "from distributed.cli.dask_{0} import main; main()"
QUIET: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
# The shortest life without a heartbeat that Dask takes for two workers is five seconds.
SHORT_TTL = {"DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "5s"}


@dataclass
class Site:
    """A scheduler and the workers that a test starts for it, each with one thread."""

    address: str
    scheduler: "subprocess.Popen[bytes]"
    workers: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def work(self, *options: str, environment: Mapping[str, str] | None = None) -> "subprocess.Popen[bytes]":
        common = [self.address, "--nthreads", "1", "--no-dashboard", "--local-directory", "/tmp"]
        self.workers.append(_start("worker", [*common, *options], environment or {}))
        return self.workers[-1]


@contextmanager
def site(*, workers: int = 2, environment: Mapping[str, str] | None = None) -> Iterator[Site]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    one = Site(f"tcp://127.0.0.1:{port}", _start("scheduler", options, environment or {}))
    try:
        for _ in range(workers):
            one.work("--no-nanny", environment=environment)
        yield one
    finally:
        started = [*one.workers, one.scheduler]
        below = [pid for process in started for pid in descendants(process.pid)]
        for pid in below:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in started:
            process.kill()
            process.wait(timeout=30)
        gone(below)


def pid_at(folder: Path, name: str, driver: "subprocess.Popen[str]") -> int:
    """The process that has come to a place where it waits."""
    path: Path = until(lambda: next(folder.glob(f"{name}.*"), None), f"a process at {name}", driver=driver)
    return int(path.suffix[1:])


class Relay:
    """Passes on what goes between a driver and its scheduler, and counts the bytes."""

    def __init__(self, address: str) -> None:
        host, port = address.removeprefix("tcp://").split(":")
        self._to, self.bytes = (host, int(port)), 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                one = self._server.accept()[0]
                other = until(self._connected, "the scheduler")
                for pair in ((one, other), (other, one)):
                    threading.Thread(target=self._pass, args=pair, daemon=True).start()

    def _connected(self) -> socket.socket | None:
        with suppress(ConnectionRefusedError):
            return socket.create_connection(self._to)
        return None

    def _pass(self, given: socket.socket, out: socket.socket) -> None:
        with suppress(OSError), given, out:
            while data := given.recv(1 << 16):
                self.bytes += len(data)
                out.sendall(data)

    def close(self) -> None:
        self._server.close()


def _start(name: str, words: list[str], environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", CODE.format(name), *words], env=ENVIRONMENT | environment, **QUIET)


@dataclass(frozen=True)
class Yard(Workshop):
    """A workshop whose recipes have the stages of `toys` too."""

    def write(self, *, name: str = "toy", file: str = "recipe.yaml", store: str = "store", **nodes: Any) -> Path:
        path = super().write(name=name, file=file, store=store, **nodes)
        recipe = yaml.safe_load(path.read_text())
        recipe["packages"] = [*recipe["packages"], "tests.pipeline.dask.toys"]
        path.write_text(yaml.safe_dump(recipe, sort_keys=False))
        return path

    def drive(self, site: Site, path: Path, **more: str) -> "subprocess.Popen[str]":
        """The command, in a session of its own as in a terminal; what it says is to be read from standard error."""
        words = command("run", path, "--executor", "dask", "--scheduler", site.address)
        pipes: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(words, cwd=ROOT, env=ENVIRONMENT | more, start_new_session=True, **pipes)

    def knows_workers(self, driver: "subprocess.Popen[str]", times: int) -> None:
        """Waits until the run has told so often of workers that came or went."""
        runs = self.folder / "store" / "runs"

        def told() -> bool:
            return sum(path.read_text().count('"event":"workers"') for path in runs.glob("*/events.jsonl")) >= times

        until(told, f"workers told of {times} times", driver=driver)


def said_by(driver: "subprocess.Popen[str]", code: int) -> str:
    said = driver.communicate(timeout=WAIT_S)[1]
    assert driver.returncode == code, said
    assert "Traceback" not in said, said
    return said


def content(path: Path) -> dict[str, str]:
    """The digests of a recipe's finished nodes."""
    _, found = survey_of(load_config(path))
    return {name: one.artifact.manifest().digest for name, one in found.items() if one and one.artifact.is_complete}
