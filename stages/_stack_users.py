"""Names of users out of a StackExchange dump's `Users.xml`, as a table on disk that a join can stream."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from stages._stack_rows import BadXmlError, StackFile, attributes

SCHEMA = pa.schema([("author_id", pa.int64()), ("user_name", pa.string())])
_BATCH = 50_000


def write_users(source: Path, target: Path) -> None:
    """One row a user; what cannot be read has no name and is credited by its address."""
    users = _users(StackFile(source, "users").checked())
    with pq.ParquetWriter(target, SCHEMA) as writer:
        while batch := list(islice(users, _BATCH)):
            ids, names = zip(*batch, strict=True)
            writer.write_table(pa.table([pa.array(ids, pa.int64()), pa.array(names, pa.string())], schema=SCHEMA))


def _users(file: StackFile) -> Iterator[tuple[int, str]]:
    for _, row in file.rows(0, 1 << 62):
        try:
            values = attributes(row or b"<row/>")
            number, name = int(values.get("Id", "")), values.get("DisplayName", "").strip()
        except (BadXmlError, ValueError):
            continue
        if name:
            yield number, name
