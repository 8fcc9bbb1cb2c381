"""Rows by their ids in bounded memory, where polars would hold them all.

To be sorted rows are spread over files by ranges of ids, and what is still too large again, so that each file holds no
more bytes than may be in memory and is sorted by itself.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.parquet import unpacked_bytes
from pipeline.schema import rows_in_bytes

SORT_BYTES = 128 << 20  # of rows sorted at once
BATCH_BYTES = 32 << 20  # of rows read at once
FILES = 64  # open at once, to each of which goes its part of what is read
SAMPLE = 1 << 16  # ids by which the ranges are bounded, at least


def sink_sorted(rows: pl.LazyFrame, path: Path, *, by: Sequence[str], groups: int) -> None:
    """Writes rows in the order of `by`, whose first is the id; `groups` is how many are written at once."""
    loose = path.with_name(f"loose-{path.name}")
    rows.sink_parquet(loose, row_group_size=groups)
    with ExitStack() as opened:
        target: pq.ParquetWriter | None = None
        for part in _parts(loose, by[0]):
            table = pl.read_parquet(part).sort(by).to_arrow()
            part.unlink()
            target = target or opened.enter_context(pq.ParquetWriter(path, table.schema))
            target.write_table(table, row_group_size=rows_in_bytes(BATCH_BYTES, table.nbytes, table.num_rows))


def first_of_each(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The first row of each id; where ids are distinct, which their hashes tell in less memory, all rows."""
    numbered = rows.with_row_index("_at")
    hashes = numbered.select("_at", pl.col("id").hash().alias("_hash")).collect(engine="streaming")
    alike = hashes.filter(pl.col("_hash").is_duplicated()).select("_at")
    if alike.is_empty():
        return rows
    found = numbered.select("_at", "id").join(alike.lazy(), on="_at", how="semi", maintain_order="left").collect()
    later = found.filter(~pl.col("id").is_first_distinct()).select("_at")
    return numbered.join(later.lazy(), on="_at", how="anti", maintain_order="left").drop("_at")


def _parts(path: Path, name: str) -> Iterator[Path]:
    """Files of ranges of ids, in order, each of at most `SORT_BYTES` or of one id; the given one is used up."""
    with pq.ParquetFile(path, pre_buffer=False) as file:
        size = unpacked_bytes(file.metadata)
        bounds = _bounds(file, name, parts=min(-(-size // SORT_BYTES), FILES))
        spread = list(_spread(file, path, name, bounds)) if bounds else []
    if not spread:
        yield path
        return
    path.unlink()
    for part in spread:
        yield from _parts(part, name)


def _bounds(file: pq.ParquetFile, name: str, *, parts: int) -> list[str]:
    """The ids at which a range ends and the next begins, for about as many rows in each; none where one will do."""
    if parts < 2:
        return []
    step = max(file.metadata.num_rows // SAMPLE, 1)
    ids = sorted(one for batch in file.iter_batches(columns=[name]) for one in batch.column(name)[::step].to_pylist())
    return sorted({ids[len(ids) * part // parts] for part in range(1, parts)} - {ids[0]})


def _spread(file: pq.ParquetFile, path: Path, name: str, bounds: Sequence[str]) -> Iterator[Path]:
    """A file for each range that has rows, in order."""
    places = [path.with_name(f"{path.name}-{number:02d}") for number in range(len(bounds) + 1)]
    at_once = rows_in_bytes(BATCH_BYTES, unpacked_bytes(file.metadata), file.metadata.num_rows)
    with ExitStack() as opened:
        writers: dict[int, pq.ParquetWriter] = {}
        for batch in file.iter_batches(at_once):
            ranges = [bisect_right(bounds, one) for one in batch.column(name).to_pylist()]
            order = sorted(range(len(ranges)), key=ranges.__getitem__)
            for number, rows in groupby(order, key=ranges.__getitem__):
                if number not in writers:
                    writers[number] = opened.enter_context(pq.ParquetWriter(places[number], batch.schema))
                writers[number].write_table(pa.Table.from_batches([batch]).take(list(rows)))
    yield from (place for place in places if place.exists())
