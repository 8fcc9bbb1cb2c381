"""Removes repeated questions: one row of each `content_key` stays, the others say which."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.context import Context
from pipeline.stage import REJECT_DETAIL, REJECT_REASON, TableStage
from stages.records import QAPair

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, kw_only=True)
class DedupExact(TableStage[QAPair, QAPair]):
    """Of the rows that ask the same, the one with the best score stays, and of equal ones the smallest id."""

    def transform(self, rows: "pl.LazyFrame", ctx: Context) -> "pl.LazyFrame":
        import polars as pl

        best_first = rows.select("content_key", "score", "id").sort("score", "id", descending=[True, False])
        winners = best_first.group_by("content_key").agg(pl.col("id").first().alias("_winner"))
        repeated = pl.col("id") != pl.col("_winner")
        return (
            rows.join(winners, on="content_key", how="left")
            .with_columns(
                pl.when(repeated).then(pl.lit("duplicate")).alias(REJECT_REASON),
                pl.when(repeated).then(pl.col("_winner")).alias(REJECT_DETAIL),
            )
            .drop("_winner")
        )
