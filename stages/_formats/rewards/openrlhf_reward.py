"""The reward of an exported data set for OpenRLHF: `--reward.remote_url openrlhf_reward.py`.

OpenRLHF hands on the label alone, so the label holds the answer, its type and the question. A query is the prompt and
the response in one text; what stands in the prompt is never graded.
"""

import re
from collections.abc import Sequence
from typing import Any

from tracemill import Gold, Grader, Outcome

# What a completion gets that could not be decided (a timeout, an answer nobody can parse); OpenRLHF takes numbers only.
UNDECIDED = 0.0
# What the data set was verified with; it is written in when this file is exported.
MADE_WITH: dict[str, str] = {}

# Queries are decoded with their special tokens.
_MARK = re.compile(r"(?:<\|[^<>|\s]{1,40}\|>|<｜[^<>｜\s]{1,40}｜>|</s>|<eos>|<pad>|<end_of_turn>)\Z")
_LONGEST_MARK = 44
# Characters, without blank space, by which the end of the prompt is known: a template's last turn and some more.
_TAIL = 60

_grader = Grader(MADE_WITH)


def reward_func(queries: Sequence[str], prompts: Sequence[str], labels: Sequence[str], **_: Any) -> dict[str, Any]:
    """Rewards are 1, 0 or `UNDECIDED`; the scores, 1 or 0, are what OpenRLHF filters groups by."""
    import torch

    responses = [_response(*both) for both in zip(queries, prompts, strict=True)]
    verdicts = _grader.grade([Gold.of(label) for label in labels], responses, prompts=prompts)
    correct = [float(verdict.outcome is Outcome.CORRECT) for verdict in verdicts]
    undecided = [float(verdict.outcome is Outcome.UNDECIDED) for verdict in verdicts]
    return {
        "rewards": torch.tensor([verdict.reward(undecided=UNDECIDED) for verdict in verdicts], dtype=torch.float32),
        "scores": torch.tensor(correct),
        "extra_logs": {"undecided": torch.tensor(undecided)},
    }


def _response(query: str, prompt: str) -> str:
    """What follows the prompt, without the tokens that end it. Raises `ValueError` where the prompt is not found.

    A prompt that was decoded from its tokens may differ in blank space, and may have lost its beginning.
    """
    if query.startswith(prompt):
        return _unmarked(query[len(prompt) :])
    tail = "".join(prompt.split())[-_TAIL:]
    found = re.search(r"\s*".join(map(re.escape, tail)), query) if tail else None
    if found is None:
        raise ValueError("a query does not hold its prompt, so the response in it cannot be told apart")
    return _unmarked(query[found.end() :])


def _unmarked(response: str) -> str:
    """Without the special tokens at its end, taken off one by one: a pattern for all would take an hour for blanks."""
    ended = response.rstrip()
    while found := _MARK.search(ended, max(0, len(ended) - _LONGEST_MARK)):
        response = ended = ended[: found.start()].rstrip()
    return response
