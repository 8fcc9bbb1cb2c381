"""What the benchmarks against datatrove share: commands timed in their own processes, two repairs of datatrove."""

import argparse
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow.parquet as pq
import xxhash

from bench.demo import PeakMemory
from bench.parts import Measure

ROOT = Path(__file__).resolve().parents[2]


class RunDatatrove(Protocol):
    def __call__(self, folder: Path, *, split: bool) -> None: ...


@dataclass(frozen=True)
class Reading:
    """Wall seconds, and the peak of resident memory with all children."""

    seconds: float
    peak_mb: float


def timed(command: list[str]) -> Reading:
    """Runs it in a process of its own; one that fails ends the benchmark with what it said."""
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    memory = PeakMemory(process.pid)
    memory.start()
    _, errors = process.communicate()
    if process.returncode:
        sys.exit(f"{command[-1]} failed: {errors[-4000:]}")
    return Reading(time.monotonic() - started, memory.peak / 1e6)


def xxhash64(text: str) -> int:
    """datatrove's own, which hands text to xxhash as it is; xxhash 4 takes bytes alone."""
    return xxhash.xxh64_intdigest(text.encode())


class SplitWords:
    """Stands for datatrove's tokenizer; its text has neither capitals nor punctuation left at that point."""

    def word_tokenize(self, text: str) -> list[str]:
        return text.split()


def num_rows(folder: Path) -> int:
    return sum(pq.ParquetFile(path).metadata.num_rows for path in folder.glob("*.parquet"))


def command_line(about: str, measure: Measure, run: RunDatatrove, *, quick: str) -> None:
    """`--datatrove FOLDER` is how the benchmark calls itself for the peer's side."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=quick)
    parser.add_argument("--datatrove", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--split", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.datatrove:
        run(options.datatrove, split=options.split)
        return
    print("\n".join(measure(quick=options.quick)[1]))
