"""Ranges are compared end by end, not as differences."""

import pytest

from verifier import Outcome, Reason, compare


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("3-4 days", "3 to 4 days"),
        ("3-4 days", "3–4 days"),
        ("3-4 days", "72 to 96 hours"),
        ("3-4 days", "between 3 and 4 days"),
        ("5-7", "5 – 7"),
        ("5-7", "[5, 7]"),
        ("5-7 cm", "5 cm - 7 cm"),
        ("10%-20%", "10-20%"),
        (r"10\%-20\%", "10% to 20%"),
        ("$5-$7", r"\$5-\$7"),
        ("100-250", "from 100 to 250"),
        ("1990-1995", "1990–1995"),
    ],
)
def test_the_same_range(gold: str, answer: str) -> None:
    assert compare(gold, answer).outcome is Outcome.CORRECT


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("3-4 days", "4-5 days"),
        ("3-4 days", "-1 days"),
        ("3-4 days", "3-4 hours"),
        ("5-7", "6-8"),
        ("5-7", "-2"),
        ("5-7", "7-5"),
        ("5-7 cm", "6-8 cm"),
        ("10%-20%", "20%-30%"),
        ("$5-$7", "$6-$8"),
        ("100-200 mL", "200-300 mL"),
    ],
)
def test_another_range_of_the_same_width(gold: str, answer: str) -> None:
    assert compare(gold, answer).outcome is Outcome.INCORRECT


@pytest.mark.parametrize(
    ("gold", "answer"),
    [("7-5", "2"), ("2-3x", "-3x+2"), ("1.8e-5", "0.000018"), ("1.3e-5 M", r"13\ \mu\text{M}"), ("-2", "5-7")],
)
def test_differences_and_exponents_are_no_ranges(gold: str, answer: str) -> None:
    assert compare(gold, answer).outcome is Outcome.CORRECT


def test_a_single_value_is_no_range() -> None:
    assert compare("5-7", "6").reason is Reason.DIFFERENT_TYPE
