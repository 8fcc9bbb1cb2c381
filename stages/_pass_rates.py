"""Pass rates from verdicts, by what the attempts' `draw` says of how many were taken and why no more.

Of a fixed number of attempts the rate is the share of correct ones, with Wilson's interval. Where a rule stopped them
it is the estimate of `stages/_sequential.py`. Undecided attempts count in neither: the rate is that of decided ones.

The rule counted verdicts of its own, and others may have been reached since, by a judge say. Then the rate is that
estimate times the share of attempts now held correct among those counted as correct, plus the rest times the share
among those counted as incorrect: how they were counted is all that the rule looked at, so the sum is again without
bias. Its bounds are the corners of what the three exact intervals allow, at levels that together keep the error.

Attempts that the rule left undecided and others decided are as if of another kind: the rate is that of each kind by
the kind's share. Of n attempts, v of them such, that share is v / n, or where the rule stopped v / (n - 1), since the
last one cannot be such: again the chance that the first one is, given where it stopped.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from stages._sequential import FIXED, estimate, interval
from stages._stopping import LEVEL, stop_reason, wilson
from stages.records import GiveUp, StopRule
from verifier.types import Outcome

KINDS = [
    *("teachers", "rule", "drawn_decided", "drawn_correct"),
    *("decided", "correct", "changed", "held", "upheld", "dropped", "overturned", "opened", "granted"),
]
RATE = {"pass_rate": pl.Float64, "pass_rate_low": pl.Float64, "pass_rate_high": pl.Float64}
Rate = tuple[float, float, float]


def rates_by_teacher(verdicts: pl.LazyFrame) -> pl.DataFrame:
    """A row per problem and teacher: `problem_id, teacher, num_attempts` (decided ones) and `RATE`, null without any.

    The bounds hold for all teachers of a problem at once, so that means of them are bounds of the mean.
    """
    by = ("problem_id", "teacher")
    tallies = verdicts.group_by(*by).agg(*_tallies()).with_columns(pl.len().over("problem_id").alias("teachers"))
    counted = tallies.collect(engine="streaming")
    kinds = counted.select(KINDS).unique()
    found = pl.DataFrame([_rate_of(row) for row in kinds.iter_rows(named=True)], schema=RATE, orient="row")
    rated = counted.join(kinds.hstack(found), on=KINDS, how="left", nulls_equal=True)
    return rated.select(*by, pl.col("decided").cast(pl.Int64).alias("num_attempts"), *RATE)


def rates_by_problem(verdicts: pl.LazyFrame) -> pl.DataFrame:
    """A row per problem: the mean of its teachers' rates, each counting the same however often it was asked."""
    rates = rates_by_teacher(verdicts).group_by("problem_id")
    listed = rates.agg(pl.col("num_attempts").sum(), *(pl.col(name).drop_nulls() for name in RATE))
    # In a fixed order, which is what the last bits of a sum depend on.
    return listed.with_columns(pl.col(name).list.sort().list.mean() for name in RATE)


def _tallies() -> list[pl.Expr]:
    outcome, draw = pl.col("outcome"), pl.col("draw").struct
    counted = draw.field("counted")
    right, is_decided = outcome == Outcome.CORRECT, outcome != Outcome.UNDECIDED
    sums = {
        "decided": is_decided,
        "correct": right,
        "changed": (counted != Outcome.UNDECIDED) & (counted != outcome),
        "held": is_decided & (counted == Outcome.CORRECT),
        "upheld": right & (counted == Outcome.CORRECT),
        "dropped": is_decided & (counted == Outcome.INCORRECT),
        "overturned": right & (counted == Outcome.INCORRECT),
        "opened": is_decided & (counted == Outcome.UNDECIDED),
        "granted": right & (counted == Outcome.UNDECIDED),
    }
    return [
        *(which.sum().alias(name) for name, which in sums.items()),
        draw.field("num_decided").first().alias("drawn_decided"),
        draw.field("num_correct").first().alias("drawn_correct"),
        draw.field("rule").first().struct.json_encode().cast(pl.Categorical).alias("rule"),
    ]


def _rate_of(row: Mapping[str, Any]) -> Rate | tuple[None, None, None]:
    level = 1 - (1 - LEVEL) / row["teachers"]
    if not row["decided"]:
        return None, None, None
    if row["drawn_decided"] is None:
        return row["correct"] / row["decided"], *wilson(row["decided"], row["correct"], level)
    stopped = Stopped(_rule(row["rule"]), row["drawn_decided"], row["drawn_correct"])
    opened = Stratum(row["opened"], row["granted"])
    if not opened.decided:
        return _rate_of_counted(stopped, row, level) or (None, None, None)
    return stopped.rate_with(opened, _rate_of_counted(stopped, row, (1 + level) / 2), level) or (None, None, None)


def _rate_of_counted(stopped: "Stopped", row: Mapping[str, Any], level: float) -> Rate | None:
    """Of the attempts that the rule counted as right or wrong; None where those say nothing."""
    if not stopped.decided:
        return None
    if not row["changed"]:
        return stopped.rate(level)
    return stopped.rate_after(Stratum(row["held"], row["upheld"]), Stratum(row["dropped"], row["overturned"]), level)


def _rule(spelled: str) -> StopRule:
    fields = json.loads(spelled)
    give_up = fields.pop("give_up")
    return StopRule(**fields, give_up=GiveUp(**give_up) if give_up else None)


@dataclass(frozen=True, slots=True)
class Stratum:
    """Attempts that the rule counted alike: `correct` of the `decided` ones are now held correct."""

    decided: int
    correct: int

    def bounds(self, level: float) -> tuple[float, float]:
        return interval(FIXED, self.decided, self.correct, level) if self.decided else (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Stopped:
    """Where a rule stopped, by what it counted."""

    rule: StopRule
    decided: int
    correct: int

    def rate(self, level: float) -> Rate:
        return estimate(self.rule, self.decided, self.correct), *interval(self.rule, self.decided, self.correct, level)

    def rate_after(self, held: Stratum, dropped: Stratum, level: float) -> Rate | None:
        """Where verdicts have changed; None where a stratum that weighs anything holds no decided attempt."""
        spared = 1 - level
        counted, *ends = self.rate(1 - spared / 2)
        parts = ((counted, held), (1 - counted, dropped))
        if any(weight and not stratum.decided for weight, stratum in parts):
            return None
        rate = sum(weight * stratum.correct / stratum.decided for weight, stratum in parts if weight)
        (held_low, held_high), (dropped_low, dropped_high) = (part.bounds(1 - spared / 4) for part in (held, dropped))
        low = min(end * held_low + (1 - end) * dropped_low for end in ends)
        high = max(end * held_high + (1 - end) * dropped_high for end in ends)
        return rate, low, high

    def rate_with(self, opened: Stratum, counted: Rate | None, level: float) -> Rate | None:
        """Where attempts that it left undecided were decided since; `counted` is the rate of the others."""
        drawn, spared = self.decided + opened.decided, 1 - level
        is_last_counted = stop_reason(self.rule, self.decided, self.correct) is not None
        weight = opened.decided / (drawn - is_last_counted)
        if counted is None and weight < 1:
            return None
        rate, low, high = counted or (0.0, 0.0, 1.0)
        # The counted ones are what was drawn for, or but for the budget would have been.
        rule = StopRule(correct=self.decided) if is_last_counted else FIXED
        weights = [1 - end for end in interval(rule, drawn, self.decided, 1 - spared / 4)]
        opened_low, opened_high = opened.bounds(1 - spared / 4)
        low = min(end * opened_low + (1 - end) * low for end in weights)
        high = max(end * opened_high + (1 - end) * high for end in weights)
        return weight * opened.correct / opened.decided + (1 - weight) * rate, low, high
