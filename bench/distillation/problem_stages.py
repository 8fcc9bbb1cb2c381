"""A source for `bench/distillation/adaptive.py`: problems as they stand, none left out."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.stage import Reject, SourceStage
from stages.records import Origin, Problem
from verifier import infer_type


@dataclass(frozen=True, kw_only=True)
class TakeProblems(SourceStage[Problem]):
    """JSONL with `id`, `question` and `answer`."""

    path: Path

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return {"path": digest(self.path)}

    def shards(self) -> Sequence[Any]:
        return [0]

    def read(self, shard: Any) -> Iterator[Problem | Reject]:
        for line in self.path.read_text(encoding="utf-8").splitlines():
            yield _problem(json.loads(line))


def _problem(row: Mapping[str, str]) -> Problem:
    question, answer = row["question"], row["answer"]
    return Problem(
        id=row["id"],
        question=question,
        reference_solution=None,
        answer=answer,
        answer_type=infer_type(answer, question),
        unit=None,
        signals=[],
        subject=None,
        origin=Origin.HUMAN,
        url="",
        source="benchmark",
        licence=None,
        attribution=None,
        content_key=row["id"],
        removal_key=row["id"],
    )
