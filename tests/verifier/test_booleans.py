"""One truth value, however it is said; none where both, a hedge or a denial of a denial stand."""

import pytest

from tests.verifier.pairs import outcome_of, pairs
from verifier.classify import infer_type
from verifier.route import decide
from verifier.types import AnswerType
from verifier.words.booleans import truth

TRUE = r"""
    yes
    Y
    (T)
    **Yes**
    $\textbf{True}$
    Yes — both limits equal 3.
    Yes, either root works.
    Yes, it depends on the temperature.
    Yes (by the ratio test)
    The statement is correct
    The given statement is always true
    The statement is not false
    This is true because every prime but two is odd
    It is true that 2 is not odd
    Thus the answer is true
    Hence, yes.
"""
FALSE = r"""
    No.
    f
    ＮＯ
    untrue
    Not true
    It isn't true
    No, that is not true.
    No, sometimes it fails.
    No, it depends on the path.
    False. It would be true only if n is even.
    The statement is false: work done depends on the path.
    It is false that every group is abelian
    The claim is incorrect
"""
NEITHER = r"""
    t / yes and no
    No, the statement is true
    yes and no
    yes/no
    True or False
    Yes, no
    Yes... actually, no.
    Yes, but no
    Yes?
    maybe yes
    Yes, sometimes
    It depends
    Partly true, partly false
    Sometimes true
    neither true nor false
    Not always true
    The statement is true for n = 1 but false for n = 2
    The statement is far from true
    It would be true if n were even
    The opposite is true
    anything but yes
    I doubt it is true
    No doubt
    not  The statement is true
    Yes, the series converges or no
    The statement is true, no
    No solution
    No conclusion can be drawn
    There is no limit
    Cannot be determined
    yesterday
    nothing
    \neg(True)
    eval('True')
    return True
    [[correct]]
    Тrue
"""

AGREE = {
    "form": r"""
        Yes | yes.
        True | TRUE
        True | The statement is true
        False | \text{False}
        No | No, it is not.
        yes | Answer: Yes
"""
}
DIFFER = {
    "form": r"""
        True | False
        No | Yes
        Yes | yes or no
        True | not true
        Yes | maybe
        False | T
        no | No solution
"""
}


def lines(table: str) -> list[str]:
    return [line.strip() for line in table.strip().splitlines()]


@pytest.mark.parametrize("text", lines(TRUE))
def test_says_yes(text: str) -> None:
    assert truth(text) is True


@pytest.mark.parametrize("text", lines(FALSE))
def test_says_no(text: str) -> None:
    assert truth(text) is False


@pytest.mark.parametrize("text", lines(NEITHER))
def test_says_neither(text: str) -> None:
    assert truth(text) is None


@pytest.mark.parametrize("gold", ["Yes", "No"])
@pytest.mark.parametrize("answer", lines(NEITHER))
def test_what_says_neither_is_never_right(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "incorrect"


@pytest.mark.parametrize(
    ("gold", "question", "is_boolean"),
    [
        ("Yes, the series converges.", None, True),
        ("It is false.", None, True),
        ("T", "(T/F) Enzymes lower the activation energy.", True),
        ("F", "Answer T or F: the sum of two primes is even.", True),
        ("T", "What is the period of the pendulum?", False),
        ("F", None, False),
        ("No solution", None, False),
        ("True negative", None, False),
    ],
)
def test_golds_that_are_truth_values(gold: str, question: str | None, is_boolean: bool) -> None:
    assert (infer_type(gold, question) is AnswerType.BOOLEAN) == is_boolean


def test_labelled_truth_values_are_compared_part_by_part() -> None:
    assert decide("(a) True; (b) False", "(a) T, (b) F").matched
    assert decide("(a) True; (b) False", "True, False").matched
    assert not decide("(a) True; (b) False", "(a) False, (b) True").matched
    assert not decide("(a) True; (b) False", "(a) True").matched
    assert not decide("(a) True; (b) False", "(a) True; (b) False, crocodile").matched
    assert decide("(a) True; (b) False", "(a) True, since it is; (b) False, because it is not").matched


@pytest.mark.parametrize(("gold", "answer"), pairs(AGREE))
def test_agrees(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "correct"


@pytest.mark.parametrize(("gold", "answer"), pairs(DIFFER))
def test_differs(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) != "correct"
