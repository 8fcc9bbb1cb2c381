"""Prompts with their golds, from the views `rl` and `rl_all` of a version and from its exports for other trainers.

Those are TRL's, verl's, OpenRLHF's, open-instruct's, NeMo-RL's and slime's.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from trainer.data import READ_ROWS, Turns
from trainer.errors import TrainConfigError
from verifier.grader import Gold

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
        for number, row in enumerate(_rows(path), start=1):
            try:
                yield _asked(row, f"{path.name}:{number}")
            except (StopIteration, KeyError, TypeError, AttributeError):
                raise TrainConfigError(
                    f"data: {path} row {number} is no prompt with an answer; choose the view rl or rl_all"
                ) from None


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if path.suffix != ".parquet":
        with path.open("rb") as lines:
            yield from map(json.loads, lines)
        return
    # With `pre_buffer`, pyarrow's default, what was read of a file stays in memory until its end.
    with pq.ParquetFile(path, pre_buffer=False) as file:
        columns = [name for name in (*PROMPTS, *ANSWERS, *MORE) if name in file.schema_arrow.names]
        for batch in file.iter_batches(batch_size=READ_ROWS, columns=columns):
            yield from batch.to_pylist()


def _asked(row: Mapping[str, Any], place: str) -> Asked:
    """verl and slime keep the rest of a row in a struct; the others, where they can keep one text, in the label."""
    told = {**row, **(row.get("extra_info") or row.get("metadata") or {})}
    prompt = next(told[name] for name in PROMPTS if name in told)
    answer = next(told[name] for name in ANSWERS if name in told)
    gold = Gold.of(answer if isinstance(answer, str) else answer["ground_truth"])
    if gold.answer_type is None:
        gold = Gold(gold.answer, told.get("answer_type"), told.get("question"))
    turns = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
    return Asked(told.get("id") or place, turns, gold)
