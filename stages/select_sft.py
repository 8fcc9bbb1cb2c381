"""Which attempts become training examples, and why the others do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import polars as pl

from pipeline.context import Context
from pipeline.errors import ConfigError
from pipeline.schema import schema_of
from pipeline.stage import REJECT_DETAIL, REJECT_REASON, TableStage
from stages._caps import Caps, first_reason
from stages._pass_rates import rates_by_teacher
from stages._quota import Preference, within_quota
from stages._splits import cluster_or_key
from stages._trajectory_filters import TrajectoryFilters
from stages.records import Attempt, FinishReason, Problem, SelectedAttempt, TrajectoryRow, VerdictRow
from teachers.think import CLOSE
from verifier.extract import THINKING
from verifier.types import Outcome

# Teachers that show no reasoning apart are recorded whole, tags or not; who reads completions splits at these.
THINK_TAGS = f"(?m){THINKING.pattern}|{CLOSE}"
MAX_SHOWN = 60  # characters of an answer in a detail


@dataclass(frozen=True, kw_only=True)
class SelectSft(Caps, TrajectoryFilters, TableStage[VerdictRow, SelectedAttempt]):
    """One row per attempt to learn from: ids and decisions, for texts join them where a data set is written.

    keep        -- "correct": only what the verifier found right; "all": right, wrong and undecided alike
    unfinished  -- "drop" what was cut off, loops, says nothing after its reasoning or thinks again in its answer, where
                   a reward would look for the answer elsewhere; "keep" it, for a view without any filter
    samples     -- only the first so many samples of each problem and teacher, so that what one pool gives for fewer
                   samples is contained in what it gives for more; pass rates stay those of the whole pool
    min_tokens, max_tokens -- of the whole response, in the teacher's own tokens, inclusive
    per_problem -- at most so many attempts of a problem, over all teachers
    prefer      -- which of them: the shortest, the longest, the first sampled, random ones, or the most different, of
                   which the first is the shortest and each further one the farthest from those before

    Bands of difficulty, caps and filters of trajectories: docs/selection.md. A pass rate is that of the problem by the
    same teacher. The first reason that applies counts, in the order of docs/selection.md.
    """

    side_inputs: ClassVar[Mapping[str, Any]] = {"attempts": Attempt, "problems": Problem}
    optional_side: ClassVar[Mapping[str, Any]] = {"trajectories": TrajectoryRow}

    keep: Literal["correct", "all"] = "correct"
    unfinished: Literal["drop", "keep"] = "drop"
    samples: int | None = None
    min_tokens: int | None = None
    max_tokens: int | None = None
    per_problem: int | None = None
    prefer: Preference = "shortest"

    def __post_init__(self) -> None:
        for name in ("samples", "per_problem"):
            number = getattr(self, name)
            if number is not None and number < 1:
                raise ConfigError(f"{name} is {number}; it must be at least 1")
        self.check_bands()
        self.check_caps()
        self.check_filters()

    def transform(self, rows: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        rows = rows.with_row_index("_row")
        judged = self._judged(rows, ctx).with_columns(self.difficulty().alias("difficulty"))
        judged = judged.with_columns(self._reason().alias(REJECT_REASON))
        if self.per_problem is not None:
            texts = ctx.side["attempts"]
            judged = within_quota(judged, texts, per_problem=self.per_problem, prefer=self.prefer, seed=self.seed)
        gold = _cut(pl.col("answer")).alias("gold")
        problems = ctx.side["problems"].lazy().select(pl.col("id").alias("problem_id"), cluster_or_key(), gold)
        found = rows.select("_row", _found()).filter(pl.col("found").is_not_null())
        told = self.capped(judged).lazy().join(problems, on="problem_id", how="left", maintain_order="left")
        told = told.join(found, on="_row", how="left", maintain_order="left")
        reason, against = pl.col(REJECT_REASON), pl.format("{} against {}", "found", "gold")
        band = pl.when(reason == "other_difficulty").then("difficulty")
        detail = band.when(reason == pl.col("outcome")).then(against).alias(REJECT_DETAIL)
        return told.select(*schema_of(SelectedAttempt).names, REJECT_REASON, detail)

    def _judged(self, rows: pl.LazyFrame, ctx: Context) -> pl.DataFrame:
        """Verdicts with what decides about them. Raises `ConfigError` where a side lacks a row."""
        attempts = ctx.side["attempts"].lazy().select("id", "teacher", "sample", "num_tokens", *self._ends())
        problems = ctx.side["problems"].lazy().select(pl.col("id").alias("problem_id"), "source")
        sides = [("attempts", "id", attempts), ("problems", "problem_id", problems)]
        if self.filters():
            sides.append(("trajectories", "id", self._marks(ctx)))
        table = rows.select("_row", "id", "problem_id", "outcome").collect(engine="streaming")
        for role, on, side in sides:
            table = _with_side(table, side, on=on, role=role)
        verdicts = rows.select("id", "problem_id", "outcome", "draw")
        rates = rates_by_teacher(verdicts.join(attempts.select("id", "teacher"), on="id", maintain_order="left"))
        return table.join(rates, on=["problem_id", "teacher"], how="left", nulls_equal=True)

    def _ends(self) -> list[pl.Expr]:
        """Why an attempt is not finished, null where it is. Only this looks at texts, so only where it is asked for."""
        finish = pl.col("finish_reason")
        cases = {
            "truncated": finish == FinishReason.LENGTH,
            "looping": finish == FinishReason.LOOP,
            "no_final_text": pl.col("final").str.strip_chars() == "",
            "think_tags": pl.col("final").str.contains(THINK_TAGS),
        }
        return [first_reason(cases).alias("unfinished")] if self.unfinished == "drop" else []

    def _marks(self, ctx: Context) -> pl.LazyFrame:
        if "trajectories" not in ctx.side:
            raise ConfigError(
                "select_sft: its filters of trajectories need the side input `trajectories`; name a node there that "
                "uses mark_trajectories"
            )
        marks = ctx.side["trajectories"].lazy()
        return marks.select("id", first_reason(self.filters()).alias("filtered"))

    def _reason(self) -> pl.Expr:
        """The first reason against an attempt, null where there is none. A bound that is None holds against nothing."""
        outcome, tokens = pl.col("outcome"), pl.col("num_tokens")
        is_wrong = outcome != Outcome.CORRECT if self.keep == "correct" else pl.lit(False)
        lengths = {"too_short": tokens < pl.lit(self.min_tokens), "too_long": tokens > pl.lit(self.max_tokens)}
        return pl.coalesce(
            first_reason({"later_sample": pl.col("sample") >= pl.lit(self.samples)}),
            *([pl.col("unfinished")] if self.unfinished == "drop" else []),
            pl.when(is_wrong).then(outcome),
            first_reason(lengths),
            *([pl.col("filtered")] if self.filters() else []),
            first_reason({"other_difficulty": self.is_unwanted()}),
        )


def _found() -> pl.Expr:
    """What a verdict that is not correct was about, in a few words; null of one that is, to hold no text of it."""
    outcome, answer = pl.col("outcome"), pl.coalesce(_cut(pl.col("extracted")), pl.lit("no answer"))
    undecided = pl.format("{}: {}", "reason", answer)
    wrong = pl.when(outcome == Outcome.INCORRECT).then(answer).when(outcome == Outcome.UNDECIDED).then(undecided)
    return wrong.alias("found")


def _cut(text: pl.Expr) -> pl.Expr:
    short = pl.when(text.str.len_chars() > MAX_SHOWN).then(text.str.slice(0, MAX_SHOWN - 3) + "...").otherwise(text)
    return short.str.replace_all(r"\s+", " ")


def _with_side(table: pl.DataFrame, side: pl.LazyFrame, *, on: str, role: str) -> pl.DataFrame:
    """Raises `ConfigError` where a verdict's attempt or problem is not in the side input: nothing to decide on."""
    told = side.with_columns(pl.lit(True).alias("is_there"))
    joined = table.lazy().join(told, on=on, how="left", maintain_order="left").collect(engine="streaming")
    lost = joined.filter(pl.col("is_there").is_null())[on].unique().sort()
    if lost.len():
        raise ConfigError(
            f"select_sft: {lost.len()} of the verdicts' {on}s are not in side input `{role}` (first: {lost[0]}); "
            f"name the node there that is of the rows which were verified"
        )
    return joined.drop("is_there")
