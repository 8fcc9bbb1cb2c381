"""Which of their rows the stages that know say are to be looked at first."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.schema import Record
from pipeline.stage import Stage
from stages.audit_golds import AuditGolds
from stages.dedup_exact import DedupExact
from stages.dedup_near import DedupNear
from stages.dedup_semantic import DedupSemantic
from stages.html_to_text import HtmlToText
from stages.judge import Judge
from stages.mark_trajectories import MarkTrajectories
from stages.records import GoldAudit, GoldStatus, JudgedVerdict, Trajectory, TrajectoryRow
from stages.verify import Verify
from teachers import TeacherConfig
from tests.stages.near_rows import pair
from tests.stages.training_rows import attempt, problem, verdict
from tests.stages.web_rows import document
from tests.support import MemorySide, context, run_table
from verifier.judge.types import JudgeReason
from verifier.types import Outcome


def flagged(stage: Stage, rows: Sequence[Record]) -> dict[str, list[str]]:
    """Ids by why, of those reasons that flag any."""
    frame = MemorySide(rows).lazy()
    found = {why: frame.filter(test).collect()["id"].to_list() for why, test in stage.suspicious().items()}
    return {why: ids for why, ids in found.items() if ids}


def audited(name: str, status: GoldStatus, *signals: str) -> Any:
    audit = GoldAudit(status=status, num_attempts=4, num_correct=0, num_undecided=0)
    return replace(problem(name), audit=audit, signals=list(signals))


def test_suspect_golds_and_solved_ones_that_most_attempts_contradict() -> None:
    rows = [
        audited("a", GoldStatus.SUSPECT_GOLD),
        audited("b", GoldStatus.SOLVED, "majority_disagrees"),
        audited("c", GoldStatus.HARD),
        problem("d"),
    ]
    assert flagged(AuditGolds(), rows) == {"suspect_gold": ["a"], "majority_disagrees": ["b"]}


def test_near_duplicates_that_stay(tmp_path: Path) -> None:
    rows = [
        pair("a", "A train runs 60 km in 2 hours. How fast is it going on average?"),
        pair("b", "A train runs 80 km in 3 hours. How fast is it going on average?"),
        pair("c", "Name the smallest prime above one hundred and explain."),
    ]
    kept, _ = run_table(DedupNear(), rows, context(tmp_path))
    assert flagged(DedupNear(), kept) == {"near_duplicate_kept": ["a", "b"]}
    assert flagged(DedupSemantic(), kept) == {"near_duplicate_kept": ["a", "b"]}


def test_copies_whose_answers_disagree(tmp_path: Path) -> None:
    rows = [pair("a", "What is 2 + 2?", "4"), pair("b", "What is 2 + 2?", "5"), pair("c", "What is 2 + 3?", "5")]
    kept, dropped = run_table(DedupExact(), rows, context(tmp_path))
    assert len(dropped) == 1
    assert list(flagged(DedupExact(), kept)) == ["copies_disagree"]


def test_verdicts_that_are_undecided() -> None:
    rows = [
        verdict(attempt("a", 0), Outcome.UNDECIDED),
        verdict(attempt("a", 1)),
        verdict(attempt("a", 2), Outcome.INCORRECT),
    ]
    assert flagged(Verify(), rows) == {"undecided": ["a/small-00"]}


def judged(name: str, rule: Outcome, model: Outcome | None, outcome: Outcome) -> JudgedVerdict:
    given = verdict(attempt(name, 0), rule)
    return JudgedVerdict(
        id=given.id,
        problem_id=given.problem_id,
        outcome=outcome,
        extracted=None,
        answer_type=given.answer_type,
        rule_outcome=rule,
        rule_reason=given.reason,
        rule_version=given.version,
        model_outcome=model,
        judge_reason=JudgeReason.ACCEPTED,
        reply=None,
        control_reply=None,
        judge="j",
        judge_revision="1",
        judge_style="strict-v1",
        judge_version="1",
        policy=given.policy,
    )


def test_verdicts_on_which_rules_and_model_disagree() -> None:
    right, wrong, left_open = Outcome.CORRECT, Outcome.INCORRECT, Outcome.UNDECIDED
    rows = [
        judged("a", wrong, right, right),
        judged("b", wrong, wrong, wrong),
        judged("c", right, None, right),
        judged("d", left_open, None, left_open),
    ]
    stage = Judge(teacher=TeacherConfig(name="j", backend="scripted"))
    assert flagged(stage, rows) == {"rule_and_model_disagree": ["a/small-00"], "undecided": ["d/small-00"]}


def test_pages_that_lost_formulas() -> None:
    rows = [
        document(id="a", num_formulas=3, num_formulas_lost=1),
        document(id="b", num_formulas=3, num_formulas_lost=0),
    ]
    assert flagged(HtmlToText(), [*rows, document(id="c")]) == {"formulas_lost": ["a"]}


@pytest.mark.parametrize(("leak", "found"), [("as the answer says", {"leaked_answer": ["a"]}), (None, {})])
def test_reasoning_that_knows_the_answer(leak: str | None, found: dict[str, list[str]]) -> None:
    counts = dict.fromkeys(
        ("num_words", "wait", "recheck", "alternatively", "retry", "however", "branching", "verification"), 0
    )
    marks = Trajectory(
        **counts, backtracking=0, repetition=0.0, longest_repeat=0, foreign=0.0, num_boxes=1, has_code=False, leak=leak
    )
    assert flagged(MarkTrajectories(), [TrajectoryRow(id="a", problem_id="p", trajectory=marks)]) == found
