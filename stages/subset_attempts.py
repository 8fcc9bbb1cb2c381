"""Nested subsets of selected attempts, such as one for each point of a scaling curve."""

from dataclasses import dataclass

import polars as pl

from pipeline.context import Context
from pipeline.stage import TableStage
from stages._portions import THIN
from stages._subset import Subset
from stages.records import SelectedAttempt


@dataclass(frozen=True, kw_only=True)
class SubsetAttempts(Subset, TableStage[SelectedAttempt, SelectedAttempt]):
    """The first attempts in a line by hash.

    by    -- what `count` and `share` are of: "rows", "tokens", or "problems", with all attempts at those taken; by
             problems a cluster of near copies is taken whole or not at all
    count -- so many of them; more than there are is an error, so that no point of a curve is smaller than it says
    share -- or this share of all there are
    seed  -- of the line; with one seed a larger subset contains the smaller
    """

    def transform(self, rows: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        return self.cut(rows, rows.select(THIN).collect(engine="streaming"), ctx)
