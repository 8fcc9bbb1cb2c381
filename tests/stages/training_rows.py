"""Rows that the tests of selection and export share."""

from typing import Any

from stages.records import Attempt, FinishReason, Origin, Problem, VerdictRow
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
        policy=Policy().digest,
        teacher=of.teacher,
        draw=of.draw,
    )
