"""The short answer of a pair, its type, and why a pair is not kept."""

import pytest

from pipeline.stage import Reject
from stages.records import Origin, Problem, QAPair
from stages.type_answer import TypeAnswer
from verifier import AnswerType


def pair(question: str, answer_text: str) -> QAPair:
    return QAPair(
        id="q", question=question, answer_text=answer_text, question_span=None, answer_span=None, origin=Origin.HUMAN,
        extractor="x", score=1.0, url="u", source="s", licence="CC BY 4.0", attribution="a", content_key="k",
        removal_key="r",
    )  # fmt: skip


def kept(question: str, answer_text: str) -> Problem:
    result = TypeAnswer().process(pair(question, answer_text))
    assert isinstance(result, Problem), result
    return result


def reason(question: str, answer_text: str) -> str:
    result = TypeAnswer().process(pair(question, answer_text))
    assert isinstance(result, Reject), result
    return result.reason


GSM8K = "Natalia sold 48/2 = <<48/2=24>>24 clips in May.\nAltogether 48+24 = <<48+24=72>>72 clips.\n#### 72"
CHAIN = (
    r"$$v = v_{0} + at$$" "\n" r"Solve for $t$." "\n"
    r"$$t = \frac{v - v_{0}}{a} = \frac{400\ \text{m/s}}{20\ \text{m/s}^{2}} = 20\ \text{s}$$"
)  # fmt: skip


def test_marked_by_hashes() -> None:
    row = kept("How many clips did she sell altogether?", GSM8K)
    assert (row.answer, row.answer_type, row.unit) == ("72", AnswerType.INTEGER, None)
    assert row.reference_solution == "Natalia sold 48/2 = 24 clips in May.\nAltogether 48+24 = 72 clips."
    assert (row.id, row.licence, row.attribution, row.content_key) == ("q", "CC BY 4.0", "a", "k")


def test_thousands_in_a_marked_answer() -> None:
    assert kept("How much?", "#### 1,250").answer == "1250"


def test_the_last_box() -> None:
    row = kept("What is it?", r"First $\boxed{1}$ is wrong, so $x = \boxed{\frac{3}{4}}$.")
    assert (row.answer, row.answer_type) == (r"\frac{3}{4}", AnswerType.FRACTION)


@pytest.mark.parametrize(
    ("question", "text", "answer", "kind"),
    [
        ("How fast is it?", "38.9 m/s (about 87 miles per hour)", "38.9 m/s", "units"),
        ("How long is it?", r"$$1.90 \times 10^{-3}\ \text{cm}$$", r"1.90 \times 10^{-3}\ \text{cm}", "units"),
        ("At what speed does it leave?", r"$v_{0} = 4.95\ \text{m/s}$", r"4.95\ \text{m/s}", "units"),
        ("How long does it take?", CHAIN, r"20\ \text{s}", "units"),
        ("What is the dose?", "4.92×10^{–4}Sv", "4.92×10^{–4}Sv", "units"),
        ("How many seashells are left of 70 if 27 are taken?", "43.0", "43", "integer"),
        ("How many litres are 1.5 and 25.5 litres?", "27.0", "27.0", "decimal"),
        ("What fraction is submerged?", r"$91.7\%$", r"91.7\%", "percent"),
        ("What does it cost?", "$6.25", "$6.25", "currency"),
        ("By what factor?", "The answer is 0.316.", "0.316", "decimal"),
        ("What is produced?", "neutron", "neutron", "word"),
    ],
)
def test_unmarked_answers(question: str, text: str, answer: str, kind: str) -> None:
    row = kept(question, text)
    assert (row.answer, row.answer_type) == (answer, AnswerType(kind))


def test_the_unit_is_set_apart() -> None:
    assert kept("How much?", r"$22.5\ \text{kg} \cdot \text{m}^{2}/\text{s}$").unit == r"kg \cdot m^{2}/s"


def test_options_without_letters_get_them() -> None:
    row = kept("What is produced?\npositron\nproton\nα-particle\nneutron", "(d)")
    assert (row.answer, row.answer_type) == ("D", AnswerType.MCQ)
    assert row.question == "What is produced?\n(A) positron\n(B) proton\n(C) α-particle\n(D) neutron"


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("(a) How far? (b) How long?", "(a) 5 m (b) 3 s", "multi_part"),
        ("How far and how long?", "(a) 5 m\n(b) 3 s", "multi_part"),
        ("What is the speed? What is it in rev/min?", "76.2 rad/s", "several_questions"),
        ("What beat frequencies result?", "0.3 Hz, 0.2 Hz, 0.5 Hz", "several_answers"),
        ("What are its speeds?", "0.704 m/s\n2.25 m/s", "several_answers"),
        ("What is its speed?", r"$34.689\ \text{m/s} = 124.88\ \text{km/h}$", "several_answers"),
        ("What is the ratio?", "10:3 or 3.33", "no_short_answer"),
        ("Find the magnitude and direction of the force.", "15 N", "several_answers"),
        ("A cell and a battery are used. How much energy does each deliver?", CHAIN, "several_answers"),
        ("Calculate the energy, and estimate the number of ions.", "12.4 eV", "several_answers"),
        ("Show that the sum is 5 J.", "5 J", "proof"),
        ("Explain why it is 5 J.", "5 J", "explain"),
        ("What happens to the cart?", "The cart should move to the left because of the push.", "explain"),
        ("What is the force shown in Figure 3?", "5 N", "figure_missing"),
        ("What is the area? [asy]draw((0,0)--(1,1));[/asy]", r"\boxed{5}", "figure_missing"),
        ("What charge is stored in Example 1?", "80.0 mC", "context_missing"),
        ("Which is true?\nfirst\nsecond", "(b)", "options_missing"),
        ("At what velocity does it move?", r"$7.28 \times 10^{-4}\ \text{m}$", "unit_mismatch"),
        ("A 365 nm line is seen. What is its wavelength?", "365 nm", "answer_in_question"),
        ("What is the volume?", r"$11.4 \pm 0.6\ \text{cm}^{3}$", "uncertainty"),
        ("Which decay is it?", r"${}^{210}\text{Po} \to {}^{206}\text{Pb}$", "no_short_answer"),
        ("What is it?", "", "no_short_answer"),
        ("What is it?", r"so \boxed{5", "no_short_answer"),
        ("What is it?", r"\boxed{" + "x+" * 100 + "1}", "too_long"),
    ],
)  # fmt: skip
def test_rejected(question: str, text: str, expected: str) -> None:
    assert reason(question, text) == expected
