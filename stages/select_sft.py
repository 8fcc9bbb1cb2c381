"""Which attempts become training examples, and why the others do not."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from pipeline.context import Context
from pipeline.errors import ConfigError
from pipeline.schema import schema_of
from pipeline.stage import REJECT_REASON, TableStage
from stages._pass_rates import rates_by_teacher
from stages.records import Attempt, FinishReason, Problem, SelectedAttempt, VerdictRow
from stages.select_rl import cluster_or_key
from verifier.types import Outcome

ATTEMPT_COLUMNS = ["id", "teacher", "finish_reason", "num_tokens", "sample"]


@dataclass(frozen=True, kw_only=True)
class SelectSft(TableStage[VerdictRow, SelectedAttempt]):
    """One row per usable attempt. An attempt without an end (cut off, looping) teaches none, so no view takes it.

    keep         -- "correct": only what the verifier found right; "all": right, wrong and undecided alike
    per_problem  -- at most so many attempts of a problem, over all teachers
    prefer       -- which of them: the shortest, the longest, or the first sampled
    max_tokens   -- longest attempt to take, in the teacher's own tokens
    """

    side_inputs = {"attempts": Attempt, "problems": Problem}  # noqa: RUF012

    keep: Literal["correct", "all"] = "correct"
    per_problem: int | None = None
    prefer: Literal["shortest", "longest", "first"] = "shortest"
    max_tokens: int | None = None

    def transform(self, rows: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        is_empty = (pl.col("final").str.strip_chars() == "").alias("is_empty")
        attempts = ctx.side["attempts"].lazy().select(*ATTEMPT_COLUMNS, is_empty)
        problems = ctx.side["problems"].lazy().select(pl.col("id").alias("problem_id"), cluster_or_key(), "source")
        _check_wiring(rows, attempts.select("id"), on="id", role="attempts")
        _check_wiring(rows, problems.select("problem_id"), on="problem_id", role="problems")
        rates = rates_by_teacher(rows.drop("teacher").join(attempts.select("id", "teacher"), on="id", how="left"))
        joined = (
            rows.drop("teacher", "draw")
            .join(attempts, on="id", how="left")
            .join(problems, on="problem_id", how="left")
            .join(rates.lazy(), on=["problem_id", "teacher"], how="left", nulls_equal=True)
        )
        judged = joined.with_columns(self._reason().alias(REJECT_REASON))
        named = self._within_quota(judged).with_columns(pl.lit(None, dtype=pl.String).alias("difficulty"))
        return named.select(*schema_of(SelectedAttempt).names, REJECT_REASON)

    def _reason(self) -> pl.Expr:
        """The first reason against an attempt, null where there is none."""
        finish, outcome = pl.col("finish_reason"), pl.col("outcome")
        reason = (
            pl.when(finish == FinishReason.LENGTH)
            .then(pl.lit("truncated"))
            .when(finish == FinishReason.LOOP)
            .then(pl.lit("looping"))
            .when(pl.col("is_empty"))
            .then(pl.lit("no_final_text"))
        )
        if self.keep == "correct":
            reason = reason.when(outcome != Outcome.CORRECT).then(outcome)
        if self.max_tokens is not None:
            reason = reason.when(pl.col("num_tokens") > self.max_tokens).then(pl.lit("too_long"))
        return reason.otherwise(None)

    def _within_quota(self, judged: pl.LazyFrame) -> pl.LazyFrame:
        if self.per_problem is None:
            return judged
        # `id` breaks ties, so that the choice does not depend on the order of rows.
        keys = {"shortest": pl.col("num_tokens"), "longest": -pl.col("num_tokens"), "first": pl.col("sample")}
        dropped = pl.col(REJECT_REASON).is_not_null()
        place = pl.struct(dropped, keys[self.prefer].alias("key"), pl.col("id")).rank("ordinal").over("problem_id")
        over = pl.when(~dropped & (place > self.per_problem)).then(pl.lit("over_quota"))
        return judged.with_columns(pl.coalesce(REJECT_REASON, over).alias(REJECT_REASON))


def _check_wiring(rows: pl.LazyFrame, side: pl.LazyFrame, *, on: str, role: str) -> None:
    """Raises `ConfigError` where a verdict's attempt or problem is not in the side input: nothing to decide on."""
    lost = rows.select(on).unique().join(side, on=on, how="anti").sort(on).collect()
    if lost.height:
        raise ConfigError(
            f"select_sft: {lost.height} of the verdicts' {on}s are not in side input `{role}` (first: {lost[on][0]}); "
            f"name the node there whose rows were verified"
        )
