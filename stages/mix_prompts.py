"""Mixes RL prompts of several sources by ratio."""

from dataclasses import dataclass

import polars as pl

from pipeline.context import Context
from pipeline.stage import TableStage
from stages._mixing import Mix
from stages._portions import thin_prompts
from stages.records import RlRow


@dataclass(frozen=True, kw_only=True)
class MixPrompts(Mix, TableStage[RlRow, RlRow]):
    """Prompts of each part in its share of the mix; options as those of `mix_attempts`, but for tokens."""

    def transform(self, rows: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        return self.mixed(rows, thin_prompts(rows, self.by), ctx)
