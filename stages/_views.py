"""Writes the views of an export: Parquet files a split, an index of the rows, and the facts that prove both.

Rows are encoded and compressed in threads, for pyarrow lets go of the interpreter there: the row groups of a split go
to one thread after another, and each writes them into files of its own. So neither the files nor their bytes depend on
which thread is faster.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.schema import DIGEST_MODULUS, Record, schema_of
from pipeline.views import index_file
from stages._export_threads import Threads
from stages._view_facts import FileFacts, SplitFacts, ViewFacts

SPLITS = ("train", "validation")
# Readers that stream hold one row group at a time, and long reasoning makes rows of 50 kB and more.
ROW_GROUP_ROWS = 1_000
# A group is written before it has as many rows, once it holds so much: several wait for each thread.
ROW_GROUP_BYTES = 64_000_000
FILE_ROWS = 50_000
SHORT_DIGEST = 16
INDEX = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("split", pa.string(), nullable=False),
        pa.field("digest", pa.binary(SHORT_DIGEST), nullable=False),
    ]
)
# Texts that hardly repeat within a row group: a dictionary of them would be filled and then thrown away.
DISTINCT = frozenset({"content", "reasoning", "final", "question", "id", "problem_id"})


class _Part:
    """One file while it is written, by one thread alone, and the ids and digests of its rows in their order."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path, self.schema = path, schema
        self.ids: list[pa.ChunkedArray] = []
        self.digests = bytearray()
        self.rows = 0
        self.facts: FileFacts | None = None
        self._writer: pq.ParquetWriter | None = None

    def write(self, table: pa.Table) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, self.schema, **encoding(self.schema))
        # `datasets` cannot read a row group of no rows, but reads a file of no row groups.
        if table.num_rows:
            self._writer.write_table(table, row_group_size=ROW_GROUP_ROWS)

    def close(self) -> None:
        assert self._writer is not None
        self._writer.close()
        self.facts = FileFacts.of(self.path, self.rows)


class SplitWriter:
    """Writes the rows of one split of one view into numbered files; the last step names them, since N is known then."""

    def __init__(self, folder: Path, split: str, record: type[Record], threads: Threads) -> None:
        self._folder, self._split, self._schema, self._threads = folder, split, schema_of(record), threads
        self._tables: list[pa.Table] = []
        self._digests: list[bytes] = []
        self._parts: list[_Part] = []
        self._open: list[_Part | None] = [None] * len(threads)
        self._groups = 0
        self._sum = 0

    def add(self, table: pa.Table, digests: Sequence[bytes]) -> None:
        self._tables.append(table)
        self._digests += digests
        is_full = sum(waiting.nbytes for waiting in self._tables) >= ROW_GROUP_BYTES
        if len(self._digests) < ROW_GROUP_ROWS and not is_full:
            return
        rows = pa.concat_tables(self._tables)
        whole = rows.num_rows if is_full else rows.num_rows - rows.num_rows % ROW_GROUP_ROWS
        for start in range(0, whole, ROW_GROUP_ROWS):
            end = start + ROW_GROUP_ROWS
            self._write_group(rows.slice(start, ROW_GROUP_ROWS), self._digests[start:end])
        self._tables = [rows.slice(whole)] if whole < rows.num_rows else []
        self._digests = self._digests[whole:]

    def end(self) -> None:
        """A split without rows still gets a file, so that every reader finds its columns."""
        if self._digests or not self._parts:
            self._write_group(pa.concat_tables([self._schema.empty_table(), *self._tables]), self._digests)
        self._tables, self._digests = [], []
        for thread, part in enumerate(self._open):
            if part is not None:
                self._threads.submit(thread, part.close)

    def named(self) -> tuple[SplitFacts, pa.Table]:
        """The facts and the index of the rows; to be called when the threads have finished."""
        total, files = len(self._parts), {}
        for number, part in enumerate(self._parts):
            name = f"{self._split}-{number:05d}-of-{total:05d}.parquet"
            part.path.rename(self._folder / name)
            assert part.facts is not None
            files[f"{self._folder.name}/{name}"] = part.facts
        rows = sum(part.rows for part in self._parts)
        facts = SplitFacts(rows=rows, sum=f"{self._sum % DIGEST_MODULUS:064x}", files=files)
        return facts, pa.concat_tables([self._index_of(part) for part in self._parts])

    def _write_group(self, rows: pa.Table, digests: Sequence[bytes]) -> None:
        thread = self._groups % len(self._threads)
        part = self._open[thread] or self._begin(thread)
        self._groups += 1
        self._sum += sum(map(int.from_bytes, digests))
        part.ids.append(rows.column("id"))
        part.digests += b"".join(digest[:SHORT_DIGEST] for digest in digests)
        part.rows += rows.num_rows
        self._threads.submit(thread, partial(part.write, rows))
        if part.rows > FILE_ROWS - ROW_GROUP_ROWS:
            self._threads.submit(thread, part.close)
            self._open[thread] = None

    def _begin(self, thread: int) -> _Part:
        part = _Part(self._folder / f"{self._split}.{len(self._parts)}.part", self._schema)
        self._parts.append(part)
        self._open[thread] = part
        return part

    def _index_of(self, part: _Part) -> pa.Table:
        ids = pa.chunked_array([chunk for column in part.ids for chunk in column.chunks], pa.string())
        digests = pa.Array.from_buffers(pa.binary(SHORT_DIGEST), part.rows, [None, pa.py_buffer(bytes(part.digests))])
        return pa.table([ids, pa.repeat(self._split, part.rows), digests], schema=INDEX)


class ViewWriter:
    """Writes one view under `folder`, the export's, and its index."""

    def __init__(self, folder: Path, view: str, record: type[Record], threads: Threads) -> None:
        self._folder, self._view, self._record = folder, view, record
        (folder / view).mkdir()
        self._splits = {split: SplitWriter(folder / view, split, record, threads) for split in SPLITS}

    def add(self, split: str, table: pa.Table, digests: Sequence[bytes]) -> None:
        self._splits[split].add(table, digests)

    def end(self) -> None:
        for split in self._splits.values():
            split.end()

    def facts(self) -> ViewFacts:
        """To be called when the threads have finished."""
        named = {split: writer.named() for split, writer in self._splits.items()}
        index = pa.concat_tables([table for _, table in named.values()])
        path = index_file(self._folder, self._view)
        path.parent.mkdir(exist_ok=True)
        pq.write_table(index, path, compression="zstd", use_dictionary=["split"])
        return ViewFacts(
            record=self._record,
            splits={split: facts for split, (facts, _) in named.items()},
            index=(path.relative_to(self._folder).as_posix(), FileFacts.of(path, index.num_rows)),
        )


def encoding(schema: pa.Schema) -> dict[str, Any]:
    """What a writer of Parquet is told: how to compress, and of which columns dictionaries and bounds are of use."""
    short = [path for field in schema for path in _leaves(field.name, field.type) if not _is_distinct(path)]
    return {"compression": "zstd", "use_dictionary": short, "write_statistics": [*short, "id"]}


def _is_distinct(path: str) -> bool:
    return path.rpartition(".")[2] in DISTINCT


def _leaves(path: str, kind: pa.DataType) -> Iterator[str]:
    """The paths of a column's values as Parquet names them."""
    if pa.types.is_struct(kind):
        for member in kind:
            yield from _leaves(f"{path}.{member.name}", member.type)
    elif pa.types.is_list(kind):
        yield from _leaves(f"{path}.list.element", kind.value_type)
    else:
        yield path
