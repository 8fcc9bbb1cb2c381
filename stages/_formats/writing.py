"""Streams a view into a trainer's files: one batch of rows in memory, in the order of the version."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.errors import StoreError
from stages._formats.columns import RL_COLUMNS, SFT_COLUMNS
from stages._formats.form import Batch, Columns, Form
from stages._views import SPLITS

# A reader that streams holds one row group, and some cannot read nested columns of a group that fills two chunks.
BATCH_ROWS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """`files`: per split with rows its file, relative to the export; `too_long`: rows left out, by split."""

    files: dict[str, str]
    rows: dict[str, int]
    too_long: dict[str, int]


def write_kind(
    version: Path,
    view: str,
    *,
    manifest: Mapping[str, Any],
    form: Form,
    kind: str,
    style: str,
    max_tokens: int | None,
    folder: Path,
) -> Written:
    """Writes one kind ("sft" or "rl") of a view; a split without rows gets no file."""
    written = Written(files={}, rows={}, too_long={})
    for split in SPLITS:
        name = f"{kind}/{split}.{form.suffix}"
        kept = _Kept(max_tokens if kind == "sft" else None)
        paths = [version / file for file in sorted(manifest["files"]) if file.startswith(f"{view}/{split}-")]
        columns = SFT_COLUMNS[style] if kind == "sft" else RL_COLUMNS
        batches = kept.batches(paths, columns=columns, split=split, style=style)
        _write(folder / name, batches, form.kinds[kind])
        written.rows[split] = kept.rows
        if kept.rows:
            written.files[split] = name
        if kept.too_long:
            written.too_long[split] = kept.too_long
    return written


class _Kept:
    """Reads batches and counts what it hands on and what it leaves out."""

    def __init__(self, max_tokens: int | None) -> None:
        self._max_tokens = max_tokens
        self.rows = self.too_long = 0

    def batches(self, paths: list[Path], *, columns: tuple[str, ...], split: str, style: str) -> Iterator[Batch]:
        for read in (table for path in paths for table in _read(path, columns)):
            rows = self._short(read)
            if rows.num_rows:
                yield Batch(rows=rows, split=split, start=self.rows, style=style)
                self.rows += rows.num_rows

    def _short(self, rows: pa.Table) -> pa.Table:
        if self._max_tokens is None:
            return rows
        short = rows.filter(pc.less_equal(rows["num_tokens"], self._max_tokens))
        self.too_long += rows.num_rows - short.num_rows
        return short


def _read(path: Path, columns: tuple[str, ...]) -> Iterator[pa.Table]:
    """Raises `StoreError` where the version is damaged."""
    try:
        # With `pre_buffer`, pyarrow's default, what was read of a file stays in memory until its end.
        with pq.ParquetFile(path, pre_buffer=False) as file:
            for read in file.iter_batches(batch_size=BATCH_ROWS, columns=list(columns)):
                yield pa.Table.from_batches([read])
    except (OSError, pa.ArrowException) as error:
        raise StoreError(
            f"{path} cannot be read ({str(error).splitlines()[0]}); `tracemill check` tells what is damaged"
        ) from error


def _write(path: Path, batches: Iterator[Batch], project: Callable[[Batch], Columns]) -> None:
    first = next(batches, None)
    if first is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.table(project(first))
    with _sink(path, table.schema) as put:
        put(table)
        for batch in batches:
            put(pa.table(project(batch), schema=table.schema))


@contextmanager
def _sink(path: Path, schema: pa.Schema) -> Iterator[Callable[[pa.Table], None]]:
    if path.suffix == ".parquet":
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            yield lambda table: writer.write_table(table, row_group_size=BATCH_ROWS)
    else:
        with path.open("wb") as stream:
            yield lambda table: pl.DataFrame(table).write_ndjson(stream)
