"""Computer algebra, called as a worker calls it: what no comparator can decide, and what it must not call equal."""

import pytest

from tests.verifier.pairs import pairs
from verifier.algebra import decide_algebra
from verifier.types import Outcome, Reason

AGREE = r"""
    \int_0^1 x^2 dx | 1/3
    \int_0^1 x^2\,dx | \frac{1}{3}
    \int_0^1 x^2\,dx | 0.3333
    \frac{\pi}{4} | \int_0^1 \frac{1}{1+x^2} dx
    \int x^2 dx | \frac{x^3}{3}
    \lim_{x\to 0} \frac{\sin x}{x} | 1
    \lim_{x \to \infty} (1+\frac{1}{x})^x | e
    \sum_{n=1}^{\infty} \frac{1}{n^2} | \frac{\pi^2}{6}
    \int_0^\infty e^{-x^2} dx | \frac{\sqrt{\pi}}{2}
    \int_0^1 2x\,dx | \sum_{k=1}^{1} k
    \frac{d}{dx} x^2 | 2x
    \frac{d}{dx}(\sin x) | \cos x
    0.7468 | \int_0^1 e^{-x^2}dx
    \int_0^1 e^{-x^2}dx | 0.7468
    \int_0^t e^{-s} ds | 1-e^{-t}
    \int_0^1 xy dx | \frac{y}{2}
"""

DIFFER = r"""
    2.4\times10^{-17} + \int_0^1 0 dx | 7.2\times10^{-17}
    \int_0^1 10^{-17} dx | 3\times 10^{-17}
    \int_0^1 x^2 dx | 1/2
    \int_0^1 X dx | \int_0^1 x^2 dx
    \int_0^1 Kx\,dx | \frac{k}{2}
    \lim_{x\to 0} g'(x) | \lim_{x\to 0} g(x)
    \sum_{n=1}^{\infty} \frac{1}{n^2} | \frac{\pi^2}{8}
    \sum_{n=1}^{\infty} \frac{1}{n^2} | 1.64
    \int_0^1 x dx | 4t
    \int_0^t s\,ds | \frac{t^2}{2} m
    \int_0^1 e^{-x^2}dx | 0.7469
    \int_0^1 xy dx | \frac{Y}{2}
    17 | \begin{pmatrix}0.8&0.2\\0.4&0.6\end{pmatrix}
    $4\geq50 | 450
"""


@pytest.mark.parametrize(("gold", "answer"), pairs({"agree": AGREE}))
def test_equal_by_computer_algebra(gold: str, answer: str) -> None:
    assert decide_algebra(gold, answer).reason is Reason.MATCHED_SYMBOLIC


@pytest.mark.parametrize(("gold", "answer"), pairs({"differ": DIFFER}))
def test_tiny_numbers_units_primes_and_case_differ(gold: str, answer: str) -> None:
    assert decide_algebra(gold, answer).reason is Reason.DIFFERENT_VALUE


def test_what_has_no_value_in_digits_is_no_number() -> None:
    gold = r"\frac{1}{2}2:\frac{1}{2}1.0\frac{1}{2}000000000013"
    assert decide_algebra(gold, "2:3").outcome is not Outcome.CORRECT


@pytest.mark.parametrize(("gold", "answer"), [("listen", "silent"), (r"\int_0^1 x dx", "half of it")])
def test_words_are_no_products_of_letters(gold: str, answer: str) -> None:
    assert decide_algebra(gold, answer).outcome is Outcome.UNDECIDED
