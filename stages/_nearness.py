"""How near a question lies to a benchmark's item: the cosine of their embeddings, and more where numbers agree.

Embeddings are taken with numbers masked, so that a copy with other numbers lies at 1. That alone would put any two
questions of one kind close together; numbers that agree then tell a copy in other words from a cousin. The constants
were chosen by `bench/quality/paraphrases.py` on the half that is not held out; docs/quality.md has the curve.
"""

import re
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

T = TypeVar("T", float, "NDArray[Any]", "pl.Expr")

NUMBERS_WEIGHT = 0.45
# From 0.96 on fewer than 1 in 100 rows of GSM8K train and about 1 in 1,000 exercises of OpenStax count as copies; asked
# from 0.70 on, a model gets to see nine in ten of the disguised copies, and one in seven of those exercises.
THRESHOLD = 0.96
ASK_FROM = 0.70
# Items of few words, "Compute 3 + 4", lie at 1 from all others of their kind.
MIN_PROSE = 6
MIN_SHARED = 0.5

_NO_PROSE = re.compile(r"\[asy\].*?\[/asy\]|\\[A-Za-z]+", re.DOTALL)
_PROSE = re.compile(r"[^\W\d_]{3,}")


def nearness(cosine: T, shared_numbers: T) -> T:
    """Up to 1.45."""
    return cosine + NUMBERS_WEIGHT * shared_numbers


def num_prose(text: str) -> int:
    """Words of three letters or more outside drawings, LaTeX's commands not counted."""
    return len(_PROSE.findall(_NO_PROSE.sub(" ", text)))


def is_telling(item: str, shared_numbers: float, *, min_prose: int) -> bool:
    """Whether nearness to this item says anything without a model's opinion."""
    return shared_numbers >= MIN_SHARED or num_prose(item) >= min_prose
