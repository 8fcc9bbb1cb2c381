"""The digest of a row of an export: a function of what stands in it, and of nothing else.

BLAKE2b (256 bits) of the compact JSON array of the row's values in the order of its columns, structs as objects, so
that anybody can make it again from the files. What follows from other columns by fixed words is left out: `messages`
and `completion` are made of `prompt`, `reasoning` and `final`, and the words stand in the identity of the view instead.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
import pyarrow as pa

DERIVED = frozenset({"messages", "completion"})


def row_digests(table: pa.Table) -> list[bytes]:
    """The 32 bytes of each row."""
    return _digests(table.column(name).to_pylist() for name in table.column_names if name not in DERIVED)


def example_digests(
    table: pa.Table, problems: Sequence[int], fragments: dict[str, list[orjson.Fragment]]
) -> list[bytes]:
    """Those of `SftRow` rows. Columns that belong to a problem come as JSON, by its number: it is many rows' own."""
    columns: list[Iterable[Any]] = []
    for name in table.column_names:
        if name in fragments:
            columns.append(map(fragments[name].__getitem__, problems))
        elif name not in DERIVED:
            columns.append(table.column(name).to_pylist())
    return _digests(columns)


def json_fragments(problems: pa.Table) -> dict[str, list[orjson.Fragment]]:
    return {
        name: [orjson.Fragment(orjson.dumps(value)) for value in problems.column(name).to_pylist()]
        for name in problems.column_names
    }


def _digests(columns: Iterable[Iterable[Any]]) -> list[bytes]:
    rows = zip(*columns, strict=True)
    return [hashlib.blake2b(orjson.dumps(row), digest_size=32).digest() for row in rows]
