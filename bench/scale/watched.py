"""Runs `tracemill` as a user does, in a process of its own, and watches the memory of all its processes together."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.demo import SAMPLE_S, family, occupied

LOOK_S = 1.0
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Seen:
    """A moment: seconds since the epoch, and MB of all processes together and in the watched folders.

    `own_mb` of `resident_mb` are no pages of mapped files, which the system takes back where memory is short. What
    processes share counts for each of them.
    """

    at: float
    resident_mb: float
    own_mb: float
    disk_mb: float


@dataclass(frozen=True)
class Ran:
    """What `--json` told, the wall seconds, and what was seen meanwhile."""

    told: Any
    seconds: float
    seen: list[Seen]

    @property
    def peak_mb(self) -> float:
        return max(one.resident_mb for one in self.seen)

    @property
    def own_mb(self) -> float:
        return max(one.own_mb for one in self.seen)

    @property
    def disk_mb(self) -> float:
        return max(one.disk_mb for one in self.seen)

    def peaks(self) -> dict[str, tuple[float, float]]:
        """The most memory, resident and own, while each node ran, by the events of all runs.

        Nothing of those that were over at once.
        """
        seen: dict[str, list[Seen]] = {}
        for run in (ROOT / self.told["run"]).parent.iterdir():
            for node, (first, last) in spans(run).items():
                seen.setdefault(node, []).extend(one for one in self.seen if first <= one.at <= last)
        return {
            node: (max(one.resident_mb for one in during), max(one.own_mb for one in during))
            for node, during in seen.items()
            if during
        }


def spans(run: Path) -> dict[str, tuple[float, float]]:
    """When each node of a run began to do something, and when it ended or was last heard of."""
    found: dict[str, tuple[float, float]] = {}
    for line in (run / "events.jsonl").read_bytes().splitlines():
        event = json.loads(line)
        at, node = datetime.fromisoformat(event["time"]).timestamp(), event.get("node")
        if event["event"] == "start":
            found[node] = (at, at)
        elif node in found and event["event"] != "dropped":
            found[node] = (found[node][0], at)
    return found


def worker_seconds(store: Path, nodes: Mapping[str, Any]) -> dict[str, float]:
    """What the shards of each node took together, by its manifest; `nodes` as `--json` tells them."""
    found = {}
    for name, told in nodes.items():
        (manifest,) = store.glob(f"artifacts/{told['stage']}/{told['key'][:20]}*/manifest.json")
        found[name] = float(json.loads(manifest.read_bytes())["totals"]["seconds"])
    return found


def wall_seconds(runs: Path) -> float:
    """Of all runs of a store together, each from the start of its first node to what was heard of its last."""
    found = [[*spans(run).values()] for run in runs.iterdir()]
    return sum(max(last for _, last in nodes) - min(first for first, _ in nodes) for nodes in found if nodes)


def size_mb(*folders: Path) -> float:
    """Of their files, which may come and go meanwhile."""
    size = 0
    for path in (path for folder in folders for path in folder.rglob("*")):
        with suppress(FileNotFoundError):
            size += path.stat().st_size if path.is_file() else 0
    return size / 1e6


def tracemill(*words: str | Path, folders: Sequence[Path] = (), samples: Path | None = None) -> Ran:
    """Raises what it said on standard error where it fails.

    folders -- of these the size is watched
    samples -- a file of all that was seen; what an earlier try wrote there before it was stopped counts too
    """
    command = [sys.executable, "-m", "tracemill", *map(str, words)]
    with tempfile.TemporaryDirectory() as made:
        kept = samples or Path(made) / "samples"
        started = time.monotonic()
        out = _watch(command, folders, kept)
        seconds = time.monotonic() - started
        seen = [Seen(*map(float, line.split())) for line in kept.read_text().splitlines()]
    last = Seen(time.time(), 0.0, 0.0, size_mb(*folders))
    return Ran(json.loads(out), seconds, [*seen, last])


def _watch(command: Sequence[str], folders: Sequence[Path], samples: Path) -> str:
    """What it wrote to standard output; each moment adds a line to `samples`."""
    looked, disk_mb = time.monotonic(), 0.0
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with samples.open("a") as file:
        while True:
            if folders and time.monotonic() - looked > LOOK_S:
                disk_mb, looked = size_mb(*folders), time.monotonic()
            resident, own = (sum(sizes) / 1e6 for sizes in zip(*map(occupied, family(process.pid)), strict=True))
            file.write(f"{time.time():.3f} {resident:.1f} {own:.1f} {disk_mb:.1f}\n")
            file.flush()
            with suppress(subprocess.TimeoutExpired):
                out, said = process.communicate(timeout=SAMPLE_S)
                break
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {said}")
    return out
