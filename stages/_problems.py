"""What whoever looks at attempts needs of their problems."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa

from pipeline.context import SideInput
from pipeline.inputs import StoredInput
from stages.records import Attempt
from verifier import AnswerType

_COLUMNS = ("id", "question", "answer", "answer_type")
_ROWS = 8_192


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, and the gold."""

    question: str
    answer: str
    answer_type: AnswerType


class Problems:
    """Of a side input of `Problem` rows those that a batch of attempts needs, so that memory does not grow with all.

    Attempts stand in the order of their problems, so that those of a batch lie together, and often serve the next too.
    """

    def __init__(self, side: SideInput) -> None:
        self._side = side
        self._known: dict[str, Asked] = {}

    def of(self, attempts: Sequence[Attempt]) -> list[Asked]:
        """The problem of each attempt; raises `KeyError` where one is not there."""
        wanted = {attempt.problem_id for attempt in attempts}
        self._known = {row_id: asked for row_id, asked in self._known.items() if row_id in wanted}
        if new := wanted - self._known.keys():
            self._known.update(row for batch in self._side.find(new, _COLUMNS) for row in _asked(batch))
        return [self._problem_of(attempt) for attempt in attempts]

    def _problem_of(self, attempt: Attempt) -> Asked:
        if attempt.problem_id not in self._known:
            raise KeyError(f"attempt {attempt.id}: the side input 'problems' has no row {attempt.problem_id}")
        return self._known[attempt.problem_id]


def problems_by_id(side: SideInput) -> Mapping[str, Asked]:
    """All of a side input of `Problem` rows. Stored ones, which cannot change, are kept for the next shard."""
    return _kept(side) if isinstance(side, StoredInput) else _read(side)


@lru_cache(maxsize=1)
def _kept(side: StoredInput) -> Mapping[str, Asked]:
    return _read(side)


def _read(side: SideInput) -> Mapping[str, Asked]:
    return {row_id: asked for batch in side.batches(_COLUMNS, _ROWS) for row_id, asked in _asked(batch)}


def _asked(rows: pa.RecordBatch) -> Iterator[tuple[str, Asked]]:
    columns = (rows.column(name).to_pylist() for name in _COLUMNS)
    for row_id, question, answer, answer_type in zip(*columns, strict=True):
        yield row_id, Asked(question, answer, AnswerType(answer_type))
