"""Keeps the attempts at problems that are still there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from pipeline.context import Context
from pipeline.stage import REJECT_REASON, TableStage
from stages.records import Attempt, Problem


@dataclass(frozen=True, kw_only=True)
class KeepAttempts(TableStage[Attempt, Attempt]):
    """Attempts whose problem is in the side input `problems`; the others leave as `problem_dropped`.

    For what follows a stage that drops or mends problems after they were sampled: verified again, the attempts that
    stay are judged by the golds that stand.
    """

    side_inputs: ClassVar[Mapping[str, Any]] = {"problems": Problem}

    def transform(self, rows: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        there = ctx.side["problems"].lazy().select(pl.col("id").alias("problem_id"), pl.lit(True).alias("_there"))
        marked = rows.join(there.unique("problem_id"), on="problem_id", how="left", maintain_order="left")
        dropped = pl.when(pl.col("_there").is_null()).then(pl.lit("problem_dropped"))
        return marked.with_columns(dropped.alias(REJECT_REASON)).drop("_there")
