"""A view of a version: its files, and beside them the index, which names each row's split and digest in file order."""

from itertools import accumulate, pairwise
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from pipeline.seek import Place, Wanted, places

INDEX = "index"


def files_of(path: Path, view: str) -> list[Path]:
    """The files of a view in the order in which its index names their rows."""
    return sorted((path / view).glob("*.parquet"))


def index_of(path: Path, view: str) -> tuple[pl.LazyFrame, bool]:
    """`id`, `split` and `digest` of a view's rows, and whether the digests are known: older versions have no index."""
    index = path / INDEX / f"{view}.parquet"
    if index.exists():
        return pl.scan_parquet(index, glob=False), True
    parts = [
        pl.scan_parquet(file, glob=False).select("id", split=pl.lit(file.name.partition("-")[0]))
        for file in files_of(path, view)
    ]
    return pl.concat(parts).with_columns(digest=pl.lit(None, dtype=pl.Binary)), False


def places_in(path: Path, view: str, wanted: Wanted) -> list[Place]:
    """Where the wanted rows lie in the files of a view; their ids are looked up in the index where there is one."""
    index = path / INDEX / f"{view}.parquet"
    if not index.exists():
        return places(files_of(path, view), wanted)
    found = places([index], wanted)
    return _in_files(files_of(path, view), found) if found else []


def _in_files(files: list[Path], found: list[Place]) -> list[Place]:
    """The same rows in the files that the index counts through, by the number of each row in all of them."""
    footers = [pq.read_metadata(file) for file in files]
    groups = [
        (file, group, footer.row_group(group).num_rows)
        for file, footer in zip(files, footers, strict=True)
        for group in range(footer.num_row_groups)
    ]
    ends = list(pairwise(accumulate((rows for *_, rows in groups), initial=0)))
    first: dict[Path, int] = {}
    for (file, *_), (begin, _) in zip(groups, ends, strict=True):
        first.setdefault(file, begin)
    placed = []
    for place in found:
        number = next(i for i, (_, end) in enumerate(ends) if place.row < end)
        file, group, _ = groups[number]
        placed.append(Place(file, place.row - first[file], group, place.row - ends[number][0], place.id))
    return placed
