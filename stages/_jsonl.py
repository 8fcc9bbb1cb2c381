"""Rows of JSON Lines files, plain or gzipped, and of files that hold one JSON array.

A plain file of lines is cut by bytes and a row's place is its byte. In what is packed, and in an array, the place is
the number of the line or member from 1. Such a file is read from its begin for each part, so its parts are large; an
array is one, since it is in memory as a whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from pipeline.errors import ConfigError, ShardError
from stages._fields import BadRowError
from stages._lines import byte_ranges, lines_between, numbered_lines
from stages._packed import DAMAGED, unpacked

SHARD_BYTES = 32 << 20
# Unpacked; what a shard holds is in memory at once.
PACKED_SHARD_BYTES = 128 << 20
MAX_ROW_BYTES = 32 << 20
# Unpacked; an array is in memory as a whole, and a few megabytes can unpack to more than any machine has.
MAX_ARRAY_BYTES = 1 << 30


@dataclass(frozen=True)
class JsonFile:
    """One file; places are bytes or numbers as above. `shard_bytes` and `shard_rows` cut it into smaller parts.

    shard_rows -- for what is packed, in place of `PACKED_SHARD_BYTES`
    """

    path: Path
    shard_bytes: int | None = None
    shard_rows: int | None = None

    @property
    def is_array(self) -> bool:
        return self.path.name.removesuffix(".gz").endswith(".json")

    @property
    def is_cut_by_bytes(self) -> bool:
        return self.path.suffix != ".gz" and not self.is_array

    def shards(self, limit: int | None = None) -> tuple[list[list[int]], int]:
        """`[first place, place behind the last]` of each part, and how many rows they hold where a limit is set."""
        step = self.shard_bytes or SHARD_BYTES
        if self.is_cut_by_bytes and limit is None:
            return [list(piece) for piece in byte_ranges(self._size(), step)], 0
        if not self.is_cut_by_bytes:
            return self._numbered_parts(limit)
        places = [place for place, _ in islice(self.rows(), limit)]
        return [list(piece) for piece in byte_ranges(places[-1] + 1 if places else 0, step)], len(places)

    def _numbered_parts(self, limit: int | None) -> tuple[list[list[int]], int]:
        parts: list[list[int]] = []
        total = rows = size = 0
        for place, raw in islice(self.rows(), limit):
            if not parts or (rows >= self.shard_rows if self.shard_rows else size >= PACKED_SHARD_BYTES):
                parts.append([place, place])
                rows = size = 0
            parts[-1][1] = place + 1
            total, rows, size = total + 1, rows + 1, size + (len(raw) if isinstance(raw, bytes) else 0)
        return parts, total

    def rows(self, first: int = 0, end: int | None = None) -> Iterator[tuple[int, Any]]:
        """Each row of the places with its place, still to be parsed; blank lines are no rows. None is one too long."""
        try:
            for place, raw in self._all(first, end):
                if end is not None and place >= end:
                    return
                if place >= first and (not isinstance(raw, bytes) or raw.strip()):
                    yield place, raw
        except FileNotFoundError as error:
            raise ConfigError(f"{self.path} does not exist") from error
        except (OSError, *DAMAGED) as error:
            raise ShardError(f"{self.path}: cannot be read to its end ({error}); fetch the file again") from error

    def chosen(self, places: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """The rows at these places, which ascend."""
        if self.is_cut_by_bytes:
            for place in places:
                yield from self.rows(place, place + 1)
            return
        wanted = frozenset(places)
        yield from ((place, raw) for place, raw in self.rows(places[0], places[-1] + 1) if place in wanted)

    def spell(self, place: int) -> str:
        return f"{self.path.name}@{place}" if self.is_cut_by_bytes else f"{self.path.name}:{place}"

    def parsed(self, raw: Any) -> dict[str, Any]:
        """The row as an object; raises `BadRowError`."""
        if raw is None:
            raise BadRowError(f"more than {MAX_ROW_BYTES} bytes in one row", reason="oversize")
        try:
            row = orjson.loads(raw) if isinstance(raw, bytes) else raw
        except orjson.JSONDecodeError as error:
            raise BadRowError(str(error), reason="bad_json") from error
        if not isinstance(row, dict):
            raise BadRowError("not a JSON object")
        return row

    def content(self, raw: Any) -> bytes:
        if raw is None or isinstance(raw, bytes):
            return (raw or b"").strip()
        return orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)

    def _all(self, first: int, end: int | None) -> Iterator[tuple[int, Any]]:
        if self.is_cut_by_bytes:
            yield from lines_between(self.path, first, self._size() if end is None else end, max_bytes=MAX_ROW_BYTES)
            return
        with unpacked(self.path, is_packed=self.path.suffix == ".gz") as file:
            if self.is_array:
                yield from enumerate(self._members(file.read(MAX_ARRAY_BYTES + 1)), start=1)
            else:
                yield from numbered_lines(file, max_bytes=MAX_ROW_BYTES)

    def _members(self, data: bytes) -> list[Any]:
        if len(data) > MAX_ARRAY_BYTES:
            why = f"more than {MAX_ARRAY_BYTES >> 20} MiB in one array; write one row a line and name it .jsonl"
            raise ShardError(f"{self.path}: {why}")
        try:
            rows = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            why = f"not valid JSON ({error}); name it .jsonl if it holds one row a line"
            raise ShardError(f"{self.path}: {why}") from error
        if not isinstance(rows, list):
            why = "holds no JSON array; a file of one row a line must be named .jsonl or .jsonl.gz"
            raise ShardError(f"{self.path}: {why}")
        return rows

    def _size(self) -> int:
        try:
            return self.path.stat().st_size
        except FileNotFoundError as error:
            raise ConfigError(f"{self.path} does not exist") from error
