"""Rows that the tests of selection and export share."""

from typing import Any

from stages.records import (
    Attempt,
    FinishReason,
    Origin,
    Problem,
    SelectedAttempt,
    Trajectory,
    TrajectoryRow,
    VerdictRow,
)
from verifier.types import AnswerType, Outcome, Policy, Reason

REASONS = {
    Outcome.CORRECT: Reason.MATCHED_NUMBER,
    Outcome.INCORRECT: Reason.DIFFERENT_VALUE,
    Outcome.UNDECIDED: Reason.TIMEOUT,
}


def problem(name: str, **changes: Any) -> Problem:
    fields: dict[str, Any] = {
        "id": name,
        "question": f"What is {name} plus 2?",
        "reference_solution": None,
        "answer": "4",
        "answer_type": AnswerType.INTEGER,
        "unit": None,
        "signals": [],
        "subject": None,
        "origin": Origin.HUMAN,
        "url": f"https://example.org/{name}",
        "source": "pages",
        "licence": "CC BY 4.0",
        "attribution": "A. Author",
        "content_key": f"key of {name}",
        "removal_key": "example.org",
    }
    return Problem(**(fields | changes))


def attempt(problem_id: str, sample: int, *, teacher: str = "small", **changes: Any) -> Attempt:
    fields: dict[str, Any] = {
        "id": f"{problem_id}/{teacher}-{sample:02d}",
        "problem_id": problem_id,
        "teacher": teacher,
        "revision": "r1",
        "prompt_style": "boxed",
        "temperature": 0.7,
        "top_p": 0.95,
        "max_tokens": 512,
        "seed": sample,
        "sample": sample,
        "reasoning": "two and two",
        "final": "So \\boxed{4}.",
        "finish_reason": FinishReason.STOP,
        "num_prompt_tokens": 20,
        "num_tokens": 30,
    }
    return Attempt(**(fields | changes))


def verdict(of: Attempt, outcome: Outcome = Outcome.CORRECT) -> VerdictRow:
    return VerdictRow(
        id=of.id,
        problem_id=of.problem_id,
        outcome=outcome,
        reason=REASONS[outcome],
        extracted="4",
        answer_type=AnswerType.INTEGER,
        verifier="rule",
        version="1",
        policy=Policy(reasoning="plain").digest,
        teacher=of.teacher,
        draw=of.draw,
    )


def marks(of: Attempt, **changes: Any) -> TrajectoryRow:
    """The marks of an attempt about which nothing is odd."""
    fields: dict[str, Any] = {
        "num_words": 40,
        "wait": 0,
        "recheck": 0,
        "alternatively": 0,
        "retry": 0,
        "however": 0,
        "branching": 0,
        "verification": 0,
        "backtracking": 0,
        "repetition": 0.0,
        "longest_repeat": 0,
        "foreign": 0.0,
        "num_boxes": 1,
        "has_code": False,
        "leak": None,
    }
    return TrajectoryRow(id=of.id, problem_id=of.problem_id, trajectory=Trajectory(**(fields | changes)))


def selected(problem_id: str, sample: int = 0, **changes: Any) -> SelectedAttempt:
    fields: dict[str, Any] = {
        "id": f"{problem_id}/small-{sample:02d}",
        "problem_id": problem_id,
        "teacher": "small",
        "sample": sample,
        "outcome": Outcome.CORRECT,
        "num_tokens": 30,
        "source": "pages",
        "cluster": f"cluster of {problem_id}",
        "pass_rate": 1.0,
        "pass_rate_low": 0.2,
        "pass_rate_high": 1.0,
    }
    return SelectedAttempt(**(fields | changes))
