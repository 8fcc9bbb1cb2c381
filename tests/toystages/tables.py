"""Toy table and file stages."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import polars as pl

from pipeline import Context, FileStage, Folder, TableStage
from pipeline.context import SideInput
from pipeline.files import file_digest
from pipeline.stage import REJECT_DETAIL, REJECT_REASON
from tests.toystages.records import Every, Num


@dataclass(frozen=True, kw_only=True)
class Sift(TableStage[Num, Num]):
    """Drops rows whose number `every` divides."""

    every: int = 3

    def transform(self, rows: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        hit = pl.col("n") % self.every == 0
        return rows.with_columns(
            pl.when(hit).then(pl.lit("divisible")).alias(REJECT_REASON),
            pl.when(hit).then(pl.format("by {}", pl.lit(self.every))).alias(REJECT_DETAIL),
        )


@dataclass(frozen=True, kw_only=True)
class Gather(TableStage[Num, Num]):
    """One row for each parent, which stands for its children."""

    def transform(self, rows: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        parent = pl.col("id").str.split("/").list.first()
        return rows.group_by(parent).agg(pl.col("n").sum(), pl.col("text").sort().first())


@dataclass(frozen=True, kw_only=True)
class Wrong(TableStage[Num, Num]):
    """Breaks one rule of table stages, named by `how`."""

    how: str

    def transform(self, rows: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        first = pl.col("id") == "r0000"
        parents = rows.with_columns(pl.col("id").str.split("/").list.first())
        both = pl.concat([rows, rows.filter(first)])
        return {
            "lose": lambda: rows.filter(~first),
            "invent": lambda: pl.concat([rows, rows.filter(first).with_columns(id=pl.lit("new"))]),
            "double": lambda: both,
            "column": lambda: rows.with_columns(extra=pl.lit(1)),
            "type": lambda: rows.with_columns(n=pl.col("n").cast(pl.Float64)),
            "null": lambda: rows.with_columns(text=pl.when(first).then(None).otherwise("text")),
            "missing": lambda: rows.select("nothing"),
            "double drop": lambda: both.with_columns(pl.lit("gone").alias(REJECT_REASON)),
            "parent drop": lambda: pl.concat([rows, parents.filter(first)]).with_columns(
                pl.when(first).then(pl.lit("gone")).alias(REJECT_REASON)
            ),
            "parent twice": lambda: parents,
            "raise": self._raise,
        }[self.how]()

    def _raise(self) -> pl.LazyFrame:
        raise LookupError("no such table")


@dataclass(frozen=True, kw_only=True)
class Blur(TableStage[Every, Every]):
    """Gives back rows as they are, or with a number that has no canonical form."""

    real: str | None = None

    def transform(self, rows: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        return rows if self.real is None else rows.with_columns(real=pl.lit(float(self.real)))


@dataclass(frozen=True, kw_only=True)
class Total(FileStage[Num]):
    """A folder with the sum of the numbers."""

    broken: bool = False
    misplaced: bool = False

    def build(self, rows: SideInput | None, folder: Path, ctx: Context) -> None:
        assert rows is not None
        if self.broken:
            raise KeyError("sum")
        if self.misplaced:
            (folder / "nowhere" / "sum.txt").write_text("")
        (folder / "sum.txt").write_text(str(sum(row.n for row in rows.rows(Num))))


@dataclass(frozen=True, kw_only=True)
class Publish(FileStage[Num]):
    """A dataset version: the ids, one a line, and what lies above them."""

    publishes: ClassVar[bool] = True
    optional_side = {"total": Folder}  # noqa: RUF012

    name: str

    def build(self, rows: SideInput | None, folder: Path, ctx: Context) -> None:
        assert rows is not None
        rows.lazy().sort("id").sink_parquet(folder / "rows.parquet")
        (folder / "ids.txt").write_text("".join(f"{row.id}\n" for row in rows.rows(Num)))
        digest = file_digest(folder / "ids.txt")
        (folder / "when.txt").write_text(str(folder))
        above = [ancestor.node for ancestor in ctx.lineage]
        manifest = {"digest": digest, "files": {"ids.txt": {"sha256": digest}}, "above": above}
        (folder / "manifest.json").write_text(json.dumps(manifest))
