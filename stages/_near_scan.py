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
    """sets, bands -- mapped from files, the bands of shape (bands, rows); digests, symbols -- one number a row."""

    sets: Sets
    digests: Hashes
    bands: Hashes
    symbols: Hashes


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
    sets, symbols = Shingler(part.shingle).shingle(questions)
    np.save(part.path("sizes"), sets.sizes)
    np.save(part.path("members"), sets.members)
    np.save(part.path("symbols"), symbols)
    np.save(part.path("digests"), sets.digests())
    np.save(part.path("bands"), band_keys(sets, part.bands, part.rows))


def _gathered(parts: list[Part], count: int, folder: Path, bands: int) -> Scanned:
    """The parts' files as one of each kind; the parts go as they are read."""
    sizes, symbols, digests = (_loaded(parts, name) for name in ("sizes", "symbols", "digests"))
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    if not starts[-1]:
        return Scanned(Sets(starts, np.empty(0, np.uint64)), digests, np.zeros((bands, count), np.uint64), symbols)
    members = np.memmap(folder / "members.bin", np.uint64, mode="w+", shape=(int(starts[-1]),))
    keys = np.memmap(folder / "bands.bin", np.uint64, mode="w+", shape=(bands, count))
    row = 0
    for part in parts:
        found = np.load(part.path("bands"))
        keys[:, row : row + found.shape[1]] = found
        members[starts[row] : starts[row + found.shape[1]]] = np.load(part.path("members"))
        row += found.shape[1]
        for name in ("bands", "members"):
            part.path(name).unlink()
    return Scanned(Sets(starts, members), digests, keys, symbols)


def _loaded(parts: list[Part], name: str) -> Hashes:
    return np.concatenate([np.empty(0, np.uint64), *(np.load(part.path(name)) for part in parts)]).astype(np.uint64)
