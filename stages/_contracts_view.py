"""One view of a version, as whoever checks it reads it: from its files alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from pipeline.views import files_of, split_of

NAMED = 3


@dataclass(frozen=True)
class View:
    """`name` of the `version` in that folder, with the version's manifest."""

    version: Path
    name: str
    manifest: Mapping[str, Any]

    @cached_property
    def files(self) -> list[Path]:
        return files_of(self.version, self.name)

    @cached_property
    def columns(self) -> set[str]:
        return set(pq.read_schema(self.files[0]).names)

    @cached_property
    def is_uniform(self) -> bool:
        """Whether its files can be read as one table."""
        return (
            len({tuple(zip(one.names, map(str, one.types), strict=True)) for one in map(pq.read_schema, self.files)})
            == 1
        )

    def rows(self) -> pl.LazyFrame:
        """With the split of each row's file as `_split`."""
        splits = (pl.scan_parquet(file, glob=False).with_columns(_split=pl.lit(split_of(file))) for file in self.files)
        return pl.concat(splits)


def views_of(version: Path, manifest: Mapping[str, Any]) -> list[View]:
    return [View(version, name, manifest) for name in manifest.get("rows", {})]


def some(ids: pl.Series, count: int | None = None, what: str = "rows") -> str:
    """`3 rows (a, b, c)`; the first ids stand for all."""
    count = len(ids) if count is None else count
    shown = ", ".join(map(str, ids.head(NAMED)))
    named = f" ({shown}{', ...' if count > NAMED else ''})" if count else ""
    return f"{count:,} {what if count != 1 else what[:-1]}{named}"
