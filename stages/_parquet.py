"""Rows of Parquet files by row groups, only the columns that are asked for."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import ConfigError, ShardError
from stages._row_files import ROWS_PER_SHARD

_BATCH_ROWS = 512


def column_names(path: Path) -> list[str]:
    """Raises `ConfigError` where the file is not there, and `ShardError` where it is no Parquet file."""
    with _readable(path), path.open("rb") as file:
        return list(pq.read_schema(file).names)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise ConfigError(f"{path} does not exist") from error
    except (pa.ArrowException, OSError) as error:
        raise ShardError(f"{path}: is no readable Parquet file ({error}); fetch it again") from error


class NoColumnError(ConfigError):
    """Raised where a file lacks columns; `missing` are their names, `found` those it has."""

    def __init__(self, path: Path, missing: list[str], found: list[str]) -> None:
        named = ", ".join(map(repr, missing))
        super().__init__(f"{path}: has no column {named}; columns: {', '.join(found)}")
        self.path, self.missing, self.found = path, missing, found


@dataclass(frozen=True)
class ParquetRows:
    """One file; a row's place is its number from 0. `columns` are names of columns, or lead by dots into one."""

    path: Path
    columns: Sequence[str]

    def shards(self, limit: int | None = None) -> tuple[list[list[int]], int]:
        """`[first row, row behind the last]` of row groups, small ones together; and how many rows that is."""
        self.check_columns()
        total = self._groups[-1][1] if self._groups else 0
        total = total if limit is None else min(limit, total)
        parts: list[list[int]] = []
        for first, end in self._groups:
            end = min(end, total)
            if first >= end:
                continue
            if parts and end - parts[-1][0] <= ROWS_PER_SHARD:
                parts[-1][1] = end
            else:
                parts.append([first, end])
        return parts, total

    def rows(self, first: int = 0, end: int | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
        """The rows from `first` on; their groups are read a piece at a time."""
        end = self._groups[-1][1] if end is None and self._groups else end or 0
        groups = [index for index, (start, stop) in enumerate(self._groups) if start < end and stop > first]
        if not groups:
            return
        place = self._groups[groups[0]][0]
        try:
            with self._opened(buffer_size=1 << 20, pre_buffer=False) as file:
                for batch in file.iter_batches(_BATCH_ROWS, row_groups=groups, columns=list(self.columns)):
                    for row in batch.to_pylist():
                        if first <= place < end:
                            yield place, row
                        place += 1
        except (pa.ArrowException, OSError) as error:
            why = " ".join(str(error).split())
            raise ShardError(f"{self.path}: cannot be read to its end ({why}); fetch the file again") from error

    def chosen(self, places: Sequence[int]) -> Iterator[tuple[int, dict[str, Any]]]:
        """The rows at these places, which ascend."""
        for start, stop in self._groups:
            wanted = frozenset(places[bisect_left(places, start) : bisect_left(places, stop)])
            if wanted:
                yield from ((place, row) for place, row in self.rows(min(wanted), max(wanted) + 1) if place in wanted)

    def spell(self, place: int) -> str:
        return f"{self.path.name}:{place}"

    def parsed(self, raw: Any) -> dict[str, Any]:
        return dict(raw)

    def content(self, raw: Any) -> bytes:
        return orjson.dumps(raw, option=orjson.OPT_SORT_KEYS, default=str)

    @contextmanager
    def _opened(self, **options: Any) -> Iterator[pq.ParquetFile]:
        with self.path.open("rb") as file, pq.ParquetFile(file, **options) as opened:
            yield opened

    @cached_property
    def _groups(self) -> list[tuple[int, int]]:
        """First row and row behind the last of each group."""
        with _readable(self.path), self._opened() as file:
            sizes = [file.metadata.row_group(index).num_rows for index in range(file.metadata.num_row_groups)]
        return [(end - size, end) for end, size in zip(accumulate(sizes), sizes, strict=True)]

    def check_columns(self) -> None:
        """Raises `NoColumnError` where the file has rows and lacks a column."""
        names = column_names(self.path) if self._groups else []
        known = {*names, *(name for name in self.columns if name.partition(".")[0] in names)}
        missing = [name for name in sorted(self.columns) if name not in known]
        if names and missing:
            raise NoColumnError(self.path, missing, names)
