"""The published attack patterns: none is accepted, for golds of all types."""

import json
from collections.abc import Iterator

import pytest

from tests.verifier.pairs import data_folder
from verifier import AnswerType, Outcome, Pair, Verdict, Verifier, infer_type
from verifier.audit.attacks import TEMPLATES, Attack, attacks, decoy
from verifier.audit.cases import load_cases

GOLDS = {
    AnswerType.INTEGER: ("7", "-120", "1,000", "2^{10}", "5!"),
    AnswerType.DECIMAL: ("0.5", "3.1416", "-12.50"),
    AnswerType.FRACTION: (r"\frac{2}{3}", "7/4", r"2\frac{3}{4}"),
    AnswerType.PERCENT: (r"45\%", "12.5%"),
    AnswerType.CURRENCY: (r"\$12.50", "€3 million"),
    AnswerType.SCIENTIFIC: (r"3.0\times 10^{8}", "1.6e-19"),
    AnswerType.UNITS: ("5 kg", "10 m/s", r"25^\circ C", r"9.8\,\text{m/s}^2"),
    AnswerType.EXPRESSION: ("x^2+1", r"\sin x\cos x", r"\frac{a}{b+c}", r"e^{-t/RC}"),
    AnswerType.EQUATION: ("y=2x+1", "x^2+y^2=25"),
    AnswerType.INEQUALITY_INTERVAL: ("(0,1]", "x>5", r"(-\infty,2)\cup(3,\infty)"),
    AnswerType.SET_LIST: (r"\{1,2\}", "1, 2, 3", r"\pm 4", r"\emptyset"),
    AnswerType.TUPLE_POINT: ("(1,2)", r"(0,\frac{1}{2},3)"),
    AnswerType.MATRIX_VECTOR: (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", r"\langle 1,2,3\rangle"),
    AnswerType.COMPLEX: ("2+3i", "-i"),
    AnswerType.MCQ: ("B", "(F)", "A, C"),
    AnswerType.BOOLEAN: ("yes", "False", "No"),
    AnswerType.WORD: ("photosynthesis", "the mitochondria", "Isaac Newton"),
    AnswerType.CHEMISTRY: ("H2SO4", "Ca^{2+}", "2H2 + O2 -> 2H2O"),
    AnswerType.DATETIME: ("12 May 2020", "10:30 am"),
    AnswerType.CODE: ("1011_2", "0xFF", "O(n^2)"),
}


def labelled_golds() -> list[str]:
    return list(dict.fromkeys(case.gold for case in load_cases("development")))


def taken_in(golds: list[tuple[str, AnswerType | None]]) -> Iterator[tuple[Attack, Verdict]]:
    """The attacks that the rules accept."""
    tried = [(gold, attack) for gold, kind in golds for attack in attacks(gold, kind or infer_type(gold))]
    with Verifier(workers=2, timeout_s=1.0) as verifier:
        verdicts = verifier.verify_many(Pair(gold, attack.response) for gold, attack in tried)
    for (_, attack), verdict in zip(tried, verdicts, strict=True):
        if verdict.outcome is Outcome.CORRECT:
            yield attack, verdict


@pytest.mark.parametrize("kind", AnswerType)
def test_no_attack_on_any_type_succeeds(kind: AnswerType) -> None:
    assert [*taken_in([(gold, kind) for gold in GOLDS[kind]])] == []


def test_no_attack_on_some_labelled_golds_succeeds() -> None:
    assert [*taken_in([(gold, None) for gold in labelled_golds()[::12]])] == []


@pytest.mark.long
def test_no_attack_on_the_labelled_golds_succeeds() -> None:
    assert len(labelled_golds()) >= 300
    assert [*taken_in([(gold, None) for gold in labelled_golds()])] == []


@pytest.mark.long
def test_no_attack_on_the_golds_of_the_shared_cases_succeeds() -> None:
    lines = (data_folder() / "verify_cases_dev.jsonl").read_text(encoding="utf-8").split("\n")
    golds = dict.fromkeys(json.loads(line)["gold"] for line in lines if line)
    assert [*taken_in([(gold, None) for gold in golds])] == []


def test_attacks_repeat_and_cover_all_patterns() -> None:
    found = [*attacks("photosynthesis", AnswerType.WORD, question="How do plants feed?")]
    assert found == [*attacks("photosynthesis", AnswerType.WORD, question="How do plants feed?")]
    assert {attack.pattern for attack in found} == {*TEMPLATES, "gibberish", "look_alike"}
    assert any("How do plants feed?" in attack.response for attack in found)


def test_the_wrong_answer_may_be_given() -> None:
    responses = {attack.response for attack in attacks("7", AnswerType.INTEGER, wrong="8")}
    assert r"\boxed{7 \text{ or } 8}" in responses


@pytest.mark.parametrize(("kind", "gold"), [(kind, gold) for kind, golds in GOLDS.items() for gold in golds])
def test_the_decoy_is_wrong_and_of_the_type(kind: AnswerType, gold: str) -> None:
    with Verifier() as verifier:
        (verdict,) = verifier.verify_many([Pair(gold, decoy(gold, kind), extracted=True, answer_type=kind)])
    assert verdict.outcome is Outcome.INCORRECT


def test_a_template_that_happens_to_be_the_gold_is_no_attack() -> None:
    assert "Solution" not in {attack.response for attack in attacks("solution", AnswerType.WORD)}
