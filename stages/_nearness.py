"""How near a pair lies to a benchmark's item: the cosine of their questions' embeddings, more where numbers or answers
agree, more again where both do, and less where the question has many items around it.

Embeddings are taken with numbers masked, so that a copy with other numbers lies at 1. That alone would put any two
questions of one kind close together; numbers and answers that agree then tell a copy in other words from a cousin.
Either alone agrees by chance now and then, both seldom. A word problem about shopping is near to dozens of items and
copies none, while a copy is nearer to its item than to any other; so half of how near the next ones are is taken off.
The constants were chosen by `bench/quality/paraphrases.py` on the half that is not held out; docs/quality.md has the
curve.
"""

import re
from typing import TYPE_CHECKING, Any, TypeVar

from stages.records import BenchmarkMatch

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

T = TypeVar("T", float, "NDArray[Any]", "pl.Expr")

NUMBERS_WEIGHT, ANSWER_WEIGHT, BOTH_WEIGHT, CROWD_WEIGHT = 0.2, 0.25, 0.6, 0.5
# Items that make the crowd around a question, and the mean cosine to them below which no place counts as emptier: of a
# benchmark of few items none has neighbours, and a bare cosine of 0.6 would count as a copy.
CROWD = 10
QUIET = 0.5
# From 0.59 on 7 in 1,000 rows of GSM8K train and hardly an exercise of OpenStax count as copies; asked from 0.44 on, a
# model gets to see 19 in 20 of the disguised copies, and one in 17 of those exercises.
THRESHOLD = 0.59
ASK_FROM = 0.44
# Items of few words, "Compute 3 + 4", lie at 1 from all others of their kind.
MIN_PROSE = 6
MIN_SHARED = 0.5

_NO_PROSE = re.compile(r"\[asy\].*?\[/asy\]|\\[A-Za-z]+", re.DOTALL)
_PROSE = re.compile(r"[^\W\d_]{3,}")


def nearness(cosine: T, shared_numbers: T, shared_answer: T, crowd: T) -> T:
    """Up to 1.8."""
    both = shared_numbers * shared_answer
    agree = NUMBERS_WEIGHT * shared_numbers + ANSWER_WEIGHT * shared_answer + BOTH_WEIGHT * both
    # The larger of the two, in a form that numbers, arrays and columns share.
    crowded = (crowd + QUIET + abs(crowd - QUIET)) / 2
    near: T = cosine + agree - CROWD_WEIGHT * crowded
    return near


def nearness_of(match: BenchmarkMatch) -> float:
    return nearness(match.cosine, match.shared_numbers, match.shared_answer, match.crowd)


def num_prose(text: str) -> int:
    """Words of three letters or more outside drawings, LaTeX's commands not counted."""
    return len(_PROSE.findall(_NO_PROSE.sub(" ", text)))


def is_telling(item: str, shared_numbers: float, *, min_prose: int) -> bool:
    """Whether nearness to this item says anything without a model's opinion."""
    return shared_numbers >= MIN_SHARED or num_prose(item) >= min_prose
