"""The policy of the contract, one rule after the other, on pairs of a gold and an extracted answer.

Each line of a table is `gold | answer`; what stands in `AGREE` is correct, what stands in `DIFFER` is not.
"""

import pytest

from tests.verifier.pairs import outcome_of, pairs
from verifier.classify import infer_type
from verifier.route import decide, matches_itself
from verifier.types import AnswerType, Reason

AGREE = {
    "spelling": r"""
        9^{9^{9^9}} | 9^{9^{9^{9}}}
        6 | \boxed{6\ }
        \frac{1}{2} | $\dfrac{1}{2}$
        \frac{1}{2} | \left(\frac{1}{2}\right)
    """,
    "infinity": r"""
        \infty | infinity
        -\infty | negative infinity
    """,
    "ranges": r"""
        5-7 | 5 to 7
        10-20 kg | 10 to 20 kg
    """,
}

DIFFER = {
    "infinity": r"""
        -\infty | \infty
        \infty | -infinity
    """,
    "ranges": r"""
        10-20 kg | 10 to 30 kg
        10-20 kg | 15 kg
    """,
}


@pytest.mark.parametrize(("gold", "answer"), pairs(AGREE))
def test_agrees(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "correct"


@pytest.mark.parametrize(("gold", "answer"), pairs(DIFFER))
def test_differs(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) != "correct"


def test_texts_are_read_up_to_a_length() -> None:
    assert outcome_of("b" * 4_000, "c") == "incorrect"
    assert decide("b" * 4_001, "c").reason is Reason.TOO_LARGE
    assert decide("b", "c" * 4_001).reason is Reason.TOO_LARGE


@pytest.mark.parametrize("kind", [AnswerType.WORD, AnswerType.EXPRESSION, AnswerType.SET_LIST])
def test_an_empty_gold_does_not_even_match_itself(kind: AnswerType) -> None:
    assert not matches_itself("", kind)
    assert not matches_itself("$ $", kind)


@pytest.mark.parametrize("gold", ["x=", "1/0", r"y = \frac{1}{0}", r"\ln 0"])
def test_a_gold_that_says_nothing_does_not_match_itself(gold: str) -> None:
    assert not matches_itself(gold, infer_type(gold))


@pytest.mark.parametrize("gold", [r"\int_0^1 x\,dx", r"\lim_{x\to 0} \frac{\sin x}{x}", r"\sum_{k=1}^{3} k + k"])
def test_a_gold_that_computer_algebra_may_read_matches_itself(gold: str) -> None:
    assert matches_itself(gold, infer_type(gold))
