"""The figures on real labelled pairs. The sets are no part of the repository; TRACEMILL_DATA names their folder."""

import json
import re
from collections.abc import Mapping, Sequence

import pytest

from bench.decimals import Ruling, concerned, ruling
from bench.traces import OVERRULED, Trace, overruled_labels, read_traces
from tests.verifier.pairs import data_folder
from verifier import Outcome, Pair, Verdict, Verifier

Judged = Sequence[tuple[Trace, Verdict]]
# Shares of labels that the verdicts agree with: as the sets have them, and with the overruled ones put right.
BOUNDS = {
    "qwen25math-math": (0.99, 0.99),
    "gpt3-gsm8k": (0.99, 0.99),
    "mmlu-pro": (0.96, 0.99),
    "r1-distill-math": (0.99, 0.99),
}


@pytest.fixture(scope="module")
def judged() -> Mapping[str, Judged]:
    """All traces of the four sets with their verdicts, by set."""
    found = {}
    with Verifier() as verifier:
        for name, traces in read_traces(data_folder()).items():
            verdicts = verifier.verify_many([Pair(each.gold, each.response, each.question) for each in traces])
            found[name] = list(zip(traces, verdicts, strict=True))
    return found


def agreement(pairs: Judged, right: Mapping[str, bool]) -> float:
    agreed = [(verdict.outcome is Outcome.CORRECT) == right.get(trace.id, trace.label) for trace, verdict in pairs]
    return sum(agreed) / len(agreed)


@pytest.mark.parametrize("name", BOUNDS)
def test_verdicts_agree_with_the_labels(judged: Mapping[str, Judged], name: str) -> None:
    raw, after = BOUNDS[name]
    assert agreement(judged[name], {}) >= raw
    assert agreement(judged[name], overruled_labels()) >= after


@pytest.mark.parametrize("name", BOUNDS)
def test_few_pairs_stay_undecided(judged: Mapping[str, Judged], name: str) -> None:
    undecided = sum(verdict.outcome is Outcome.UNDECIDED for _, verdict in judged[name])
    assert undecided <= 0.02 * len(judged[name])


def test_labels_of_stated_letters_are_agreed_with(judged: Mapping[str, Judged]) -> None:
    """Where a response says "the answer is (X)", the label is about the response and not about a guess."""
    stated = [pair for pair in judged["mmlu-pro"] if re.search(r"answer is \(?[A-J]\)?", pair[0].response)]
    assert len(stated) > 1_800
    assert agreement(stated, {}) >= 0.97


def test_precision_never_decides_against_a_label(judged: Mapping[str, Judged]) -> None:
    counted = 0
    for pairs in judged.values():
        traces, verdicts = [trace for trace, _ in pairs], [verdict for _, verdict in pairs]
        for _, trace, verdict in concerned(traces, verdicts):
            assert (verdict.outcome is Outcome.CORRECT) == trace.label, trace.id
            counted += 1
    assert counted > 200


def test_overruled_labels_stand_in_the_sets() -> None:
    labels = {trace.id: trace.label for traces in read_traces(data_folder()).values() for trace in traces}
    for row in overruled_rows():
        assert labels[str(row["id"])] == row["label"], row["id"]


def test_overruled_labels_have_one_row_and_a_reason_each() -> None:
    rows = overruled_rows()
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert row["right"] is not row["label"], row["id"]
        assert row["kind"], row["id"]
        assert str(row["reason"]).endswith("."), row["id"]


def overruled_rows() -> list[dict[str, object]]:
    return [json.loads(line) for line in OVERRULED.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("gold", "answer", "outcome", "expected"),
    [
        ("37.50", "37.5", Outcome.CORRECT, Ruling.EQUAL),
        ("13.18", "13.1784", Outcome.CORRECT, Ruling.ROUNDED),
        ("13.18", "13.2", Outcome.INCORRECT, Ruling.COARSE),
        ("13.18", "13.3", Outcome.INCORRECT, Ruling.BEYOND),
        ("6.17", "6.18", Outcome.INCORRECT, Ruling.BEYOND),
        ("10{,}000", "9999.857", Outcome.INCORRECT, Ruling.EXACT),
        ("4", "", Outcome.INCORRECT, Ruling.OTHER),
        ("4", "4.5", Outcome.UNDECIDED, Ruling.OTHER),
    ],
)
def test_ruling_on_two_numbers(gold: str, answer: str, outcome: Outcome, expected: Ruling) -> None:
    assert ruling(gold, answer, outcome) is expected


def test_labelled_cases() -> None:
    lines = (data_folder() / "verify_cases_dev.jsonl").read_text(encoding="utf-8").split("\n")
    rows = [json.loads(line) for line in lines if line]
    with Verifier() as verifier:
        verdicts = verifier.verify_many([Pair(row["gold"], row["pred"], extracted=True) for row in rows])
    accepted = [verdict.outcome is Outcome.CORRECT for verdict in verdicts]
    expected = [row["expected"] for row in rows]
    hits = sum(a and e for a, e in zip(accepted, expected, strict=True))
    assert hits / sum(accepted) >= 0.97
    assert hits / sum(expected) >= 0.95
    assert sum(verdict.outcome is Outcome.UNDECIDED for verdict in verdicts) <= 0.02 * len(rows)
