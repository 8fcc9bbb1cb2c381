"""The reward of an exported data set for slime: `--custom-rm-path slime_reward.custom_rm`.

A sample's `metadata` is that of the row, which holds the answer's type and the question.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from tracemill import Gold, Grader

# What a completion gets that could not be decided (a timeout, an answer nobody can parse); slime takes numbers only.
UNDECIDED = 0.0
# What the data set was verified with; it is written in when this file is exported.
MADE_WITH: dict[str, str] = {}

_grader = Grader(MADE_WITH)


async def custom_rm(args: Any, sample: Any, **_: Any) -> Any:
    """1, 0 or `UNDECIDED` for a sample; a list of them for a list of samples (`--group-rm`)."""
    if isinstance(sample, list):
        return await asyncio.to_thread(_rewards, sample)
    return (await asyncio.to_thread(_rewards, [sample]))[0]


def _rewards(samples: Sequence[Any]) -> list[float]:
    prompts = [sample.prompt if isinstance(sample.prompt, str) else "" for sample in samples]
    verdicts = _grader.grade([_gold(sample) for sample in samples], [one.response for one in samples], prompts=prompts)
    return [verdict.reward(undecided=UNDECIDED) or 0.0 for verdict in verdicts]


def _gold(sample: Any) -> Gold:
    about = sample.metadata if isinstance(sample.metadata, dict) else {}
    return Gold(sample.label, about.get("answer_type"), about.get("question"))
