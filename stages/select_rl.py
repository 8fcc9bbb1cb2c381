"""Problems as RL prompts, with how hard they proved to be and the split they belong to."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import polars as pl

from pipeline.context import Context
from pipeline.errors import ConfigError
from pipeline.schema import schema_of
from pipeline.stage import REJECT_DETAIL, REJECT_REASON, TableStage
from stages._caps import Caps, first_reason
from stages._pass_rates import RATE, rates_by_problem
from stages._splits import cluster_or_key, drawn_splits
from stages._training_prompt import user_message
from stages.records import Problem, Provenance, RlRow, VerdictRow

DECIDED = ["id", "num_attempts", *RATE, "difficulty", "split", REJECT_REASON]


@dataclass(frozen=True, kw_only=True)
class SelectRl(Caps, TableStage[Problem, RlRow]):
    """One row per problem. `num_attempts` counts the decided attempts at it.

    The pass rate is the share of correct ones among them, and where a rule stopped the attempts the unbiased estimate
    from where it did, each with an interval that fits it (`stages/_pass_rates.py`). Of several teachers it is the mean
    of their rates, each counting the same.

    unsampled        -- "keep" or "drop" problems without a decided attempt; nothing else is decided about them
    min_attempts     -- least number of decided attempts at the others
    min_pass_rate, max_pass_rate -- inclusive bounds of difficulty, by the estimate, or `by: interval` where the whole
                        interval lies beyond
    validation_share -- expected share of problems in the validation split, drawn by cluster, so that near copies of a
                        question and the parts of one fall on the same side; clusters that share a question are drawn as
                        one. A cluster that stands in the side input `splits` has the split it has there

    Bands of difficulty, caps and the order of reasons: docs/selection.md.
    """

    optional_side: ClassVar[Mapping[str, Any]] = {"verdicts": VerdictRow, "splits": RlRow}

    unsampled: Literal["keep", "drop"] = "keep"
    min_attempts: int = 1
    min_pass_rate: float | None = None
    max_pass_rate: float | None = None
    validation_share: float = 0.05

    def __post_init__(self) -> None:
        if not 0 <= self.validation_share < 1:
            raise ConfigError(f"validation_share is {self.validation_share}; it must be in [0, 1)")
        low, high = self.min_pass_rate, self.max_pass_rate
        if not 0 <= (low or 0) <= (1 if high is None else high) <= 1:
            raise ConfigError(f"min_pass_rate is {low}, max_pass_rate {high}; they are shares, the first no larger")
        self.check_bands()
        self.check_caps()

    def transform(self, rows: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        rows = rows.with_columns(cluster_or_key())
        decided = self._decided(rows.select("id", "source", "content_key", "cluster").collect(engine="streaming"), ctx)
        detail = pl.when(pl.col(REJECT_REASON) == "other_difficulty").then("difficulty").alias(REJECT_DETAIL)
        told = rows.drop("difficulty").join(decided.lazy().select(DECIDED), on="id", how="left", maintain_order="left")
        return told.with_columns(_contents()).select(*schema_of(RlRow).names, REJECT_REASON, detail)

    def _decided(self, problems: pl.DataFrame, ctx: Context) -> pl.DataFrame:
        rated = problems.join(_rates(ctx), left_on="id", right_on="problem_id", how="left")
        rated = rated.with_columns(pl.col("num_attempts").fill_null(0), self.difficulty().alias("difficulty"))
        split = rated.with_columns(drawn_splits(rated, self.validation_share))
        if "splits" in ctx.side:
            split = _with_splits(split, ctx.side["splits"].lazy())
        return self.capped(split.with_columns(self._reason().alias(REJECT_REASON)))

    def _reason(self) -> pl.Expr:
        """The first reason against a problem. A bound that is None holds against nothing."""
        low, high = ("pass_rate",) * 2 if self.by == "estimate" else ("pass_rate_low", "pass_rate_high")
        is_sampled = pl.col("num_attempts") > 0
        return first_reason(
            {
                "unsampled": ~is_sampled & pl.lit(self.unsampled == "drop"),
                "few_attempts": is_sampled & (pl.col("num_attempts") < self.min_attempts),
                "too_hard": pl.col(high) < pl.lit(self.min_pass_rate),
                "too_easy": pl.col(low) > pl.lit(self.max_pass_rate),
                "other_difficulty": is_sampled & self.is_unwanted(),
            }
        )


def _with_splits(problems: pl.DataFrame, splits: pl.LazyFrame) -> pl.DataFrame:
    """Raises `ConfigError` where `splits` has a cluster in several."""
    cluster = pl.col("provenance").struct.field("cluster")
    given = splits.select(cluster.alias("cluster"), pl.col("split").alias("given")).unique().collect()
    twice = given.filter(pl.col("cluster").is_duplicated())["cluster"].unique().sort()
    if twice.len():
        raise ConfigError(
            f"select_rl: {twice.len()} clusters have problems in several splits in side input `splits` (first: "
            f"{twice[0]}); name one selection there"
        )
    told = problems.join(given, on="cluster", how="left", maintain_order="left")
    return told.with_columns(pl.coalesce("given", "split").alias("split")).drop("given")


def _rates(ctx: Context) -> pl.DataFrame:
    """No rows where nothing was sampled."""
    if "verdicts" not in ctx.side:
        return pl.DataFrame(schema={"problem_id": pl.String, "num_attempts": pl.Int64, **RATE})
    return rates_by_problem(ctx.side["verdicts"].lazy())


def _contents() -> list[pl.Expr]:
    provenance = [field.name for field in dataclasses.fields(Provenance) if field.name != "problem_id"]
    return [
        user_message(pl.col("question")).alias("prompt"),
        pl.concat_str(pl.lit("tracemill/"), "source").alias("data_source"),
        pl.struct(pl.col("id").alias("problem_id"), *provenance).alias("provenance"),
    ]
