"""Finds rows by their ids in Parquet files without reading the rest: first the ids, then the rows that are wanted.

Long texts make a row of kilobytes, its id is a few bytes. Row groups whose smallest and largest id tell that nothing
wanted lies between them are not read at all; the engine writes its shards sorted by id.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.store import open_parquet

THREADS = 4
LAST = chr(0x10FFFF)


class Wanted(Protocol):
    """Which ids are looked for."""

    def may_lie(self, low: str, high: str) -> bool:
        """Whether one of them may lie between these, both included."""
        ...

    def among(self, ids: pa.ChunkedArray) -> pa.ChunkedArray:
        """A mask of those in a column."""
        ...


class These:
    """Just these ids."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.ids = sorted(set(ids))
        self.values = pa.array(self.ids, pa.string())

    def may_lie(self, low: str, high: str) -> bool:
        place = bisect_left(self.ids, low)
        return place < len(self.ids) and self.ids[place] <= high

    def among(self, ids: pa.ChunkedArray) -> pa.ChunkedArray:
        return pc.is_in(ids, value_set=self.values)


class Kin:
    """A row, those above it and those below it; a first part may be cut short."""

    def __init__(self, row_id: str) -> None:
        parts = row_id.split("/")
        self.above = pa.array(["/".join(parts[:end]) for end in range(1, len(parts) + 1)])
        self.low, self.beginning = parts[0], row_id if len(parts) == 1 else f"{row_id}/"

    def may_lie(self, low: str, high: str) -> bool:
        return low <= self.beginning + LAST and high >= self.low

    def among(self, ids: pa.ChunkedArray) -> pa.ChunkedArray:
        return pc.or_(pc.is_in(ids, value_set=self.above), pc.starts_with(ids, self.beginning))


@dataclass(frozen=True)
class Place:
    """Where a row lies: its number in a file, from 0, and its number in a row group of it."""

    path: Path
    row: int
    group: int
    row_in_group: int
    id: str


def places(paths: Sequence[Path], wanted: Wanted) -> list[Place]:
    """The wanted rows in the order of files and rows; files are looked through at once. Files without ids have none."""
    with ThreadPoolExecutor(THREADS) as pool:
        return [place for found in pool.map(lambda path: list(_places(path, wanted)), paths) for place in found]


def _places(path: Path, wanted: Wanted) -> Iterator[Place]:
    with open_parquet(path) as file:
        column = next((i for i in range(len(file.schema.names)) if file.schema.column(i).path == "id"), None)
        if column is None:
            return
        begin = 0
        for group in range(file.metadata.num_row_groups):
            facts = file.metadata.row_group(group)
            if _may_hold(facts.column(column).statistics, wanted):
                ids = file.read_row_group(group, columns=["id"]).column("id")
                for row in pc.indices_nonzero(wanted.among(ids)).to_pylist():
                    yield Place(path, begin + row, group, row, ids[row].as_py())
            begin += facts.num_rows


def _may_hold(statistics: Any, wanted: Wanted) -> bool:
    if statistics is None or not statistics.has_min_max:
        return True
    return wanted.may_lie(statistics.min, statistics.max)


def read(found: Sequence[Place]) -> list[dict[str, Any]]:
    """The rows at these places, in their order."""
    rows: dict[Place, dict[str, Any]] = {}
    for path in dict.fromkeys(place.path for place in found):
        with pq.ParquetFile(path) as file:
            here = [place for place in found if place.path == path]
            for group in dict.fromkeys(place.group for place in here):
                inside = [place for place in here if place.group == group]
                table = file.read_row_group(group).take([place.row_in_group for place in inside])
                rows.update(zip(inside, table.to_pylist(), strict=True))
    return [rows[place] for place in found]
