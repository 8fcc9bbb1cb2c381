"""Precision, recall, thresholds and intervals, against what a reader can work out by hand."""

import pytest

from stages._recall_curve import (
    Counts,
    Point,
    average_precision,
    by_domain,
    choose_threshold,
    counts_of,
    curve,
    domain_intervals,
    points,
    wilson,
)

#         0.9   0.8    0.8   0.6   0.3    0.1
SCORES = [0.9, 0.8, 0.8, 0.6, 0.3, 0.1]
LABELS = [True, True, False, True, False, True]
# At 0.9: 1 of 1, recall 1/4. At 0.8: 2 of 3, 2/4. At 0.6: 3 of 4, 3/4. At 0.3: 3 of 5, 3/4. At 0.1: 4 of 6, 4/4.
BY_HAND = [(0.9, 1, 1 / 4), (0.8, 2 / 3, 2 / 4), (0.6, 3 / 4, 3 / 4), (0.3, 3 / 5, 3 / 4), (0.1, 4 / 6, 1)]


def test_equal_scores_are_one_point() -> None:
    assert points(LABELS, SCORES) == [Point(*map(pytest.approx, row)) for row in BY_HAND]


def test_the_order_of_the_documents_does_not_count() -> None:
    assert points(LABELS[::-1], SCORES[::-1]) == points(LABELS, SCORES)


def test_average_precision_sums_steps_of_recall() -> None:
    assert average_precision(LABELS, SCORES) == pytest.approx(1 / 4 * 1 + 1 / 4 * 2 / 3 + 1 / 4 * 3 / 4 + 1 / 4 * 4 / 6)


def test_the_threshold_is_the_lowest_with_the_wanted_precision() -> None:
    chosen = choose_threshold(LABELS, SCORES, precision=0.7)
    assert (chosen.value, chosen.is_met) == (0.6, True)


def test_a_precision_that_nothing_reaches_is_said() -> None:
    chosen = choose_threshold([False, True], [0.9, 0.4], precision=0.95)
    assert (chosen.value, chosen.is_met) == (0.4, False)


def test_the_curve_has_the_highest_threshold_for_each_recall() -> None:
    assert [point.threshold for point in curve(LABELS, SCORES, steps=4)] == [0.9, 0.8, 0.6, 0.1]
    assert [point.threshold for point in curve(LABELS, SCORES, steps=2)] == [0.8, 0.1]


def test_nothing_positive_has_no_curve() -> None:
    with pytest.raises(ValueError, match="at least one positive"):
        points([False], [0.5])


def test_counts_give_precision_and_recall_or_none() -> None:
    counts = counts_of([True, True, False, False], [True, False, True, False])
    assert counts == Counts(true_positive=1, false_positive=1, false_negative=1, true_negative=1)
    assert (counts.precision, counts.recall) == (0.5, 0.5)
    assert (Counts().precision, Counts().recall) == (None, None)


def test_wilson_gives_the_published_interval() -> None:
    low, high = wilson(8, 10) or (0, 0)
    assert (low, high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    assert wilson(0, 0) is None


def test_intervals_by_domain_are_wider_where_a_domain_fails_as_a_whole() -> None:
    domains = [name for name in "abcdefgh" for _ in range(25)]
    good = by_domain(domains, [True] * 200, [domain != "a" for domain in domains])
    assert good["a"] == Counts(false_negative=25)
    low, high = domain_intervals(good).recall or (0, 0)
    by_document = wilson(175, 200) or (0, 0)
    assert low < by_document[0]
    assert high > by_document[1]
    assert domain_intervals(good) == domain_intervals(good)


def test_an_interval_of_what_is_mostly_absent_is_none() -> None:
    assert domain_intervals(by_domain(["a"], [False], [False])).recall is None
