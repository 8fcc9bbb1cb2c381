"""Problems as RL prompts, with how hard they proved to be and the split they belong to."""

import dataclasses
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.context import Context
from pipeline.errors import ConfigError
from pipeline.schema import schema_of
from pipeline.stage import REJECT_REASON, TableStage
from stages._draw import unit_interval
from stages._forest import Forest
from stages._pass_rates import RATE, rates_by_problem
from stages._training_prompt import user_message
from stages.records import Problem, Provenance, RlRow, VerdictRow


@dataclass(frozen=True, kw_only=True)
class SelectRl(TableStage[Problem, RlRow]):
    """One row per problem. `num_attempts` counts the decided attempts at it.

    The pass rate is the share of correct ones among them, and where a rule stopped the attempts the unbiased estimate
    from where it did, each with an interval that fits it (`stages/_pass_rates.py`). Of several teachers it is the mean
    of their rates, each counting the same.

    min_pass_rate, max_pass_rate -- inclusive bounds of difficulty; a problem nobody tried is never dropped by them
    validation_share             -- expected share of problems in the validation split, drawn by cluster, so that near
                                    copies of a question and the parts of one fall on the same side; clusters that
                                    share a question are drawn as one
    """

    optional_side = {"verdicts": VerdictRow}  # noqa: RUF012

    validation_share: float = 0.05
    min_pass_rate: float | None = None
    max_pass_rate: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.validation_share < 1:
            raise ConfigError(f"select_rl: validation_share is {self.validation_share}; it must be in [0, 1)")

    def transform(self, rows: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        rows = rows.with_columns(cluster_or_key())
        problems = rows.join(_rates(ctx).lazy(), left_on="id", right_on="problem_id", how="left")
        splits = self._splits(rows.select("id", "content_key", "cluster").collect())
        return (
            problems.with_columns(pl.col("num_attempts").fill_null(0))
            .join(splits.lazy(), on="id", how="left")
            .with_columns(
                *_contents(), pl.lit(None, dtype=pl.String).alias("difficulty"), self._reason().alias(REJECT_REASON)
            )
            .select(*schema_of(RlRow).names, REJECT_REASON)
        )

    def _splits(self, keys: pl.DataFrame) -> pl.DataFrame:
        draws = [unit_interval("validation", key) for key in _joined_clusters(keys)]
        names = ["validation" if draw < self.validation_share else "train" for draw in draws]
        return keys.select("id").with_columns(pl.Series("split", names, dtype=pl.String))

    def _reason(self) -> pl.Expr:
        low = 0.0 if self.min_pass_rate is None else self.min_pass_rate
        high = 1.0 if self.max_pass_rate is None else self.max_pass_rate
        too_hard = pl.when(pl.col("pass_rate") < low).then(pl.lit("too_hard"))
        return too_hard.when(pl.col("pass_rate") > high).then(pl.lit("too_easy")).otherwise(None)


def cluster_or_key() -> pl.Expr:
    """`cluster`, and of a question without near copies its own `content_key`."""
    return pl.coalesce("cluster", "content_key").alias("cluster")


def _joined_clusters(keys: pl.DataFrame) -> list[str]:
    """Of each row the smallest name among the clusters that questions lead to from its own."""
    rows, forest = np.arange(keys.height), Forest(keys.height)
    for column in ("cluster", "content_key"):
        forest.join_equal(rows, keys[column].rank("dense").to_numpy())
    named = keys.select("cluster", root=pl.Series(forest.roots(rows)))
    return named.select(pl.col("cluster").min().over("root")).to_series().to_list()


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
