"""What whoever looks at attempts needs of their problems, read once in each process and not once for each shard."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

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


def problems_by_id(side: SideInput) -> Mapping[str, Asked]:
    """Of `Problem` rows. Stored ones, which cannot change, are kept for the next shard."""
    return _kept(side) if isinstance(side, StoredInput) else _read(side)


@lru_cache(maxsize=1)
def _kept(side: StoredInput) -> Mapping[str, Asked]:
    return _read(side)


def _read(side: SideInput) -> Mapping[str, Asked]:
    found: dict[str, Asked] = {}
    for batch in side.batches(_COLUMNS, _ROWS):
        columns = (batch.column(name).to_pylist() for name in _COLUMNS)
        for row_id, question, answer, answer_type in zip(*columns, strict=True):
            found[row_id] = Asked(question, answer, AnswerType(answer_type))
    return found


def problem_of(attempt: Attempt, problems: Mapping[str, Asked]) -> Asked:
    """Raises `KeyError` where the problem of the attempt is not there."""
    if attempt.problem_id not in problems:
        raise KeyError(f"attempt {attempt.id}: the side input 'problems' has no row {attempt.problem_id}")
    return problems[attempt.problem_id]
