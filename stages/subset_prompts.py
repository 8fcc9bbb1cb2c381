"""Nested subsets of RL prompts, such as the paper's 30,000 of 462,000."""

from dataclasses import dataclass

import polars as pl

from pipeline.context import Context
from pipeline.stage import TableStage
from stages._portions import thin_prompts
from stages._subset import Subset
from stages.records import RlRow


@dataclass(frozen=True, kw_only=True)
class SubsetPrompts(Subset, TableStage[RlRow, RlRow]):
    """The first prompts in a line by hash; options as those of `subset_attempts`, but for tokens, which none has."""

    def transform(self, rows: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        return self.cut(rows, thin_prompts(rows, self.by), ctx)
