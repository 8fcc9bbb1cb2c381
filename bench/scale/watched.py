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

from bench.demo import SAMPLE_S, family, resident

LOOK_S = 1.0
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ran:
    """What `--json` told and the wall seconds; `memory` are pairs of a time and the bytes resident then.

    `disk_mb` is the most that was seen to lie in the watched folders.

    Pages that processes share count for each of them.
    """

    told: Any
    seconds: float
    memory: list[tuple[float, int]]
    disk_mb: float = 0.0

    @property
    def peak_mb(self) -> float:
        return max(size for _, size in self.memory) / 1e6

    def peaks_mb(self) -> dict[str, float]:
        """The most memory while each node ran, by the events of all runs; nothing of those that were over at once."""
        peaks: dict[str, float] = {}
        for run in (ROOT / self.told["run"]).parent.iterdir():
            for node, (first, last) in spans(run).items():
                if during := [size for at, size in self.memory if first <= at <= last]:
                    peaks[node] = max(peaks.get(node, 0.0), max(during) / 1e6)
        return peaks


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
        seen = [(float(at), int(size), float(disk)) for at, size, disk in map(str.split, kept.read_text().splitlines())]
    disk_mb = max(size_mb(*folders), *(disk for *_, disk in seen))
    return Ran(json.loads(out), seconds, [(at, size) for at, size, _ in seen], disk_mb)


def _watch(command: Sequence[str], folders: Sequence[Path], samples: Path) -> str:
    """What it wrote to standard output; each moment adds time, bytes resident and MB on the disk to `samples`."""
    looked, disk_mb = time.monotonic(), 0.0
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with samples.open("a") as file:
        while True:
            if folders and time.monotonic() - looked > LOOK_S:
                disk_mb, looked = size_mb(*folders), time.monotonic()
            file.write(f"{time.time():.3f} {sum(resident(pid) for pid in family(process.pid))} {disk_mb:.1f}\n")
            file.flush()
            with suppress(subprocess.TimeoutExpired):
                out, said = process.communicate(timeout=SAMPLE_S)
                break
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {said}")
    return out
