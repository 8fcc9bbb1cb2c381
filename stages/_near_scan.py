"""Reads the questions of a table into files of the scratch folder: their sets, bands and symbols.

The questions are cut into parts that do not depend on the number of workers, so neither does the outcome.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from pipeline.executors.local import LocalExecutor
from stages._near_bands import band_keys
from stages._near_sets import Hashes, Sets, Shingler

PART_ROWS = 1 << 14


@dataclass(frozen=True, slots=True)
class Part:
    """One row group of the file of questions, and what to make of it."""

    questions: Path
    folder: Path
    number: int
    shingle: int
    bands: int
    rows: int

    def path(self, name: str) -> Path:
        return self.folder / f"{self.number:06d}.{name}.npy"


@dataclass(frozen=True, slots=True)
class Scanned:
    """What is compared, mapped from files but for what is one number a row.

    bands   -- shape (bands, rows)
    digests -- of each whole set of runs
    """

    runs: Sets
    contents: Sets
    bands: Hashes
    digests: Hashes
    signs: Hashes
    templates: Hashes


def scan(questions: pl.LazyFrame, folder: Path, *, shingle: int, bands: int, rows: int, workers: int) -> Scanned:
    """`questions` has the one column `question`; files are written to `folder`, which exists."""
    file = folder / "questions.parquet"
    questions.sink_parquet(file, row_group_size=PART_ROWS)
    with pq.ParquetFile(file) as opened:
        groups = [opened.metadata.row_group(number).num_rows for number in range(opened.num_row_groups)]
    parts = [Part(file, folder, number, shingle, bands, rows) for number in range(len(groups))]
    with LocalExecutor() as executor:
        for _ in executor.map(read_part, parts, workers=min(workers, len(parts))):
            pass
    return _gathered(parts, sum(groups), folder, bands)


def read_part(part: Part) -> None:
    with pq.ParquetFile(part.questions) as opened:
        questions = opened.read_row_group(part.number).column("question").to_pylist()
    read = Shingler(part.shingle).read(questions)
    np.save(part.path("signs"), read.signs)
    np.save(part.path("templates"), read.templates)
    np.save(part.path("digests"), read.runs.digests())
    np.save(part.path("bands"), band_keys(read.runs, part.bands, part.rows))
    for name, sets in (("runs", read.runs), ("contents", read.contents)):
        np.save(part.path(f"{name}-sizes"), sets.sizes)
        np.save(part.path(name), sets.members)


def _gathered(parts: list[Part], count: int, folder: Path, bands: int) -> Scanned:
    """The parts' files as one of each kind; the parts go as they are read."""
    keys = _mapped(folder / "bands.bin", (bands, count))
    row = 0
    for part in parts:
        found = np.load(part.path("bands"))
        keys[:, row : row + found.shape[1]] = found
        row += found.shape[1]
        part.path("bands").unlink()
    runs, contents = (_sets(parts, name, folder) for name in ("runs", "contents"))
    return Scanned(runs, contents, keys, *(_loaded(parts, name) for name in ("digests", "signs", "templates")))


def _sets(parts: list[Part], name: str, folder: Path) -> Sets:
    starts = np.concatenate([[0], np.cumsum(_loaded(parts, f"{name}-sizes"))]).astype(np.int64)
    members = _mapped(folder / f"{name}.bin", (int(starts[-1]),))
    at = 0
    for part in parts:
        found = np.load(part.path(name))
        members[at : at + found.size] = found
        at += found.size
        part.path(name).unlink()
    return Sets(starts, members)


def _mapped(path: Path, shape: tuple[int, ...]) -> Hashes:
    """A new file as an array; an empty one, which cannot be mapped, in memory."""
    return np.memmap(path, np.uint64, mode="w+", shape=shape) if all(shape) else np.empty(shape, np.uint64)


def _loaded(parts: list[Part], name: str) -> Hashes:
    return np.concatenate([np.empty(0, np.uint64), *(np.load(part.path(name)) for part in parts)]).astype(np.uint64)
