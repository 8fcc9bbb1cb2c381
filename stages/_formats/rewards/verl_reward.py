"""The reward of an exported data set for verl: `reward.custom_reward_function.path=verl_reward.py`.

verl hands on the struct `extra_info` of the row, which holds the answer's type and the question.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tracemill import Gold, Grader, Outcome, Verdict

# What a completion gets that could not be decided (a timeout, an answer nobody can parse); verl takes numbers only.
UNDECIDED = 0.0
# True where the chat template ends the prompt with <think>: without </think> there is then no answer.
PREFILLED = False
# What the data set was verified with; it is written in when this file is exported.
MADE_WITH: dict[str, str] = {}

_grader = Grader(MADE_WITH, prefilled=PREFILLED)


def compute_score(
    data_source: str, solution_str: str, ground_truth: str, extra_info: Mapping[str, Any] | None = None, **_: Any
) -> dict[str, float]:
    """`score` is 1 or 0, or `UNDECIDED`; verl logs the other two."""
    (verdict,) = _grader.grade([_gold(ground_truth, extra_info)], [solution_str])
    return _scored(verdict)


def compute_scores(
    data_sources: Sequence[str],
    solution_strs: Sequence[str],
    ground_truths: Sequence[str],
    extra_infos: Sequence[Mapping[str, Any] | None],
    **_: Any,
) -> list[dict[str, float]]:
    """The same for verl's batch reward manager."""
    golds = [_gold(*gold) for gold in zip(ground_truths, extra_infos, strict=True)]
    return [_scored(verdict) for verdict in _grader.grade(golds, solution_strs)]


def _gold(answer: str, extra_info: Mapping[str, Any] | None) -> Gold:
    info = extra_info or {}
    return Gold(answer, info.get("answer_type"), info.get("question"))


def _scored(verdict: Verdict) -> dict[str, float]:
    return {
        "score": verdict.reward(undecided=UNDECIDED) or 0.0,
        "acc": float(verdict.outcome is Outcome.CORRECT),
        "undecided": float(verdict.outcome is Outcome.UNDECIDED),
    }
