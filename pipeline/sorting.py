"""Rows by their ids in bounded memory: polars sorts in memory, and a table may be larger than that.

Rows are spread over files by ranges of ids, so that each file holds about as many bytes as may be in memory, and each
is sorted by itself: twice the reading and writing, however many rows there are.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.schema import rows_in_bytes

SORT_BYTES = 256 << 20  # of rows sorted at once
BATCH_BYTES = 32 << 20  # of rows read at once


def sink_sorted(rows: pl.LazyFrame, path: Path, *, by: Sequence[str], size: int) -> None:
    """Writes rows in the order of `by`, whose first is the id; `size` is about how many bytes they take."""
    if size <= SORT_BYTES:
        rows.sort(by).sink_parquet(path)
        return
    loose = path.with_name(f"loose-{path.name}")
    rows.sink_parquet(loose)
    bounds = _bounds(loose, by[0], parts=-(-size // SORT_BYTES))
    with ExitStack() as opened:
        target: pq.ParquetWriter | None = None
        for part in _spread(loose, by[0], bounds):
            table = pl.read_parquet(part).sort(by).to_arrow()
            part.unlink()
            target = target or opened.enter_context(pq.ParquetWriter(path, table.schema))
            target.write_table(table, row_group_size=rows_in_bytes(BATCH_BYTES, table.nbytes, table.num_rows))
    if target is None:
        loose.rename(path)
    else:
        loose.unlink()


def _bounds(path: Path, name: str, *, parts: int) -> list[str]:
    """The ids at which a range ends and the next begins, for about as many rows in each."""
    ids = pl.scan_parquet(path).select(name).collect()[name].sort()
    return [str(ids[len(ids) * part // parts]) for part in range(1, parts)] if len(ids) else []


def _spread(path: Path, name: str, bounds: list[str]) -> Iterator[Path]:
    """A file for each range that has rows, in order."""
    places = [path.with_name(f"{path.name}-{number:06d}") for number in range(len(bounds) + 1)]
    with pq.ParquetFile(path) as file, ExitStack() as opened:
        size = sum(file.metadata.row_group(number).total_byte_size for number in range(file.num_row_groups))
        writers: dict[int, pq.ParquetWriter] = {}
        for batch in file.iter_batches(rows_in_bytes(BATCH_BYTES, size, file.metadata.num_rows)):
            ranges = [bisect_right(bounds, one) for one in batch.column(name).to_pylist()]
            order = sorted(range(len(ranges)), key=ranges.__getitem__)
            for number, rows in groupby(order, key=ranges.__getitem__):
                if number not in writers:
                    writers[number] = opened.enter_context(pq.ParquetWriter(places[number], batch.schema))
                writers[number].write_table(pa.Table.from_batches([batch]).take(list(rows)))
    yield from (place for place in places if place.exists())
