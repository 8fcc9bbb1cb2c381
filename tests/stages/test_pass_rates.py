"""Pass rates of attempts that a rule stopped, of several teachers, and of verdicts that changed since."""

import random
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from stages._pass_rates import rates_by_problem, rates_by_teacher
from stages._sequential import interval
from stages._stopping import stop_reason, wilson
from stages.records import Draw, GiveUp, StopReason, StopRule, VerdictRow
from tests.stages.training_rows import attempt, verdict
from tests.support import MemorySide
from verifier.types import Outcome

RIGHT, WRONG, OPEN = Outcome.CORRECT, Outcome.INCORRECT, Outcome.UNDECIDED
RULE = StopRule(correct=2, give_up=GiveUp(attempts=4))


def drawn(
    name: str, counted: list[Outcome], *, now: list[Outcome] | None = None, rule: StopRule | None = RULE, **row: Any
) -> list[VerdictRow]:
    """Verdicts on attempts that a rule counted; `now` are the verdicts of today, where they differ."""
    draw = Draw(budget=8, rule=rule, stopped=StopReason.FIXED)
    if rule:
        decided = sum(outcome is not OPEN for outcome in counted)
        draw = replace(draw, num_decided=decided, num_correct=counted.count(RIGHT))
    rows = []
    for sample, (then, outcome) in enumerate(zip(counted, now or counted, strict=True)):
        of = attempt(name, sample, draw=replace(draw, counted=then if rule else None), **row)
        rows.append(verdict(of, outcome))
    return rows


def rated(rows: list[VerdictRow], *, by_teacher: bool = False) -> dict[Any, dict[str, Any]]:
    frame = (rates_by_teacher if by_teacher else rates_by_problem)(MemorySide(rows).lazy())
    keys = ["problem_id", "teacher"] if by_teacher else ["problem_id"]
    return {tuple(row[key] for key in keys) if by_teacher else row["problem_id"]: row for row in frame.to_dicts()}


def bounds(row: dict[str, Any]) -> tuple[Any, Any]:
    return row["pass_rate_low"], row["pass_rate_high"]


def test_a_stopped_count_has_the_unbiased_rate_and_its_own_interval():
    (row,) = rated(drawn("a", [WRONG, RIGHT, RIGHT], rule=StopRule(correct=2))).values()
    assert (row["num_attempts"], row["pass_rate"]) == (3, 1 / 2)
    assert bounds(row) == interval(StopRule(correct=2), 3, 2)


def test_a_fixed_number_has_the_share_and_wilsons_interval():
    (row,) = rated(drawn("a", [WRONG, RIGHT, RIGHT, OPEN], rule=None)).values()
    assert (row["num_attempts"], row["pass_rate"]) == (3, 2 / 3)
    assert bounds(row) == wilson(3, 2)


def test_fixed_and_stopped_problems_stand_side_by_side():
    rows = rated(drawn("a", [RIGHT, RIGHT]) + drawn("b", [RIGHT, WRONG], rule=None) + drawn("c", [WRONG] * 4))
    assert {name: row["pass_rate"] for name, row in rows.items()} == {"a": 1.0, "b": 0.5, "c": 0.0}
    assert rows["c"]["pass_rate_high"] == pytest.approx(interval(RULE, 4, 0)[1])


def test_undecided_attempts_count_for_nothing():
    (row,) = rated(drawn("a", [OPEN, WRONG, OPEN, RIGHT, RIGHT], rule=StopRule(correct=2))).values()
    assert (row["num_attempts"], row["pass_rate"]) == (3, 1 / 2)
    (nothing,) = rated(drawn("a", [OPEN] * 8)).values()
    assert (nothing["num_attempts"], nothing["pass_rate"], *bounds(nothing)) == (0, None, None, None)


def test_teachers_of_one_problem_have_rates_of_their_own_and_count_alike_in_its_rate():
    small = drawn("a", [WRONG, RIGHT, WRONG, RIGHT], rule=StopRule(correct=2))
    large = drawn("a", [RIGHT] * 8, rule=None, teacher="large")
    apart = rated(small + large, by_teacher=True)
    assert {teacher: row["pass_rate"] for (_, teacher), row in apart.items()} == {"small": 1 / 3, "large": 1.0}
    (row,) = rated(small + large).values()
    assert row["num_attempts"] == 12
    assert row["pass_rate"] == pytest.approx(2 / 3)
    lows = interval(StopRule(correct=2), 4, 2, 0.975)[0], wilson(8, 8, 0.975)[0]
    assert row["pass_rate_low"] == pytest.approx(sum(lows) / 2)


def test_a_verdict_that_changed_moves_the_rate_and_widens_its_bounds():
    counted = [WRONG, RIGHT, WRONG, RIGHT]
    same = rated(drawn("a", counted, rule=StopRule(correct=2)))["a"]
    # Of the two counted as correct one fell: half of the estimate of 1/3 is left.
    fallen = rated(drawn("a", counted, now=[WRONG, RIGHT, WRONG, WRONG], rule=StopRule(correct=2)))["a"]
    assert fallen["pass_rate"] == pytest.approx(1 / 6)
    assert fallen["pass_rate_low"] < same["pass_rate_low"]
    risen = rated(drawn("a", counted, now=[RIGHT, RIGHT, WRONG, RIGHT], rule=StopRule(correct=2)))["a"]
    assert risen["pass_rate"] == pytest.approx(1 / 3 + 2 / 3 * 1 / 2)
    assert bounds(risen)[0] <= risen["pass_rate"] <= bounds(risen)[1]
    unknown = rated(drawn("a", counted, now=[WRONG, OPEN, WRONG, OPEN], rule=StopRule(correct=2)))["a"]
    assert unknown["pass_rate"] is None


def test_a_judge_that_overturns_at_random_leaves_the_rate_without_bias_and_covered():
    """Rates of the judge's verdicts, 0.4 * 0.8 + 0.6 * 0.1, from counts that the rule stopped by its own."""
    draw, rows, rate = random.Random("judged"), [], 0.4 * 0.8 + 0.6 * 0.1
    for number in range(2500):
        counted: list[Outcome] = []
        while len(counted) < 8 and not stop_reason(RULE, len(counted), counted.count(RIGHT)):
            counted.append(RIGHT if draw.random() < 0.4 else WRONG)
        now = [RIGHT if draw.random() < (0.8 if then is RIGHT else 0.1) else WRONG for then in counted]
        rows += drawn(f"p{number}", counted, now=now)
    found = rates_by_problem(MemorySide(rows).lazy())
    values = found["pass_rate"]
    error = float(values.std()) / len(values) ** 0.5  # type: ignore[arg-type]
    assert abs(float(values.mean()) - rate) < 3 * error  # type: ignore[arg-type]
    covered = found.select(pl.lit(rate).is_between("pass_rate_low", "pass_rate_high").mean()).item()
    assert covered >= 0.95


def test_attempts_that_only_a_judge_decided_make_the_rate():
    (row,) = rated(drawn("a", [OPEN] * 8, now=[RIGHT] * 6 + [WRONG] * 2)).values()
    assert (row["num_attempts"], row["pass_rate"]) == (8, 6 / 8)
    assert bounds(row)[0] < 6 / 8 < bounds(row)[1]


def test_attempts_that_a_judge_decided_count_by_their_share():
    """Of three attempts before the last, which the rule had to have counted, one was left undecided by it."""
    counted, rule = [WRONG, OPEN, RIGHT, RIGHT], StopRule(correct=2)
    (granted,) = rated(drawn("a", counted, now=[WRONG, RIGHT, RIGHT, RIGHT], rule=rule)).values()
    assert granted["pass_rate"] == pytest.approx(1 / 3 + 2 / 3 * 1 / 2)
    (refused,) = rated(drawn("a", counted, now=[WRONG, WRONG, RIGHT, RIGHT], rule=rule)).values()
    assert refused["pass_rate"] == pytest.approx(2 / 3 * 1 / 2)
    (ended,) = rated(drawn("a", [WRONG, OPEN, RIGHT, WRONG], now=[WRONG, RIGHT, RIGHT, WRONG], rule=rule)).values()
    assert ended["pass_rate"] == pytest.approx(1 / 4 + 3 / 4 * 1 / 3)


def test_a_judge_that_decides_what_the_rules_left_open_leaves_the_rate_without_bias_and_covered():
    """Of four attempts in ten that the rules leave open a judge decides three quarters; the rest count for nothing."""
    draw, rows = random.Random("opened"), []
    rate = (0.2 + 0.3 * 0.7) / 0.9
    for number in range(2500):
        counted: list[Outcome] = []
        now: list[Outcome] = []
        while len(now) < 8 and not stop_reason(RULE, len(counted) - counted.count(OPEN), counted.count(RIGHT)):
            then = draw.choices([RIGHT, WRONG, OPEN], [0.2, 0.4, 0.4])[0]
            judged = draw.choices([RIGHT, WRONG, OPEN], [0.525, 0.225, 0.25])[0]
            counted, now = [*counted, then], [*now, judged if then is OPEN else then]
        rows += drawn(f"p{number}", counted, now=now)
    found = rates_by_problem(MemorySide(rows).lazy()).drop_nulls("pass_rate")
    values = found["pass_rate"]
    error = float(values.std()) / len(values) ** 0.5  # type: ignore[arg-type]
    assert abs(float(values.mean()) - rate) < 3 * error  # type: ignore[arg-type]
    covered = found.select(pl.lit(rate).is_between("pass_rate_low", "pass_rate_high").mean()).item()
    assert covered >= 0.95
