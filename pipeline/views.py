"""A view of a version: its files, and beside them the index, which names each row's split and digest in file order."""

from bisect import bisect_right
from itertools import accumulate
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from pipeline.seek import Place, places

INDEX = "index"


def files_of(path: Path, view: str) -> list[Path]:
    """The files of a view in the order in which its index names their rows."""
    return sorted((path / view).glob("*.parquet"))


def split_of(file: Path) -> str:
    """The split that a file of a view belongs to, as its name begins."""
    return file.name.partition("-")[0]


def index_file(path: Path, view: str) -> Path:
    """Where the index of a view lies in a version's folder; versions of format 1 have none."""
    return path / INDEX / f"{view}.parquet"


def index_of(path: Path, view: str) -> tuple[pl.LazyFrame, bool]:
    """`id`, `split` and `digest` of a view's rows, and whether the digests are known: older versions have no index."""
    index = index_file(path, view)
    if index.exists():
        return pl.scan_parquet(index, glob=False), True
    parts = [
        pl.scan_parquet(file, glob=False).select("id", split=pl.lit(split_of(file))) for file in files_of(path, view)
    ]
    return pl.concat(parts).with_columns(digest=pl.lit(None, dtype=pl.Binary)), False


def places_in(path: Path, view: str, wanted: pl.Expr) -> list[Place]:
    """Where the wanted rows lie in the files of a view; their ids are looked up in the index where there is one."""
    index = index_file(path, view)
    if not index.exists():
        return places(files_of(path, view), wanted)
    found = places([index], wanted)
    return _in_files(files_of(path, view), found) if found else []


def _in_files(files: list[Path], found: list[Place]) -> list[Place]:
    """The same rows in the files that the index counts through."""
    ends = list(accumulate(pq.read_metadata(file).num_rows for file in files))
    placed = []
    for place in found:
        number = bisect_right(ends, place.row)
        begin = ends[number - 1] if number else 0
        placed.append(Place(files[number], place.row - begin, place.id))
    return placed
