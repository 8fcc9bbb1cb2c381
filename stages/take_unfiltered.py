"""All pairs as problems, for the view that nothing was filtered out of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from pipeline.context import Context
from pipeline.schema import schema_of
from pipeline.stage import TableStage
from stages.records import Problem, QAPair
from verifier.types import AnswerType

WITHOUT_GOLD = "no_gold"


@dataclass(frozen=True, kw_only=True)
class TakeUnfiltered(TableStage[QAPair, Problem]):
    """One problem for each pair: that of the side input `problems`, and where it is not there, the pair itself.

    A problem that is no pair, as a part of one is not, stays out: split pairs before.

    The gold is then the whole answer, read as words, which hardly any response agrees with: what a reward by rules
    makes of data that nobody filtered. Such a problem carries the signal `no_gold`.
    """

    side_inputs: ClassVar[Mapping[str, Any]] = {"problems": Problem}

    def transform(self, rows: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        problems = ctx.side["problems"].lazy()
        rest = rows.join(problems.select("id"), on="id", how="anti", maintain_order="left")
        fields = schema_of(Problem).names
        own = rest.select("id", *(_taken(name, rows.collect_schema()) for name in fields if name != "id"))
        filtered = problems.join(rows.select("id"), on="id", how="semi", maintain_order="left").select(fields)
        return pl.concat([filtered, own.match_to_schema(filtered.collect_schema())])


def _taken(name: str, pair: pl.Schema) -> pl.Expr:
    """A field of the problem out of the pair."""
    if name in ("answer", "reference_solution"):
        return pl.col("answer_text").alias(name)
    if name == "answer_type":
        return pl.lit(str(AnswerType.WORD)).alias(name)
    if name == "signals":
        return pl.concat_list(name, pl.lit(WITHOUT_GOLD))
    return pl.col(name) if name in pair else pl.lit(None).alias(name)
