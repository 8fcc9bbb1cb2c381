"""Percentages, per mille and basis points against shares and bare numbers. `gold | answer`, as in `test_policy`."""

import pytest

from tests.verifier.pairs import outcome_of, pairs
from verifier import infer_type

AGREE = {
    "percent": r"""
        25\% | 0.25
        25\% | 25
        25% | 25 percent
        0.25 | 25\%
        25 | 25%
        150% | 1.5
        12.5\% | \frac{1}{8}
        0.5\% | 0.005
    """,
    "spelling": r"""
        25% | 25\%
        25% | 25 \%
        25% | 25 percent
        25% | 25 per cent
        25% | twenty-five percent
        25% | 25\text{ percent}
        25% | 25 pct
        25% | 25％
        25% | about 25%
        25% | The probability is 25%
        25% | p = 25\%
        25 percent | 25%
        25 per cent | 0.25
        3 percentage points | 3%
        12.5% | 12 1/2 %
        12.5% | 12½%
        -8.3% | −8.3\%
        25% | 25% of the voters
        25% of the voters | 25%
        15% increase | an increase of 15%
        15% decrease | 15%
        15% decrease | -15%
        -15% | a decrease of 15%
        15% | 15% decrease
    """,
    "shares": r"""
        25% | 0.25
        25% | .25
        25% | \frac{1}{4}
        25% | one quarter
        25% | 13/52
        25% | 1 in 4
        0.25 | 25%
        1/4 | 25\%
        150% | 1.5
        2 | 200%
        0.5% | 0.005
        1% | 0.01
        68.27% | 0.6827
        0.6827 | 68.27%
        1/3 | 33.33%
        33\frac13\% | 33.33\%
        33\frac13\% | 1/3
        33\frac13\% | 0.3333
        33.\overline{3}\% | 1/3
        0.14 | 13.7%
        1.2\times10^{-3} | 0.12\%
    """,
    "bare numbers above one": r"""
        25% | 25
        25 | 25%
        95.4 | 95.4\%
        150% | 150
        12.5% | 12.5
        -8.3% | -8.3
        7.18% | 7.1757
    """,
    "precision": r"""
        7.18% | 7.1757\%
        7.18% | 0.071757
        -8.3% | -8.33\%
        13.7% | 13.65\%
        66.667% | 66.67%
        66.7% | 2/3
        25% | 25.0%
    """,
    "smaller parts": r"""
        0.25% | 25 basis points
        25 basis points | 0.25%
        25 bps | 0.0025
        25 basis points | 25
        12‰ | 1.2%
        12‰ | 0.012
        12 per mille | 12‰
    """,
    "cut off": r"""
        12347% | 123.4
        12347% | 123.5
    """,
}

DIFFER = {
    "percent": r"""
        0.5 | 0.5%
        2% | 200
        12.5% | 1.25%
        25\% | 2500\%
    """,
    "spelling": r"""
        25% | 26%
        25% | 25% or 30%
        25% | 25%, 30%
        25% | -25%
        25% | 25x%
        25% | less than 25%
        25% of the voters | 25% of the apples
        15% increase | 15% decrease
        -15% | 15% increase
        15% increase | -15%
        -15% | 15%
        40% | 30\%\text{ or }40\%
        25% | 25 m
        \sqrt{5} | 3%
        250% | \sqrt{5}
        25% | \$25
    """,
    "shares": r"""
        25% | 0.025
        25% | 2.5
        25% | 1/25
        25% | 2500%
        0.25 | 0.25%
        0.25 | 2.5%
        0.5 | 0.5%
        2% | 200
        12.5% | 1.25%
        1/3 | 33%
        1/3 | 33.3%
        1/3 | 0.33%
        150% | 0.15
        1.2\times10^{-3} | 1.2\%
        2.5 | 25\%
    """,
    "bare numbers up to one": r"""
        1% | 1
        1 | 1%
        0.5% | 0.5
        0.8 | 0.8%
        1/2 | 0.5%
    """,
    "precision": r"""
        33.33% | 33.3\%
        13.7% | 0.14
        13.7% | 14%
        84.6% | 84\%
        95.4% | 95
        25% | 25.3%
        0.137 | 14%
        7.18% | 7.19%
        25% | 0.2504
    """,
    "smaller parts": r"""
        25 basis points | 25%
        25 basis points | 2.5%
        12‰ | 12%
        12‰ | 0.12
    """,
    "cut off": r"""
        12343% | 123.5
    """,
}


@pytest.mark.parametrize(("gold", "answer"), pairs(AGREE))
def test_agrees(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "correct"


@pytest.mark.parametrize(("gold", "answer"), pairs(DIFFER))
def test_differs(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "incorrect"


@pytest.mark.parametrize(
    "gold", ["25%", r"25\%", "25 percent", "25 per cent", r"33\frac13\%", "25% of the voters", "3‰"]
)
def test_shares_are_percent(gold: str) -> None:
    assert infer_type(gold) == "percent"


@pytest.mark.parametrize("gold", ["percentage", "percent", "25", "25 cents", "percentile"])
def test_other_golds_are_not(gold: str) -> None:
    assert infer_type(gold) != "percent"
