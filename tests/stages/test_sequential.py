"""What a stopped count says of a pass rate. Expectations are exact where they can be: over all stopping points."""

import random
import sys
from collections.abc import Iterator
from math import comb

import pytest

from stages._sequential import FIXED, estimate, interval
from stages._stopping import soonest, stop_reason, wilson
from stages.records import GiveUp, StopReason, StopRule

# With the most attempts that are drawn.
PLANS = [
    (StopRule(correct=1), 6),
    (StopRule(correct=2), 8),
    (StopRule(correct=4), 16),
    (StopRule(correct=2, give_up=GiveUp(attempts=4)), 8),
    (StopRule(correct=3, give_up=GiveUp(attempts=6, correct=2)), 12),
    (StopRule(interval=0.5), 24),
    (StopRule(interval=0.35, give_up=GiveUp(attempts=8)), 40),
    (StopRule(correct=6, interval=0.4), 20),
]
RATES = (0.02, 0.1, 0.3, 0.5, 0.62, 0.85, 0.97)


def stops(rule: StopRule, budget: int, rate: float) -> Iterator[tuple[int, int, float]]:
    """Where a count may stop, and how likely: the chances of all states moved forward one attempt at a time."""
    states = {0: 1.0}
    for decided in range(1, budget + 1):
        moved: dict[int, float] = {}
        for correct, chance in states.items():
            moved[correct] = moved.get(correct, 0.0) + chance * (1 - rate)
            moved[correct + 1] = moved.get(correct + 1, 0.0) + chance * rate
        over = {s for s in moved if decided == budget or stop_reason(rule, decided, s)}
        yield from ((decided, s, moved[s]) for s in sorted(over))
        states = {s: chance for s, chance in moved.items() if s not in over}


@pytest.mark.parametrize(("rule", "budget"), PLANS)
@pytest.mark.parametrize("rate", RATES)
def test_the_estimate_is_without_bias_whatever_the_rule_and_the_rate(rule, budget, rate):
    assert sum(chance for *_, chance in stops(rule, budget, rate)) == pytest.approx(1)
    mean = sum(chance * estimate(rule, decided, correct) for decided, correct, chance in stops(rule, budget, rate))
    assert mean == pytest.approx(rate, abs=1e-9)


@pytest.mark.parametrize(("rule", "budget"), PLANS)
@pytest.mark.parametrize("rate", RATES)
def test_the_interval_covers_the_rate_at_least_as_often_as_it_says(rule, budget, rate):
    covered = 0.0
    for decided, correct, chance in stops(rule, budget, rate):
        low, high = interval(rule, decided, correct)
        covered += chance * (low <= rate <= high)
    assert covered >= 0.95


# Stopped at the first correct attempt the only unbiased estimate is whether that was the first of all.
@pytest.mark.parametrize(("rule", "budget"), PLANS[1:])
def test_the_estimate_lies_in_its_interval(rule, budget):
    for decided, correct, _ in stops(rule, budget, 0.5):
        low, high = interval(rule, decided, correct)
        assert 0 <= low <= estimate(rule, decided, correct) <= high <= 1


def test_drawn_attempts_agree_with_what_was_calculated():
    """3,000 counts of real draws a rate: the mean within three standard errors, the share of correct ones not."""
    rule, budget = StopRule(correct=2, give_up=GiveUp(attempts=5)), 8
    for rate in (0.15, 0.4, 0.7):
        draw = random.Random(f"attempts at {rate}")
        estimates, shares, covered = [], [], 0
        for _ in range(3000):
            decided = correct = 0
            while decided < budget and (not decided or stop_reason(rule, decided, correct) is None):
                decided, correct = decided + 1, correct + (draw.random() < rate)
            estimates.append(estimate(rule, decided, correct))
            shares.append(correct / decided)
            low, high = interval(rule, decided, correct)
            covered += low <= rate <= high
        mean, error = mean_and_error(estimates)
        assert abs(mean - rate) < 3 * error
        plain, error = mean_and_error(shares)
        assert plain - rate > 3 * error
        assert covered >= 0.95 * 3000


def mean_and_error(values: list[float]) -> tuple[float, float]:
    mean = sum(values) / len(values)
    return mean, (sum((value - mean) ** 2 for value in values) / len(values) ** 2) ** 0.5


def test_a_fixed_number_gives_the_share_and_the_interval_of_clopper_and_pearson():
    assert estimate(FIXED, 8, 3) == 3 / 8
    # Tables of the exact interval for 3 of 8, 0 of 8 and 8 of 8.
    assert interval(FIXED, 8, 3) == pytest.approx((0.0852, 0.7551), abs=1e-4)
    assert interval(FIXED, 8, 0) == pytest.approx((0.0, 0.3694), abs=1e-4)
    assert interval(FIXED, 8, 8) == pytest.approx((0.6306, 1.0), abs=1e-4)


@pytest.mark.parametrize("decided", [3, 5, 8])
def test_a_stop_at_the_kth_correct_gives_the_estimate_of_haldane(decided):
    assert estimate(StopRule(correct=3), decided, 3) == pytest.approx(2 / (decided - 1))


def test_what_the_rule_would_have_stopped_before_is_refused():
    with pytest.raises(ValueError, match="stops before 2 of 8"):
        estimate(StopRule(correct=1), 8, 2)


def test_paths_are_counted_exactly_where_floats_would_not_hold_them():
    assert comb(1100, 500) > sys.float_info.max
    assert estimate(StopRule(correct=500), 1100, 500) == pytest.approx(499 / 1099)
    low, high = interval(StopRule(correct=500), 1100, 500)
    assert 0.42 < low < 500 / 1100 < high < 0.49


def test_the_rule_names_what_stopped_it():
    rule = StopRule(correct=2, interval=0.3, give_up=GiveUp(attempts=4))
    assert stop_reason(rule, 2, 2) is StopReason.CORRECT
    assert stop_reason(rule, 4, 0) is StopReason.GAVE_UP
    assert stop_reason(rule, 4, 1) is None
    assert stop_reason(rule, 40, 1) is StopReason.INTERVAL
    assert stop_reason(rule, 0, 0) is None


def test_the_soonest_stop_is_the_fewest_attempts_that_could_end_it():
    rule = StopRule(correct=2, give_up=GiveUp(attempts=4))
    assert soonest(rule, 0, 0, within=8) == 2
    assert soonest(rule, 1, 1, within=7) == 1
    assert soonest(rule, 3, 0, within=5) == 1
    assert soonest(StopRule(correct=5), 0, 0, within=3) == 3


def test_the_score_interval_of_wilson():
    assert wilson(4, 4) == (pytest.approx(0.5101, abs=1e-4), 1.0)
    assert wilson(2, 1) == pytest.approx((0.0945, 0.9055), abs=1e-4)
    assert wilson(4, 0) == (0.0, pytest.approx(0.4899, abs=1e-4))
