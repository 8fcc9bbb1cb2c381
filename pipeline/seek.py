"""Finds rows by their ids in Parquet files without reading the rest: first the ids, then the rows that are wanted.

Long texts make a row of kilobytes, its id is a few bytes. Row groups whose smallest and largest id tell that nothing
wanted lies between them are not read at all; the engine writes its shards sorted by id.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from pipeline.errors import StoreError
from pipeline.parquet import LAST, open_parquet

ID = pl.col("id")


def these(ids: Iterable[str]) -> pl.Expr:
    """Rows with just these ids."""
    wanted = sorted(set(ids))
    if not wanted:
        return pl.lit(False)
    return ID.is_between(pl.lit(wanted[0]), pl.lit(wanted[-1])) & ID.is_in(wanted)


def kin(row_id: str) -> pl.Expr:
    """A row, those above it and those below it; a first part may be cut short."""
    parts = row_id.split("/")
    above = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    beginning = row_id if len(parts) == 1 else f"{row_id}/"
    # What is between them in the order of ids is more than is wanted, and lets whole row groups be passed over.
    return ID.is_between(pl.lit(parts[0]), pl.lit(beginning + LAST)) & (ID.is_in(above) | ID.str.starts_with(beginning))


@dataclass(frozen=True)
class Place:
    """Where a row lies: its number in a file, from 0."""

    path: Path
    row: int
    id: str


def places(paths: Sequence[Path], wanted: pl.Expr) -> list[Place]:
    """The wanted rows in the order of files and rows. All files have a column `id`; raises `StoreError` where not."""
    if not paths:
        return []
    try:
        found = (
            pl.scan_parquet(list(paths), glob=False, include_file_paths="_file")
            .filter(wanted)
            .select("_file")
            .collect()
        )
        files = set(found["_file"])
        return [place for path in paths if str(path) in files for place in _places(path, wanted)]
    except (pl.exceptions.PolarsError, OSError) as error:
        raise StoreError(f"a file in {paths[0].parent} cannot be searched for ids: {error}") from error


def _places(path: Path, wanted: pl.Expr) -> list[Place]:
    found = pl.scan_parquet(path, glob=False, row_index_name="_row").filter(wanted).select("_row", "id").collect()
    return [Place(path, row, row_id) for row, row_id in found.iter_rows()]


def read(found: Sequence[Place]) -> list[dict[str, Any]]:
    """The rows at these places, in their order; of a file the row groups that hold them are read."""
    rows: dict[Place, dict[str, Any]] = {}
    for path in dict.fromkeys(place.path for place in found):
        here = [place for place in found if place.path == path]
        with open_parquet(path) as file:
            for group, (begin, end) in enumerate(_bounds(file.metadata)):
                inside = [place for place in here if begin <= place.row < end]
                if inside:
                    table = file.read_row_group(group).take([place.row - begin for place in inside])
                    rows.update(zip(inside, table.to_pylist(), strict=True))
    return [rows[place] for place in found]


def _bounds(footer: pq.FileMetaData) -> list[tuple[int, int]]:
    """The first row of each row group and the one behind its last."""
    sizes = (footer.row_group(group).num_rows for group in range(footer.num_row_groups))
    return list(pairwise(accumulate(sizes, initial=0)))
