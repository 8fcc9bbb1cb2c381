"""The decision on the evidence, and the test cases inside a recipe."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.errors import ConfigError
from pipeline.stage import Reject
from stages.keep_verifiable import Case, KeepVerifiable, OpinionCounts
from stages.records import Candidate, ModelOpinion, Problem
from tests.stages.verifiability import decided, kept, marked, pair, reason
from verifier import AnswerType

FILTER = Path(__file__).parents[2] / "configs" / "filters" / "verifiability.yaml"
CHAIN = "We know that $v = 400$.\n" r"$$t = \frac{v}{a} = \frac{400\ \text{m/s}}{20\ \text{m/s}^{2}} = 20\ \text{s}$$"


def test_a_problem_is_made_of_what_the_pair_was() -> None:
    row = kept("How much is it after 2 s?", r"$22.5\ \text{kg} \cdot \text{m}^{2}/\text{s}$")
    assert (row.unit, row.answer_type) == (r"kg \cdot m^{2}/s", AnswerType.UNITS)
    assert (row.id, row.author, row.cluster, row.signals) == ("q", "Ann", "c", ["bare", "pii_email"])


def test_evidence_that_does_not_reject_goes_on_as_signals() -> None:
    row = kept("What is the area? [asy]draw((0,0)--(1,1));[/asy]", "5")
    assert row.signals == ["bare", "maybe_figure_missing", "pii_email"]


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("(a) How far? (b) How long?", "(a) 5 m (b) 3 s", "multi_part"),
        ("How far and how long?", "(a) 5 m\n(b) 3 s", "multi_part"),
        ("What is the speed? What is it in rev/min?", "76.2 rad/s", "several_questions"),
        ("What are its speeds?", "0.704 m/s\n2.25 m/s", "several_answers"),
        ("What is its speed?", r"$34.689\ \text{m/s} = 124.88\ \text{km/h}$", "several_answers"),
        ("What is the ratio?", "10:3 or 3.33", "several_answers"),
        ("Compute the tangent.", r"$\sqrt{2}-1$, $\frac{3-\sqrt{2}}{7}$", "several_answers"),
        ("Find the magnitude and direction of the force.", "15 N", "several_answers"),
        ("A cell and a battery are used. How much energy does each deliver?", CHAIN, "several_answers"),
        ("Calculate the energy, and estimate the number of ions.", "12.4 eV", "several_answers"),
        ("Show that the sum is 5 J.", "5 J", "proof"),
        ("Explain why it is 5 J.", "5 J", "explain"),
        ("What happens to the cart?", "The cart should move to the left because of the push.", "explain"),
        ("What is the force shown in Figure 3?", "5 N", "figure_missing"),
        ("What is the area shown? [asy]draw((0,0)--(1,1));[/asy]", r"\boxed{5}", "figure_missing"),
        ("What charge is stored in Example 1?", "80.0 mC", "context_missing"),
        ("Which is true?\nfirst\nsecond", "(b)", "options_missing"),
        ("At what velocity does it move?", r"$7.28 \times 10^{-4}\ \text{m}$", "unit_mismatch"),
        ("A 365 nm line is seen. What is its wavelength?", "365 nm", "answer_in_question"),
        ("What is the volume?", r"$11.4 \pm 0.6\ \text{cm}^{3}$", "uncertainty"),
        ("Which decay is it?", r"${}^{210}\text{Po} \to {}^{206}\text{Pb}$", "no_short_answer"),
        ("Is it prime?", "Yes, it is.", "yes_no"),
        ("What is it?", "", "no_answer"),
        ("What is it?", r"so \boxed{5", "no_short_answer"),
        ("What is it?", r"\boxed{" + "x+" * 100 + "1}", "too_long"),
        ("What is it?", "to " + "and fro " * 8 + "again", "no_short_answer"),
    ],
)  # fmt: skip
def test_rejected(question: str, text: str, expected: str) -> None:
    assert reason(question, text) == expected


def test_the_detail_holds_the_words_and_all_other_evidence() -> None:
    result = decided(pair("Explain what is shown in Figure 3.", "5 N"))
    assert result == Reject("figure_missing", "Figure 3; explain: Explain")


def test_what_is_not_named_is_let_pass() -> None:
    stage = KeepVerifiable(reject=["proof"])
    assert isinstance(decided(pair("What is the force shown in Figure 3?", "5 N"), stage), Problem)
    made = decided(pair("Show that the force in Figure 3 is small.", "5 N"), stage)
    assert made == Reject("proof", "Show that; figure_missing: Figure 3")


def test_only_some_types_are_kept() -> None:
    made = decided(pair("What is produced?", "neutron"), KeepVerifiable(types=[AnswerType.INTEGER]))
    assert isinstance(made, Reject)
    assert made.reason == "type_not_kept"


def test_a_pair_without_an_answer_is_no_problem_whatever_rejects() -> None:
    made = decided(
        pair("What is it?", "It is a long story that nobody could tell in a few words."), KeepVerifiable(reject=[])
    )
    assert made == Reject("no_answer", "no short answer was found")


def opinion(row: Candidate, verdict: bool | None) -> Candidate:
    said = ModelOpinion(
        is_verifiable=verdict, reasons=["ambiguous"], reply="r", model="m", revision="1", style="verifiable-v1"
    )
    return replace(row, opinion=said)


@pytest.mark.parametrize(
    ("counts", "on_good", "on_bad"),
    [
        ("ignore", "kept", "figure_missing"),
        ("veto", "model_unverifiable", "figure_missing"),
        ("rescue", "kept", "kept"),
        ("decide", "model_unverifiable", "kept"),
    ],
)
def test_how_an_opinion_counts(counts: str, on_good: str, on_bad: str) -> None:
    stage = KeepVerifiable(opinion=OpinionCounts(counts))
    doubted = stage.process(opinion(marked("What is the force?", "5 N"), False))
    rescued = stage.process(opinion(marked("What is the force shown in Figure 3?", "5 N"), True))
    assert [made.reason if isinstance(made, Reject) else "kept" for made in (doubted, rescued)] == [on_good, on_bad]


def test_an_unreadable_opinion_changes_nothing_and_none_saves_a_pair_without_an_answer() -> None:
    stage = KeepVerifiable(opinion=OpinionCounts.DECIDE)
    assert isinstance(stage.process(opinion(marked("What is the force?", "5 N"), None)), Problem)
    made = stage.process(opinion(marked("What is it?", ""), True))
    assert isinstance(made, Reject)
    assert made.reason == "no_answer"


def test_a_failing_case_refuses_the_stage_and_says_what_came() -> None:
    good = Case(question="How far is it?", answer="5 km", keep=True)
    KeepVerifiable(cases=[good, Case(question="Prove it.", answer="5", reject="proof")])
    with pytest.raises(
        ConfigError, match=r"case 2, 'Is it far\?'.* \(guessed\): expected to be kept, but is rejected for yes_no"
    ):
        KeepVerifiable(cases=[good, Case(question="Is it far?", answer="Yes", keep=True, note="guessed")])
    with pytest.raises(ConfigError, match="expected to be rejected for proof, but is kept with the answer '5 km'"):
        KeepVerifiable(cases=[replace(good, keep=False, reject="proof")])
    with pytest.raises(ConfigError, match="expected to be rejected for proof, but is rejected for explain"):
        KeepVerifiable(cases=[Case(question="Explain it.", answer="5 km", reject="proof")])


def test_slips_in_the_options_are_refused() -> None:
    with pytest.raises(ConfigError, match="did you mean 'figure_missing'"):
        KeepVerifiable(reject=["figures_missing"])
    with pytest.raises(ConfigError, match="neither or both"):
        Case(question="How far is it?", answer="5 km")
    with pytest.raises(ConfigError, match="at least 1"):
        KeepVerifiable(max_chars=0)


def recipe(folder: Path, cases: str) -> Path:
    (folder / "filter.yaml").write_text(f"max_chars: 80\ncases: [{cases}]")
    path = folder / "recipe.yaml"
    path.write_text(
        "nodes:\n"
        "  qa: {uses: read_jsonl, with: {paths: [qa.jsonl], source: s}}\n"
        "  marked: {uses: mark_verifiability, needs: qa}\n"
        "  problems: {uses: keep_verifiable, needs: marked, with: {file: filter.yaml}}\n"
    )
    return path


def test_the_cases_of_a_recipe_are_tried_when_it_is_read(tmp_path: Path) -> None:
    good = recipe(tmp_path, "{question: 'How far is it?', answer: 5 km, keep: true}")
    stage = load_config(good).nodes["problems"].stage
    assert isinstance(stage, KeepVerifiable)
    assert (stage.max_chars, len(stage.cases)) == (80, 1)
    with pytest.raises(ConfigError, match="problems: keep_verifiable: case 1, 'How far is it"):
        load_config(recipe(tmp_path, "{question: 'How far is it?', answer: 5 km, reject: proof}"))


def test_the_filter_that_ships_comes_with_cases_for_most_reasons(tmp_path: Path) -> None:
    path = recipe(tmp_path, "")
    (tmp_path / "filter.yaml").write_text(FILTER.read_text())
    stage = load_config(path).nodes["problems"].stage
    assert isinstance(stage, KeepVerifiable)
    assert len(stage.cases) >= 25
    assert len({case.reject for case in stage.cases}) >= 16
