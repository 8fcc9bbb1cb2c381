"""Option letters in every wrapper and option texts; no credit for several, denied or foreign letters."""

import pytest

from tests.verifier.pairs import outcome_of, pairs
from verifier.route import decide, decide_texts
from verifier.types import AnswerType
from verifier.words.options import compare_lone, letters, options

PICKS_B = r"""
    b)
    [B]
    \textbf{(B)}\ 10
    \text{(B)}~10
    Option (B)
    The correct answer is B
    the closest option is (B)
    not among the choices, but the closest is (B)
    The most appropriate answer is B
    (B) is correct
    Option B is correct.
    It must be (B)
    B: 10 m/s
    B because the others fail
    B, because (A) is wrong
    B (10 m/s)
    B only
    Ｂ
    𝐁
"""
PICKS_NOT_B = r"""
    Option B is incorrect
    B is not correct
    not B
    (B) is not the answer
    anything but B
    all except B
    neither A nor B
    Either B or E
    B or C
    B and C
    A-D
    A–D
    B (or possibly A)
    (A) 5 or (B) 10
    one of: (B), A
    \neg(B)
    \cancel{B} A
    eval('B')
    f(B)
    В
    β
    8
"""
SEVERAL = [
    "A and C",
    "AC",
    "C, A",
    "(A), (C)",
    "(A)(C)",
    "A & C",
    "A; C",
    "both A and C",
    "A and C are correct",
    "a, c",
]
QUESTION = "How fast?\nA. 5 m/s\nB. 10 m/s\nC. 1/2\nD. Both A and B\nE. None of the above"

AGREE = {
    "form": r"""
        B | (B)
        B | \text{B}
        B | **B**
        B | B.
        B | Option B
        B | b
        B | B) the second one
        B | the closest option is (B)
        A, C | C and A
        A, C | AC
        E | \mathrm{E}
        (b) | B
"""
}
DIFFER = {
    "form": r"""
        B | A
        B | A or B
        C | (A)(B)(C)(D)
        A, C | A
        B | A, B, C, D
"""
}


def lines(table: str) -> list[str]:
    return [line.strip() for line in table.strip().splitlines()]


@pytest.mark.parametrize("answer", lines(PICKS_B))
def test_picks_the_letter(answer: str) -> None:
    assert decide("B", answer).matched


@pytest.mark.parametrize("answer", lines(PICKS_NOT_B))
def test_picks_something_else_or_too_much(answer: str) -> None:
    assert str(decide("B", answer).outcome) == "incorrect"


@pytest.mark.parametrize("answer", SEVERAL)
def test_several_letters_are_a_set(answer: str) -> None:
    assert letters(answer) == {"A", "C"}
    assert decide("A, C", answer).matched
    assert not decide("A", answer).matched
    assert not decide("A, C, D", answer).matched


def test_an_article_is_no_letter() -> None:
    assert letters("A wave on a string") is None


@pytest.mark.parametrize(
    ("gold", "answer", "right"),
    [
        ("B", "10 m/s", True),
        ("B", "36 km/h", True),
        ("B", "5 m/s", False),
        ("B", "12 m/s", False),
        ("C", "0.5", True),
        ("D", "Both A and B", True),
        ("D", "A and B", True),
        ("D", "(D) Both A and B", True),
        ("A", "A and B", False),
        ("E", "none of the above", True),
        ("10 m/s", "B", True),
        ("10 m/s", "(A)", False),
        ("10 m/s", "A and B", False),
    ],
)
def test_the_texts_of_the_options_count(gold: str, answer: str, right: bool) -> None:
    assert decide(gold, answer, question=QUESTION).matched == right


@pytest.mark.parametrize(
    ("gold", "answer", "right"),
    [
        ("B. Osmosis", "B", True),
        ("B. Osmosis", "osmosis", True),
        ("B. Osmosis", "B) Osmosis", True),
        ("B. Osmosis", "Diffusion", False),
        ("B. Osmosis", "A. Osmosis", False),
        ("B. Osmosis", "B. Diffusion", False),
        ("A. Einstein", "A. Newton", False),
        ("E. coli", "E", False),
        ("E. coli", "E. faecalis", False),
        ("Option (a)", "A", True),
        ("(a) 3", "(a)", True),
        ("(a) 3", "3", True),
        ("(a) 3", "(a) 4", False),
        ("(a) 3", "4", False),
        ("(b) True", "(b) False", False),
        ("(A) 5", "5.0", True),
        ("b", "Option B is correct", True),
        ("b", "Option C is correct", False),
        ("Option (a)", "C or Option (a)", False),
        ("Option (a)", "not Option (a)", False),
    ],
)
def test_golds_that_carry_more_than_the_letter(gold: str, answer: str, right: bool) -> None:
    assert decide(gold, answer).matched == right


def test_reads_the_last_run_of_markers() -> None:
    assert options(QUESTION)["B"] == "10 m/s"
    assert options(r"Find it. $\textbf{(A)}\ 5\qquad\textbf{(B)}\ 10$") == {"A": "5", "B": "10"}
    assert options("I. mass II. charge\n(A) I only (B) II only") == {"A": "I only", "B": "II only"}
    assert options("By Dr. A. Smith") == {}


def test_a_text_that_no_shown_option_has_is_wrong_and_undecided_where_none_is_shown() -> None:
    assert str(decide("B", "a quark", question=QUESTION).outcome) == "incorrect"
    assert str(decide("B", "a quark").outcome) == "undecided"


def test_a_letter_is_itself_and_not_the_option_that_shows_it() -> None:
    question = "Which blood group is it?\n(A) B\n(B) A"
    assert str(decide("B", "(A)", question=question).outcome) == "incorrect"
    assert str(decide("B", "(B)", question=question).outcome) == "correct"


@pytest.mark.parametrize(("gold", "answer"), pairs(AGREE))
def test_agrees(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "correct"


@pytest.mark.parametrize(("gold", "answer"), pairs(DIFFER))
def test_differs(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) != "correct"


@pytest.mark.parametrize("gold", ["A", "(B)", "C."])
@pytest.mark.parametrize("answer", ["A", "(A)", "B.", " C ", "(D).", "a", "A B"])
def test_lone_letters_are_found_on_the_short_way_as_on_the_long(gold: str, answer: str) -> None:
    short = compare_lone(gold, answer)
    if short is not None:
        assert short.outcome is decide_texts(gold, answer, answer_type=AnswerType.MCQ).outcome
