"""Rows of a view for a look at them: a sample that is the same on every call, spread over its files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.errors import ConfigError

COLUMNS = ("id", "prompt", "completion")
# Of a large view no more than so many row groups are read, each of a thousand rows.
MAX_GROUPS = 50


@dataclass(frozen=True, slots=True)
class ChatRow:
    """`completion` is empty in a view of prompts."""

    id: str
    prompt: list[dict[str, str]]
    completion: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class _Group:
    path: Path
    index: int
    rows: int


def count_rows(files: Sequence[Path]) -> int:
    return sum(group.rows for group in _groups(files))


def sample_rows(files: Sequence[Path], *, rows: int) -> Iterator[ChatRow]:
    """`rows` of them, or all there are, in the order of the files; raises `ConfigError` for a file without prompts."""
    groups = _evenly(_groups(files), MAX_GROUPS)
    held = sum(group.rows for group in groups)
    wanted, behind, taken = min(rows, held), 0, 0
    for group in groups:
        behind += group.rows
        share = wanted * behind // held - taken
        taken += share
        yield from _read(group, _evenly(range(group.rows), share))


def _groups(files: Sequence[Path]) -> list[_Group]:
    found = []
    for path in files:
        with pq.ParquetFile(path) as file:
            counts = (file.metadata.row_group(index).num_rows for index in range(file.num_row_groups))
            found += [_Group(path, index, count) for index, count in enumerate(counts) if count]
    return found


def _evenly(items: Sequence[Any], wanted: int) -> list[Any]:
    """The middle of each of `wanted` equal parts."""
    if wanted >= len(items):
        return list(items)
    return [items[(2 * part + 1) * len(items) // (2 * wanted)] for part in range(wanted)]


def _read(group: _Group, chosen: Sequence[int]) -> Iterator[ChatRow]:
    with pq.ParquetFile(group.path) as file:
        held = file.schema_arrow.names
        if missing := {"id", "prompt"} - set(held):
            raise ConfigError(f"{group.path} has no column {min(missing)!r}; choose a view with prompts: sft, rl")
        table = file.read_row_group(group.index, columns=[name for name in COLUMNS if name in held])
    for row in table.take(list(chosen)).to_pylist():
        yield ChatRow(row["id"], row["prompt"], row.get("completion") or [])
