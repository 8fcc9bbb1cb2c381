"""Mixes attempts of several sources by ratio, such as half of each for what the paper calls 50/50."""

from dataclasses import dataclass

import polars as pl

from pipeline.context import Context
from pipeline.stage import TableStage
from stages._mixing import Mix
from stages._portions import THIN
from stages.records import SelectedAttempt


@dataclass(frozen=True, kw_only=True)
class MixAttempts(Mix, TableStage[SelectedAttempt, SelectedAttempt]):
    """Attempts of each part in its share of the mix, drawn by a hash of ids.

    parts  -- {math: {sources: [math-train], share: 0.5}, web: {sources: [...], share: 0.5}}; the shares add up to 1
    by     -- what shares and total count: "rows", "tokens", or "problems", with all attempts at those taken
    total  -- how much in all; None: as much as the part allows that is scarcest for its share
    scarce -- a part with less than its share of `total`: "fail", or "allow" it, told as the counter `missing_NAME`
    seed   -- of the draw; with one seed a larger total contains the smaller one
    """

    def transform(self, rows: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        return self.mixed(rows, rows.select(THIN).collect(engine="streaming"), ctx)
