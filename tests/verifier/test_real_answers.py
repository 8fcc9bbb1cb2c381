"""The figures on real labelled pairs. The sets are no part of the repository; TRACEMILL_DATA names their folder."""

import gzip
import json

from tests.verifier.pairs import data_folder
from verifier import Outcome, Pair, Verifier


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


def test_natural_maths_answers() -> None:
    path = data_folder() / "traces" / "qwen25math_math100x8.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        rows = [json.loads(line) for line in lines]
    pairs = [Pair(row["gt"], code, row["question"]) for row in rows for code in row["code"]]
    labels = [score for row in rows for score in row["score"]]
    with Verifier() as verifier:
        verdicts = verifier.verify_many(pairs)
    agreed = sum((v.outcome is Outcome.CORRECT) == label for v, label in zip(verdicts, labels, strict=True))
    assert agreed / len(labels) >= 0.97
