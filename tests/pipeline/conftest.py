"""Fixtures of the engine's tests."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.executors.local import LocalExecutor
from tests.limits import SOON_S
from tests.pipeline.workshop import ENVIRONMENT, Workshop


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


@pytest.fixture(scope="session")
def local() -> Iterator[LocalExecutor]:
    """One pool for all tests: a spawned worker takes a second to start."""
    with LocalExecutor() as executor:
        yield executor


@dataclass(frozen=True)
class Cluster:
    """A Dask scheduler and two workers with one thread each; both see the same four GPUs, and offer two."""

    address: str
    workers: list["subprocess.Popen[bytes]"]


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """Each a process of its own, as on a cluster."""
    pytest.importorskip("distributed")
    code = "from distributed.cli.dask_{0} import main; main()"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    gpus = {"CUDA_VISIBLE_DEVICES": "toy-0,toy-1,toy-2,toy-3"}
    common = {"env": ENVIRONMENT | gpus, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    worker = [address, "--nthreads", "1", "--no-dashboard", "--no-nanny", "--local-directory", "/tmp"]
    options = [
        ("scheduler", ["--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]),
        *[("worker", [*worker, "--resources", "GPU=2"])] * 2,
    ]
    started = [subprocess.Popen([sys.executable, "-c", code.format(name), *words], **common) for name, words in options]  # type: ignore[call-overload]
    yield Cluster(address, started[1:])
    for process in reversed(started):
        process.kill()  # there is nothing to save, and a worker asked politely may wait for its scheduler
    for process in started:
        process.wait(timeout=SOON_S)
