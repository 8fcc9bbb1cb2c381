"""Row files: Parquet with a sum over each page, read by the names of its columns; what is damaged is named."""

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import files
from pipeline.errors import StoreError
from pipeline.schema import Record, from_table, rows_in_bytes, schema_of, schema_problems

R = TypeVar("R", bound=Record)
ROW_GROUP, GROUP_BYTES = 5000, 16 << 20  # rows of a row group, which is read as a whole, or bytes in memory
SPENT = "spent.json"  # beside row files, says that they were dropped on purpose
LAST = chr(0x10FFFF)  # behind every id
READ_ROWS, READ_BYTES = 4096, 32 << 20  # at once, whichever is less

REJECTS = pa.schema([("id", pa.string()), ("reason", pa.string()), ("detail", pa.string()), ("row", pa.string())])
QUARANTINE = pa.schema([("id", pa.string()), ("error", pa.string()), ("traceback", pa.string()), ("row", pa.string())])
KINDS = {"rejects": REJECTS, "quarantine": QUARANTINE}


def write_parquet(path: Path, table: pa.Table) -> None:
    files.write_atomic(
        path,
        lambda temporary: pq.write_table(
            table,
            temporary,
            compression="zstd",
            compression_level=3,
            row_group_size=min(ROW_GROUP, rows_in_bytes(GROUP_BYTES, table.nbytes, table.num_rows)),
            write_page_checksum=True,
        ),
    )


def open_parquet(path: Path) -> pq.ParquetFile:
    """Raises `StoreError` naming the file when it is damaged; so do its pages when they are read."""
    try:
        # With `pre_buffer`, pyarrow's default, what was read of a file stays in memory until its end.
        return pq.ParquetFile(path, pre_buffer=False, page_checksum_verification=True)
    except (pa.ArrowInvalid, OSError) as error:
        told = "missing" if isinstance(error, FileNotFoundError) else f"damaged ({error})"
        raise StoreError(f"{path} is {told}; {anew(path)}") from error


def dropped() -> str:
    """Why rows are not there, and what to do."""
    return "its rows were dropped (keep: results); `tracemill run CONFIG --only NODE` makes them again"


def anew(path: Path) -> str:
    """How a shard's file is made again, and nothing but its shard; another file with all that stands beside it."""
    artifact = path.parent.parent
    if path.parent.name == "data" and (artifact / SPENT).exists():
        return f"{dropped()}, and so does a run that needs them"
    if not path.stem.isdigit():
        return f"remove {artifact} and run again"
    manifest = artifact / "manifest.json"
    report = artifact / "shards" / f"{path.stem}.json"
    whole = f"{manifest} and " if manifest.exists() else ""
    return f"remove {whole}{report} and run again, and this shard alone is made anew"


def check_pages(path: Path) -> None:
    """Raises `StoreError` where a file is not what was written: polars does not look at the sums of its pages.

    A file that was found sound is not read again before it is written again.
    """
    _checked_pages(path, _written_ns(path))


@lru_cache(maxsize=4096)
def _checked_pages(path: Path, written_ns: int) -> None:
    with open_parquet(path) as file:
        for _ in _batches(file, path, batch_size=ROW_GROUP):
            pass


def _written_ns(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


def read_rows(path: Path, record: type[R], *, part: tuple[int, int] | None = None) -> Iterator[R]:
    """The rows of a file, or of its `part` from a first row to one behind the last; long ones fewer at a time."""
    with open_parquet(path) as file:
        problems = schema_problems(file.schema_arrow, record)
        if problems:
            raise StoreError(f"{path} does not hold {record.__name__} rows: {'; '.join(problems)}")
        first, end = part or (0, file.metadata.num_rows)
        groups, place = _row_groups(file.metadata, first, end)
        at_once = min(READ_ROWS, rows_in_bytes(READ_BYTES, unpacked_bytes(file.metadata), file.metadata.num_rows))
        for chunk in _batches(file, path, batch_size=at_once, row_groups=groups, columns=schema_of(record).names):
            yield from from_table(chunk[max(first - place, 0) : max(end - place, 0)], record)
            place += chunk.num_rows


def unpacked_bytes(metadata: pq.FileMetaData) -> int:
    """Of all the rows of a file."""
    return sum(metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups))


def read_batches(path: Path, columns: Sequence[str], rows: int) -> Iterator[pa.RecordBatch]:
    """These columns of a file, at most `rows` rows at a time."""
    with open_parquet(path) as file:
        yield from _batches(file, path, batch_size=rows, columns=list(columns))


def find_rows(path: Path, ids: Collection[str], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """These columns of the rows of a file with these ids; row groups are read whose ids may be among them.

    The engine writes rows in the order of their ids, so that ids that are near each other are in few row groups. The
    last ones that were read are kept, for who asks for rows often asks for their neighbours next.
    """
    if not ids:
        return
    low, high, written_ns = min(ids), max(ids), _written_ns(path)
    ranges = _ranges_of_ids(path, written_ns)
    groups = [number for number, (first, last) in enumerate(ranges) if first <= high and low <= last]
    if not groups:
        return
    wanted = pa.array(sorted(ids), pa.string())
    for number in groups:
        for batch in _kept_group(path, written_ns, number, ("id", *columns)):
            yield batch.filter(pc.is_in(batch["id"], wanted)).select(list(columns))


@lru_cache(maxsize=4096)
def _ranges_of_ids(path: Path, written_ns: int) -> list[tuple[str, str]]:
    """The smallest and the largest id of each row group; where a file does not tell, all there are."""
    with open_parquet(path) as file:
        place = file.schema_arrow.names.index("id")
        told = [file.metadata.row_group(number).column(place).statistics for number in range(file.num_row_groups)]
    return [(one.min, one.max) if one is not None and one.has_min_max else ("", LAST) for one in told]


@lru_cache(maxsize=2)
def _kept_group(path: Path, written_ns: int, number: int, columns: tuple[str, ...]) -> list[pa.RecordBatch]:
    with open_parquet(path) as file:
        return list(_batches(file, path, batch_size=ROW_GROUP, row_groups=[number], columns=list(columns)))


def _batches(file: pq.ParquetFile, path: Path, **asked: Any) -> Iterator[pa.RecordBatch]:
    try:
        yield from file.iter_batches(**asked)
    except (pa.ArrowInvalid, OSError) as error:
        raise StoreError(f"{path} is damaged ({error}); {anew(path)}") from error


def _row_groups(metadata: pq.FileMetaData, first: int, end: int) -> tuple[list[int], int]:
    """The row groups that hold these rows, and the place of their first row."""
    groups: list[int] = []
    begin = place = 0
    for index in range(metadata.num_row_groups):
        behind = place + metadata.row_group(index).num_rows
        if place < end and behind > first:
            begin = begin if groups else place
            groups.append(index)
        place = behind
    return groups, begin
