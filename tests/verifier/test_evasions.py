"""Answers that evade, whatever their type; and the same words where they belong to the answer."""

import pytest

from tests.verifier.pairs import outcome_of, pairs

EVADE = {
    "denial": r"""
        H2SO4 | anything but H2SO4
        H2SO4 | \text{not } H2SO4
        O(n^2) | everything but O(n^2)
        42 | it is not 42
        x^2 | \neg x^2
        5 m | neither 5 m
    """,
    "choice": r"""
        42 | either 42 or 43
        42 | 42 or 43
        copper | one of: copper, tin
        copper | copper or tin
        x^2 | x^2 (or possibly x^3)
        B | B (or perhaps C)
        y = 2x | y = 2x \text{ or } y = 3x
    """,
    "struck": r"""
        36 | \cancel{36} 37
        x^2 | \cancel{x^2}
        x^2 | x^2 \cancel{+1}
        \frac{1}{2} | \frac{1}{2}\phantom{x} \cancel{3}
    """,
    "program": """
        ATP and NADPH | eval('ATP and NADPH')
        copper | print("copper")
    """,
}
PART_OF_THE_ANSWER = {
    "denial": r"""
        not a function | Not a function
        No | No, it is not
        not A or B | NOT A OR B
    """,
    "choice": r"""
        x = 2 or x = -3 | x=-3 or x=2
        x < 1 or x > 4 | x > 4 \text{ or } x < 1
        two or more | Two or more
        either A or B | either A or B
    """,
}


@pytest.mark.parametrize(("gold", "answer"), pairs(EVADE))
def test_an_evasion_is_never_correct(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "incorrect"


@pytest.mark.parametrize(("gold", "answer"), pairs(PART_OF_THE_ANSWER))
def test_the_same_words_in_the_gold_are_no_evasion(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "correct"
