"""Prompts with their golds, from the views `rl` and `rl_all` of a version and from its exports for other trainers.

Those are TRL's, verl's, OpenRLHF's, open-instruct's, NeMo-RL's and slime's.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.data import Turns, records, row_id, turns_of
from trainer.errors import TrainConfigError
from verifier.grader import Gold
from verifier.types import AnswerType

PROMPTS = ("prompt", "input", "messages")
ANSWERS = ("answer", "reward_model", "label", "ground_truth", "output")
MORE = ("id", "question", "answer_type", "extra_info", "metadata")


@dataclass(frozen=True)
class Asked:
    id: str
    prompt: Turns
    gold: Gold


def read_prompts(files: Sequence[Path]) -> Iterator[Asked]:
    """Raises `TrainConfigError` for a file of something else."""
    for path in files:
        for number, row in enumerate(records(path, _columns), start=1):
            try:
                yield _asked(row, path, number)
            except (StopIteration, KeyError, TypeError, AttributeError, ValueError) as error:
                why = f" ({error})" if isinstance(error, ValueError) else ""
                raise TrainConfigError(
                    f"data: {path} row {number} is no prompt with an answer{why}; choose the view rl or rl_all"
                ) from None


def _columns(names: Collection[str]) -> list[str]:
    return [name for name in (*PROMPTS, *ANSWERS, *MORE) if name in names]


def _asked(row: Mapping[str, Any], path: Path, number: int) -> Asked:
    """verl and slime keep the rest of a row in a struct; the others, where they can keep one text, in the label."""
    told = {**row, **(row.get("extra_info") or row.get("metadata") or {})}
    prompt = next(told[name] for name in PROMPTS if name in told)
    answer = next(told[name] for name in ANSWERS if name in told)
    gold = Gold.of(answer if isinstance(answer, str) else answer["ground_truth"])
    if gold.answer_type is None:
        gold = Gold(gold.answer, told.get("answer_type"), told.get("question"))
    if gold.answer_type is not None:
        AnswerType(gold.answer_type)
    return Asked(row_id(told, path, number), turns_of(prompt, "user"), gold)
