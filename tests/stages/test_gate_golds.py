"""Golds that would say of no attempt that it is right, or of every one, do not pass the gate."""

from pathlib import Path
from typing import Any

import pytest

import verifier.nursery
from pipeline.errors import OutageError
from pipeline.stage import Reject
from stages._gold_control import wrong_answers
from stages._gold_forms import forms
from stages._gold_single import is_sentinel
from stages.gate_golds import GateGolds, GoldUndecidedError, gated
from stages.records import Origin, Problem
from tests.support import context, run_batch
from verifier import AnswerType, Reason, Verifier, infer_type


def problem(answer: str, question: str = "What is it?", **changes: Any) -> Problem:
    fields: dict[str, Any] = {
        "id": "p", "question": question, "reference_solution": None, "answer": answer,
        "answer_type": infer_type(answer, question), "unit": None, "signals": [], "subject": None,
        "origin": Origin.HUMAN, "url": "u", "source": "s", "licence": None, "attribution": None,
        "content_key": "k", "removal_key": "r",
    }  # fmt: skip
    return Problem(**(fields | changes))


def gate(tmp_path: Path, *rows: Problem) -> list[Any]:
    return list(run_batch(GateGolds(), list(rows), context(tmp_path)))


SOUND = [
    "42", "-7", "1,234", "0.125", r"\frac{3}{4}", "3/4", r"25\%", "$0.40", r"\$18.50", "3.5 m/s", r"9.8\ \text{m/s}^2",
    r"6.02 \times 10^{23}", "x^2 + 1", r"2\sqrt{3}", r"\frac{1+\sqrt{5}}{2}", "y = 2x + 1", "(1, 2)", r"[0, \infty)",
    r"\{1, 2, 3\}", r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}", "3 + 4i", "B", "True", "Paris", "photosynthesis", "H_2O",
    "12:30", r"\pi", r"x^2 + C", "undefined", "no solution", r"\emptyset", r"\infty", "DNE", "infinitely many", "Na",
    r"x < 1 \text{ or } x > 3", r"c_1 e^x + c_2 e^{-x}",
]  # fmt: skip


def test_sound_golds_of_every_type_pass_unchanged(tmp_path: Path) -> None:
    rows = [problem(answer, id=f"p{place}") for place, answer in enumerate(SOUND)]
    assert gate(tmp_path, *rows) == rows


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("", "gold_sentinel"),
        ("  - ", "gold_sentinel"),
        ("?", "gold_sentinel"),
        ("N/A", "gold_sentinel"),
        ("Proof.", "gold_sentinel"),
        ("(not found)", "gold_sentinel"),
        (r"\text{None}", "gold_sentinel"),
        ("See solution", "gold_sentinel"),
        ("Answers will vary.", "gold_sentinel"),
        ("cannot be determined", "gold_sentinel"),
        ("It cannot be determined.", "gold_sentinel"),
        ("The answer can’t be determined from the information given", "gold_sentinel"),
        (r"\text{not enough information}", "gold_sentinel"),
        ("There is insufficient data to answer", "gold_sentinel"),
        ("Impossible to determine", "gold_sentinel"),
        ("see Figure 3", "gold_sentinel"),
        ("Refer to Table 2.1 below", "gold_sentinel"),
        (r"\text{(a) } 3 \text{ (b) } 4", "gold_several_values"),
        ("(a) 3; (b) 4", "gold_several_values"),
        ("B or C", "gold_several_values"),
        ("m = 3\nv = 7", "gold_several_values"),
        ("100 cm = 1 m", "gold_several_values"),
        ("1" * 401, "gold_unparsable"),
        (r"\frac{1}{", "gold_unparsable"),
        ("guilty, because each of them took part in the plan", "gold_fails_itself"),
    ],
)
def test_golds_that_are_no_gold_leave_with_their_reason(tmp_path: Path, answer: str, reason: str) -> None:
    (result,) = gate(tmp_path, problem(answer))
    assert isinstance(result, Reject), result
    assert result.reason == reason


@pytest.mark.parametrize(
    "answer",
    ["table 3", "Figure 8", "enough information", "it cannot be negative", "information", "impossible", "indeterminate",
     "no real solutions", "the figure of eight", "undetermined coefficients",
     "insufficient data rate", "It is impossible to know both position and momentum"],
)  # fmt: skip
def test_words_like_those_of_a_missing_answer_are_answers(answer: str) -> None:
    assert not is_sentinel(answer)


def test_the_reject_names_the_form_and_what_was_read(tmp_path: Path) -> None:
    (result,) = gate(tmp_path, problem("guilty, because each of them took part in the plan"))
    assert isinstance(result, Reject)
    assert result.detail.startswith("final_answer: guilty, because")
    assert result.detail.endswith("was read as guilty")


def test_a_gold_under_a_type_that_cannot_read_it_leaves(tmp_path: Path) -> None:
    (result,) = gate(tmp_path, problem("the mitochondrion", answer_type=AnswerType.INTEGER))
    assert isinstance(result, Reject)
    assert result.reason == "gold_unparsable"


@pytest.mark.parametrize("answer", SOUND)
def test_the_control_differs_from_the_gold(answer: str) -> None:
    wrong = wrong_answers(answer, infer_type(answer))
    assert wrong
    assert answer not in wrong


@pytest.mark.parametrize(
    ("answer", "answer_type", "first"),
    [
        ("42", AnswerType.INTEGER, "43"),
        ("(C)", AnswerType.MCQ, "(D)"),
        ("J", AnswerType.MCQ, "A"),
        ("Yes, it converges", AnswerType.BOOLEAN, "no, it converges"),
        ("x^2 + C", AnswerType.EXPRESSION, "x^3 + C"),
        ("Paris", AnswerType.WORD, "obsidian marigold"),
    ],
)
def test_the_control_changes_what_decides(answer: str, answer_type: AnswerType, first: str) -> None:
    assert wrong_answers(answer, answer_type)[0] == first


@pytest.mark.parametrize(
    ("answer", "answer_type"),
    [("correct", AnswerType.BOOLEAN), ("Wrong", AnswerType.BOOLEAN), ("1", AnswerType.BOOLEAN), ("K", AnswerType.MCQ),
     ("8317", AnswerType.INTEGER), ("obsidian marigold", AnswerType.WORD)],
)  # fmt: skip
def test_no_control_is_the_gold_itself(answer: str, answer_type: AnswerType) -> None:
    wrong = wrong_answers(answer, answer_type)
    assert wrong
    assert answer not in wrong


def test_a_truth_in_other_words_than_yes_and_true_passes(tmp_path: Path) -> None:
    rows = [problem(answer, id=answer, answer_type=AnswerType.BOOLEAN) for answer in ("correct", "wrong")]
    assert gate(tmp_path, *rows) == rows


def test_a_dollar_sign_of_money_is_escaped_in_formulas() -> None:
    pairs = forms("$0.40", "How much?", AnswerType.CURRENCY)
    assert pairs["dollars"].response == r"$\$0.40$"
    assert pairs["boxed"].response == r"\boxed{$0.40}"
    assert forms("$x+1$", "What?", AnswerType.EXPRESSION)["dollars"].response == "$x+1$"
    assert pairs["gold_in_boxed_boxed"].gold == r"\boxed{$0.40}"


HARD = r"\int_0^1 2x\,dx"


def test_what_the_machine_leaves_open_is_a_fault_and_no_reject() -> None:
    row = problem(HARD, answer_type=AnswerType.EXPRESSION)
    with Verifier(workers=1, timeout_s=0.000_1) as impatient, pytest.raises(GoldUndecidedError, match="timeout"):
        gated(row, impatient)


def test_a_flipped_canary_stops_the_shard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flipped = tuple((gold, answer, Reason.DIFFERENT_VALUE) for gold, answer, _ in verifier.nursery.CANARIES)
    monkeypatch.setattr(verifier.nursery, "CANARIES", flipped)
    with pytest.raises(OutageError, match="canary"):
        gate(tmp_path, problem(HARD, answer_type=AnswerType.EXPRESSION))


def test_every_wrong_answer_has_to_agree_before_a_gold_leaves(tmp_path: Path) -> None:
    arbitrary = problem(r"c_1 e^{x}", "Find the general solution.")
    assert gate(tmp_path, arbitrary) == [arbitrary]
