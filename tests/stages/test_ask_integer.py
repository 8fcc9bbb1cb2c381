"""The integer that stands for a fraction, a root or a multiple of pi, and answers that are left as they are."""

from typing import Any

import pytest
import sympy

from stages._gold_integers import asked, letters_for
from stages._gold_surds import NoSurdError, surd
from stages._text import question_key
from stages.ask_integer import AskInteger
from stages.records import Problem, Rescue
from tests.stages.test_gate_golds import problem
from verifier import AnswerType, Outcome, compare
from verifier.formulas.expressions import parse


def process(answer: str, question: str = "What is the area of the region?", **changes: Any) -> Problem:
    return AskInteger().process(problem(answer, question, **changes))


@pytest.mark.parametrize(
    ("answer", "form", "value"),
    [
        (r"\frac{3}{4}", r"$\frac{m}{n}$", "7"),
        ("6/8", r"$\frac{m}{n}$", "7"),
        (r"-\frac{7}{2}", r"$-\frac{m}{n}$", "9"),
        (r"1\frac{1}{2}", r"$\frac{m}{n}$", "5"),
        (r"2\sqrt{3}", r"$m\sqrt{n}$", "5"),
        (r"\sqrt{12}", r"$m\sqrt{n}$", "5"),
        (r"\sqrt{7}", r"$\sqrt{k}$", "7"),
        (r"\frac{1}{\sqrt{3}}", r"$\frac{a\sqrt{b}}{c}$", "7"),
        (r"\frac{\sqrt{2}}{6}", r"$\frac{a\sqrt{b}}{c}$", "9"),
        (r"3+2\sqrt{2}", r"$a+b\sqrt{c}$", "7"),
        (r"5-\sqrt{7}", r"$a+b\sqrt{c}$", "11"),
        (r"\frac{1+\sqrt{5}}{2}", r"$\frac{a+b\sqrt{c}}{d}$", "9"),
        (r"\frac{-2+4\sqrt{5}}{6}", r"$\frac{a+b\sqrt{c}}{d}$", "9"),
        (r"12\pi", r"$k\pi$", "12"),
        (r"\frac{3\pi}{4}", r"$\frac{m\pi}{n}$", "7"),
        (r"\frac{\pi}{6}", r"$\frac{m\pi}{n}$", "7"),
    ],
)
def test_the_integer_and_the_words_that_ask_for_it(answer: str, form: str, value: str) -> None:
    row = process(answer)
    assert f"The answer can be written as {form}, where" in row.question
    assert (row.answer, row.answer_type, row.rescued) == (value, AnswerType.INTEGER, Rescue.INTEGER_ANSWER)


@pytest.mark.parametrize(
    "answer",
    [r"\frac{9}{12}", r"\frac{-2+4\sqrt{5}}{6}", r"\sqrt{\frac{50}{3}}", r"\frac{7}{3-\sqrt{2}}", r"-\frac{14\pi}{4}",
     r"\frac{2}{\sqrt{12}}", r"4-\sqrt{48}", r"\sqrt{2}\cdot\sqrt{2}\cdot\frac{5}{3}"],
)  # fmt: skip
def test_the_form_with_its_integers_is_the_answer(answer: str) -> None:
    form = asked(surd(parse(answer)))
    assert form is not None
    written = form.form
    for place, value in enumerate(form.values):
        written = written.replace(f"<{place}>", f"({value})")
    assert compare(answer, written.replace("+(-", "-(")).outcome is Outcome.CORRECT
    assert all(isinstance(value, int) for value in form.values)


@pytest.mark.parametrize(
    "answer",
    ["42", r"\frac{8}{4}", "0.75", r"\frac{1.5}{2}", r"\pi", "x^2", r"\sqrt{2}+\sqrt{3}", r"1+\pi", r"\sqrt[3]{2}", "e",
     r"\frac{1}{0}", r"\sqrt{-3}", r"\frac{1}{\pi}", "(1, 2)", "Paris", r"\sqrt{1000000007}",
     r"\frac{1}{" + "9" * 40 + "}"],
)  # fmt: skip
def test_other_answers_stay_as_they_are(answer: str) -> None:
    assert process(answer) == problem(answer, "What is the area of the region?")


def test_what_is_rounded_or_has_a_unit_stays() -> None:
    assert process(r"\frac{3}{4}", "What is it, to the nearest quarter?").rescued is None
    assert process(r"\frac{3}{4}", unit="m").rescued is None


def test_letters_of_the_question_are_not_used_again() -> None:
    row = process(r"\frac{3}{4}", "For the line $y = mx$ a slope is given. What is $m$?")
    assert r"\frac{p}{q}" in row.question
    assert row.question.endswith("What is $p+q$?")
    assert letters_for(2, "$m$, $p$, $r$ and $v$") is None
    assert letters_for(3, "Draw a circle.") == "abc"


def test_the_row_tells_what_it_was() -> None:
    row = process(r"\frac{3}{4}", reference_solution="We halve twice.")
    assert row.signals == ["asked_for:m+n", r"given_answer:\frac{3}{4}"]
    assert row.reference_solution == "We halve twice.\n\nThe answer is $\\frac{3}{4}$, so $m+n=7$."
    assert (row.cluster, row.content_key) == ("k", question_key(row.question))
    assert AskInteger().process(row) == row


@pytest.mark.parametrize("radicand", [2, 12, 45, 98, 360, 7919, 99999989])
def test_the_square_is_taken_out(radicand: int) -> None:
    value = surd(parse(rf"\sqrt{{{radicand}}}"))
    assert sympy.sqrt(radicand) == sympy.Rational(value.b.numerator, value.b.denominator) * sympy.sqrt(value.c)


def test_what_is_no_surd_is_named() -> None:
    with pytest.raises(NoSurdError, match="different roots"):
        surd(parse(r"\sqrt{2}+\sqrt{3}"))
