"""Runs a recipe as a user would and kills its driver, its workers and their engines at moments it draws.

What the teacher was asked stands in a bill that its own process writes at the moment of asking; what was answered is in
the journal. Both are read all the while, so that it is known of each line of the bill what was on disk before it.
"""

import os
import random
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.config import load_config
from pipeline.look import survey_of
from pipeline.versions import versions
from tests.pipeline.processes import descendants, gone
from tests.pipeline.workshop import ENVIRONMENT, ROOT, Workshop, command, journalled, lines, node

# A word of the command line of each.
WORKER, ENGINE = "fleet.worker", "/bin/cat"
IN_FLIGHT = 4
WAIT_S = 60.0


def recipe(shop: Workshop, store: str, *, workers: int = 1, rows: int = 80) -> Path:
    """Sources, an expensive stream, rows, a slow batch stage, a table, a folder that is published."""
    script = {"right": 0.4, "wrong": 0.3, "truncated": 0.1, "looping": 0.1, "empty": 0.1, "delay_s": 0.03}
    teacher = {"name": "toy", "backend": "scripted", "script": script}
    # A worker may be drawn several times before it has answered anything.
    run = {"max_in_flight": IN_FLIGHT, "workers": workers, "restarts": 10}
    path = shop.write(
        file=f"{store}.yaml",
        store=store,
        src={"uses": "sums", "with": {"count": rows, "per": 8}},
        attempts=node("billed_distil", teacher=teacher, samples=3, log=shop.folder / f"{store}.bill", run=run),
        finals=node("finals", needs="attempts"),
        slow=node("slow", needs="finals", poison=[], seconds=0.03),
        table=node("sift", needs="slow", every=3),
        set=node("publish", needs="table", name="sums"),
    )
    path.write_text(path.read_text().replace("- tests.toystages", "- tests.toystages\n- tests.toydistil"))
    return path


def content(path: Path) -> dict[str, Any]:
    """The digest of each node and version."""
    loaded = load_config(path)
    _, found = survey_of(loaded)
    nodes = {name: one.artifact.manifest().digest for name, one in found.items() if one}
    return nodes | {version.path.name: version.manifest()["digest"] for version in versions(loaded.exports / "sums")}


def answers(store: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in (store / "journal").rglob("*.jsonl"))


def progress(store: Path) -> int:
    """Journal lines and whole shards: their number only ever grows."""
    return answers(store) + len(list((store / "artifacts").glob("*/*/shards/*.json")))


@dataclass
class Storm:
    """A recipe under way, `kills` of each kind so far; `survivors` are processes that outlived their driver."""

    path: Path
    store: Path
    bill: Path
    draw: random.Random
    kills: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("driver", "worker", "engine"), 0))
    survivors: int = 0
    durable: dict[str, int] = field(default_factory=dict)
    driver: "subprocess.Popen[bytes] | None" = None

    def run(self, kinds: Sequence[str], calm: Path) -> None:
        """One kill after another at random moments of a run such as `calm` was, and on to its end.

        The driver may be killed at any time, workers and engines while answers are still to come.
        """
        ends = {"driver": progress(calm), "worker": answers(calm), "engine": answers(calm)}
        for goal, kind in sorted((self.draw.uniform(0, ends[kind]), kind) for kind in kinds):
            if not self._reach(int(goal)):
                break
            time.sleep(self.draw.uniform(0, 0.1))  # may also let it fall on start or end
            self._kill(kind)
        self._reach(progress(calm) + 1)

    def again(self) -> list[str]:
        """Requests that were asked although their answer was on disk."""
        asked = lines(self.bill)
        return [key for place, key in enumerate(asked) if place >= self.durable.get(key, len(asked))]

    def _reach(self, goal: int) -> bool:
        """False if the run ended before."""
        if self.driver is None:
            self.driver = self._started()
        deadline = time.monotonic() + WAIT_S
        while self.driver.poll() is None and progress(self.store) < goal:
            assert time.monotonic() < deadline, f"no progress to {goal} in {WAIT_S:g} s"
            self._look()
            time.sleep(0.02)
        if self.driver.poll() is None:
            return True
        said = self.driver.communicate()[1].decode()
        assert self.driver.returncode == 0, said
        return False

    def _started(self) -> "subprocess.Popen[bytes]":
        pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        return subprocess.Popen(command("run", self.path, "--quiet"), cwd=ROOT, env=ENVIRONMENT, **pipes)  # type: ignore[call-overload, no-any-return]

    def _look(self) -> None:
        """What is durable now was so before whatever is billed from here on."""
        new = journalled(self.store) - self.durable.keys()
        self.durable |= dict.fromkeys(new, len(lines(self.bill)))

    def _kill(self, kind: str) -> None:
        assert self.driver is not None
        if kind == "driver":
            below = descendants(self.driver.pid)
            self.driver.kill()
            self.driver.communicate(timeout=WAIT_S)
            self.driver = None
            self.survivors += not gone(below)
        elif victim := self._victim({"worker": WORKER, "engine": ENGINE}[kind]):
            os.kill(victim, signal.SIGKILL)
        else:
            return
        self.kills[kind] += 1

    def _victim(self, word: str) -> int | None:
        """One that runs, or will in a moment; None where the stage that has them has ended."""
        assert self.driver is not None
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and self.driver.poll() is None:
            if running := descendants(self.driver.pid, word):
                return self.draw.choice(running)
            self._look()
            time.sleep(0.01)
        return None
