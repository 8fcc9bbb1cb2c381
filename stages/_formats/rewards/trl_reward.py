"""The reward of an exported data set for TRL's GRPO and RLOO trainers: `reward_funcs=[tracemill_reward]`.

The columns `answer`, `answer_type` and `question` reach it by their names.
"""

from collections.abc import Callable, Sequence
from typing import Any

from tracemill import Gold, Grader, Outcome

# What a completion gets that could not be decided (a timeout, an answer nobody can parse). None: TRL leaves it out.
UNDECIDED: float | None = None
# True where the chat template ends the prompt with <think>: without </think> there is then no answer.
PREFILLED = False
# What the data set was verified with; it is written in when this file is exported.
MADE_WITH: dict[str, str] = {}

_grader = Grader(MADE_WITH, prefilled=PREFILLED)


def tracemill_reward(
    completions: Sequence[Any],
    answer: Sequence[str],
    answer_type: Sequence[str],
    question: Sequence[str],
    log_metric: Callable[[str, float], None] | None = None,
    **_: Any,
) -> list[float | None]:
    """1 for a correct completion, 0 for an incorrect one, `UNDECIDED` else."""
    golds = [Gold(*gold) for gold in zip(answer, answer_type, question, strict=True)]
    verdicts = _grader.grade(golds, [_text(completion) for completion in completions])
    if log_metric and verdicts:
        undecided = sum(verdict.outcome is Outcome.UNDECIDED for verdict in verdicts)
        log_metric("tracemill/undecided", undecided / len(verdicts))
    return [verdict.reward(undecided=UNDECIDED) for verdict in verdicts]


def _text(completion: Any) -> str:
    """The last message of a chat, of the assistant: a completion cut off after a call ends in what the tool gave.

    Where the tokenizer has a response template, TRL puts the reasoning into a field of its own and drops its tags.
    """
    if isinstance(completion, str):
        return completion
    message = completion[-1] if completion else {}
    if message.get("role", "assistant") != "assistant":
        return ""
    content = message.get("content") or ""
    text = content if isinstance(content, str) else "".join(part.get("text", "") for part in content)
    reasoning = message.get("reasoning_content") or message.get("thinking")
    return f"{reasoning}</think>{text}" if reasoning else text
