"""Runs `tracemill` as a user does, in a process of its own, and watches the memory of all its processes together."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.demo import SAMPLE_S, family, resident

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ran:
    """What `--json` told and the wall seconds; `memory` are pairs of a time and the bytes resident then.

    Pages that processes share count for each of them.
    """

    told: Any
    seconds: float
    memory: list[tuple[float, int]]

    @property
    def peak_mb(self) -> float:
        return max(size for _, size in self.memory) / 1e6

    def peaks_mb(self) -> dict[str, float]:
        """The most memory while each node ran, by the run's own events; nothing of those that were over at once."""
        peaks = {}
        began: dict[str, float] = {}
        for line in (ROOT / self.told["run"] / "events.jsonl").read_bytes().splitlines():
            event: Mapping[str, Any] = json.loads(line)
            at = datetime.fromisoformat(event["time"]).timestamp()
            if event["event"] == "start":
                began[event["node"]] = at
            elif event["event"] == "finish" and event["node"] in began:
                during = [size for time_, size in self.memory if began[event["node"]] <= time_ <= at]
                if during:
                    peaks[event["node"]] = max(during) / 1e6
        return peaks


def tracemill(*words: str | Path) -> Ran:
    """Raises what it said on standard error where it fails."""
    command = [sys.executable, "-m", "tracemill", *map(str, words)]
    started, memory = time.monotonic(), [(time.time(), 0)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while True:
        memory.append((time.time(), sum(resident(pid) for pid in family(process.pid))))
        try:
            out, said = process.communicate(timeout=SAMPLE_S)
            break
        except subprocess.TimeoutExpired:
            continue
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {said}")
    return Ran(json.loads(out), time.monotonic() - started, memory)
