"""Judged verdicts as plain ones."""

from stages.records import JudgedVerdict
from stages.settle import Settle
from verifier import AnswerType, Outcome, Reason
from verifier.judge.types import JudgeReason


def judged(**changes: object) -> JudgedVerdict:
    fields: dict[str, object] = {
        "id": "p/t-00", "problem_id": "p", "outcome": Outcome.INCORRECT, "extracted": "engine",
        "answer_type": AnswerType.WORD, "rule_outcome": Outcome.INCORRECT, "rule_reason": Reason.DIFFERENT_VALUE,
        "rule_version": "7", "model_outcome": None, "judge_reason": JudgeReason.RULE_CERTAIN, "reply": None,
        "control_reply": None, "judge": "j", "judge_revision": "r", "judge_style": "strict-v1", "judge_version": "3",
        "policy": "d",
    }  # fmt: skip
    return JudgedVerdict(**(fields | changes))  # type: ignore[arg-type]


def test_where_the_judge_was_not_asked_the_rules_verdict_comes_back() -> None:
    row = Settle().process(judged())
    assert (row.id, row.problem_id, row.extracted, row.policy) == ("p/t-00", "p", "engine", "d")
    assert (row.outcome, row.reason, row.verifier, row.version) == (
        Outcome.INCORRECT, Reason.DIFFERENT_VALUE, "rule", "7",
    )  # fmt: skip


def test_where_the_judge_was_asked_its_outcome_counts_and_the_rules_reason_stays() -> None:
    for outcome in Outcome:
        row = Settle().process(judged(outcome=outcome, model_outcome=outcome))
        assert (row.outcome, row.reason, row.verifier, row.version) == (
            outcome, Reason.DIFFERENT_VALUE, "model", "3",
        )  # fmt: skip
