"""Verdicts on attempts."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import verifier.nursery
from pipeline.errors import OutageError
from pipeline.inputs import StoredInput
from pipeline.parquet import find_rows
from stages.records import Attempt, FinishReason, Origin, Problem, VerdictRow
from stages.verify import Verify
from tests.support import MemorySide, context, run_batch
from verifier import VERSION, AnswerType, Outcome, Policy, Reason


def problem(**changes: object) -> Problem:
    fields: dict[str, object] = {
        "id": "p", "question": "How far?", "reference_solution": None, "answer": "36 km",
        "answer_type": AnswerType.UNITS, "unit": "km", "signals": [], "subject": None,
        "origin": Origin.HUMAN, "url": "u", "source": "s", "licence": None,
        "attribution": None, "content_key": "k", "removal_key": "r",
    }  # fmt: skip
    return Problem(**(fields | changes))  # type: ignore[arg-type]


def attempt(final: str, **changes: object) -> Attempt:
    fields: dict[str, object] = {
        "id": "p/t-00", "problem_id": "p", "teacher": "t", "revision": "r", "prompt_style": "box", "temperature": 0.7,
        "top_p": 1.0, "max_tokens": 9, "seed": 1, "sample": 0, "reasoning": None, "final": final,
        "finish_reason": FinishReason.STOP, "num_prompt_tokens": 1, "num_tokens": 1,
    }  # fmt: skip
    return Attempt(**(fields | changes))  # type: ignore[arg-type]


def test_every_attempt_gets_a_verdict(tmp_path: Path) -> None:
    attempts = [attempt(r"\boxed{36000 m}"), attempt(r"\boxed{36 m}", id="p/t-01"), attempt("", id="p/t-02")]
    rows = run_batch(Verify(), attempts, context(tmp_path, problems=MemorySide([problem()])))
    assert [row.id for row in rows] == ["p/t-00", "p/t-01", "p/t-02"]
    assert [row.outcome for row in rows] == [Outcome.CORRECT, Outcome.INCORRECT, Outcome.INCORRECT]
    assert [row.reason for row in rows] == [Reason.MATCHED_NUMBER, Reason.DIFFERENT_VALUE, Reason.NO_ANSWER]
    assert rows[0].extracted == "36000 m"
    assert {(row.verifier, row.version) for row in rows} == {("rule", VERSION)}


def test_truncated_reasoning_holds_no_answer(tmp_path: Path) -> None:
    cut = attempt("", reasoning=r"so it is \boxed{36 km}", finish_reason=FinishReason.LENGTH)
    (row,) = run_batch(Verify(), [cut], context(tmp_path, problems=MemorySide([problem()])))
    assert (row.outcome, row.reason) == (Outcome.INCORRECT, Reason.NO_ANSWER)


def test_the_policy_stands_in_the_row(tmp_path: Path) -> None:
    side = MemorySide([problem(answer="7", answer_type=AnswerType.INTEGER)])
    for extraction, outcome in (("lenient", Outcome.CORRECT), ("strict", Outcome.INCORRECT)):
        stage = Verify(extraction=extraction)
        (row,) = run_batch(stage, [attempt("so I get 7")], context(tmp_path, problems=side))
        assert row.outcome is outcome
        assert row.policy == Policy(reasoning="plain", extraction=extraction).digest


def test_an_attempt_without_its_problem_is_an_error(tmp_path: Path) -> None:
    side = MemorySide([problem(id="q")])
    with pytest.raises(KeyError, match="no row p"):
        run_batch(Verify(), [attempt("7")], context(tmp_path, problems=side))


def test_of_stored_problems_those_of_the_batch_are_read(tmp_path: Path) -> None:
    path = tmp_path / "problems.parquet"
    rows = [problem(id=row_id, answer=f"{number} km") for number, row_id in enumerate(("a", "p", "q", "z"))]
    pq.write_table(MemorySide(rows).table(), path, row_group_size=1)
    stored = StoredInput("problems", (path,))
    found = [row for batch in stored.find({"q", "p", "o"}, ("answer", "id")) for row in batch.to_pylist()]
    assert found == [{"answer": "1 km", "id": "p"}, {"answer": "2 km", "id": "q"}]
    assert list(stored.find(set(), ("id",))) == list(stored.find({"b", "c"}, ("id",))) == []
    ctx = context(tmp_path, problems=StoredInput("problems", (path,)))
    right, wrong = run_batch(Verify(), [attempt("1 km"), attempt("2 km")], ctx)
    assert (right.outcome, wrong.outcome) == (Outcome.CORRECT, Outcome.INCORRECT)


def test_who_asks_for_rows_of_one_file_after_another_reads_each_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = []
    for number in range(4):
        paths.append(tmp_path / f"{number}.parquet")
        rows = [problem(id=f"{letter}{number}") for letter in "az"]  # all files hold about the same range of ids
        pq.write_table(MemorySide(rows).table(), paths[-1])
    opened: list[Path] = []

    def reading(path: Path, *asked: Any) -> Any:
        opened.append(path)
        return find_rows(path, *asked)

    monkeypatch.setattr("pipeline.inputs.find_rows", reading)
    stored = StoredInput("problems", tuple(paths))
    for number in (2, 2, 3):
        ids = {f"a{number}", f"z{number}"}
        assert {row["id"] for batch in stored.find(ids, ("id",)) for row in batch.to_pylist()} == ids
    assert opened == [*paths[:3], paths[2], *paths[2:]]
    both = {row["id"] for batch in stored.find({"a3", "a0"}, ("id",)) for row in batch.to_pylist()}
    assert both == {"a3", "a0"}


def test_an_unknown_policy_is_refused_when_the_stage_is_made() -> None:
    with pytest.raises(ValueError, match="extraction 'lax' is unknown; known: lenient, strict"):
        Verify(extraction="lax")


def test_retry_takes_up_what_the_machine_left_open() -> None:
    undecided = (Reason.TIMEOUT, Reason.MEMORY, Reason.CRASHED, Reason.GOLD_UNPARSABLE, Reason.TOO_LARGE)
    reasons = {Outcome.UNDECIDED: undecided, Outcome.INCORRECT: (Reason.NO_ANSWER,)}
    rows = [
        VerdictRow(
            id=f"p/{reason}", problem_id="p", outcome=outcome, reason=reason, extracted=None,
            answer_type=AnswerType.UNITS, verifier="rule", version=VERSION, policy="d",
        )
        for outcome, several in reasons.items()
        for reason in several
    ]  # fmt: skip
    again = MemorySide(rows).lazy().filter(Verify().retryable()).collect()
    assert again["id"].to_list() == ["p/timeout", "p/memory", "p/crashed"]


def test_a_flipped_canary_stops_the_shard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flipped = tuple((gold, answer, Reason.DIFFERENT_VALUE) for gold, answer, _ in verifier.nursery.CANARIES)
    monkeypatch.setattr(verifier.nursery, "CANARIES", flipped)
    side = MemorySide([problem(answer=r"\int_0^1 2x\,dx", answer_type=AnswerType.EXPRESSION)])
    with pytest.raises(OutageError, match="canary"):
        run_batch(Verify(), [attempt(r"\boxed{\sum_{k=1}^1 k}")], context(tmp_path, problems=side))
