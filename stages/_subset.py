"""Nested subsets of one pool, for curves over the size of the data."""

from dataclasses import dataclass

import polars as pl

from pipeline.context import Context
from pipeline.errors import ConfigError
from pipeline.stage import REJECT_REASON
from stages._caps import first_reason
from stages._portions import Measure, amount, first_of


@dataclass(frozen=True, kw_only=True)
class Subset:
    """Options of a subset.

    by    -- what `count` and `share` are of: "rows", "tokens" of the responses, or "problems"; by problems a cluster of
             near copies is taken whole or not at all
    count -- so many of them, or
    share -- this share of all there are, above 0 and up to 1
    seed  -- of the line by hash of which a subset takes the first: a larger one contains the smaller
    """

    by: Measure = "rows"
    count: int | None = None
    share: float | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if (self.count is None) == (self.share is None):
            raise ConfigError("give either `count` or `share`")
        if self.count is not None and self.count < 1:
            raise ConfigError(f"count is {self.count}; it must be at least 1")
        if self.share is not None and not 0 < self.share <= 1:
            raise ConfigError(f"share is {self.share:g}; it must be above 0 and at most 1")

    def cut(self, rows: pl.LazyFrame, thin: pl.DataFrame, ctx: Context) -> pl.LazyFrame:
        """`rows` with reasons; `thin` has the columns `stages._portions.THIN` of the same rows."""
        present = amount(thin, self.by)
        if self.count is not None and self.count > present:
            raise ConfigError(
                f"{ctx.node}: count is {self.count:,} and there are {present:,} {self.by}; lower it, or use `share`"
            )
        quota = present * (self.share or 0) if self.count is None else self.count
        taken = first_of(thin, self.by, quota, self.seed)
        if present and taken.is_empty():
            raise ConfigError(
                f"{ctx.node}: a subset of {quota:g} of {present:,} {self.by} holds nothing, for the first in line is "
                "larger; take more, or another `seed`"
            )
        return rows.with_columns(
            first_reason({"not_in_subset": ~pl.col("id").is_in(taken.implode())}).alias(REJECT_REASON)
        )
