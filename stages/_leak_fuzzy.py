"""Leaks that hold a benchmark item with a word changed or a clause left out, and none of its numbers or signs changed.

Candidates share rare runs of words; each is then aligned word by word (longest common subsequence).
"""

from collections.abc import Iterator

import numpy as np

from stages._leak_alike import Alignment, Signs, aligned
from stages._leak_items import Found, Items, Rows

MIN_WORDS = 8
# Of a candidate's runs that many must be found; a word changed in the middle spoils as many as a run is long.
SHARE_OF_RUNS = 0.3
# What is left of an item when a clause is dropped, if the row is little more than that.
CLAUSE_LEFT, CLAUSE_PRECISION = 0.6, 0.9
WORDS_PER_CHANGE = 8
# An item of fewer words must be half of the row that holds it: what else stands there may be the problem.
LONG = 30
# What an item tells may agree somewhat less than its words do: the one changed may have been a rare one.
RARE_WORDS = 0.9


class Fuzzy:
    """At least the share `similarity` of the item's words in order, and of what they tell; or a row that is the item
    less a clause.

    A word tells more the fewer items have it: "which of the following is true about" says nothing of vaccination.
    """

    name = "fuzzy"

    def __init__(self, items: Items, *, similarity: float) -> None:
        self.items, self.similarity = items, similarity
        need = np.ceil(SHARE_OF_RUNS * items.num_runs).astype(np.int64)
        self.need = np.where(items.words.lengths >= MIN_WORDS, np.maximum(need, 1), np.iinfo(np.int64).max)
        self.signs = Signs(items.vocabulary)
        self.weights = items.weights

    def find(self, rows: Rows) -> Iterator[Found]:
        size = len(self.items.questions)
        pairs, counts = np.unique(rows.words.text_of[rows.hits.at] * size + rows.hits.item, return_counts=True)
        for code in pairs[counts >= self.need[pairs % size]].tolist():
            at, item = divmod(code, size)
            made = aligned(self.items.words.one(item), rows.words.one(at))
            if made.blocks and self._is_copy(made) and self.items.can_tell(item, rows.texts[at]):
                yield Found(at, item, made.matched / len(made.item), made.text(self.items.vocabulary))

    def _is_copy(self, made: Alignment) -> bool:
        share, precision = made.matched / len(made.item), made.matched / made.width
        if share >= self.similarity and precision >= self.similarity:
            allowed = max(1, len(made.item) // WORDS_PER_CHANGE) if self._says_most(made) else -1
        else:
            is_all = made.matched >= max(MIN_WORDS, CLAUSE_PRECISION * len(made.row))
            allowed = 1 if share >= CLAUSE_LEFT and is_all else -1
        if allowed < 0:
            return False
        return sum(bool(len(item)) for item, _ in made.gaps()) <= allowed and not self.signs.changed(made)

    def _says_most(self, made: Alignment) -> bool:
        """Whether what agrees is most of what the item tells, and of what the row tells, unless that is long."""
        if len(made.item) < LONG and 2 * made.width < len(made.row):
            return False
        agreed = sum(float(self.weights[made.item[at : at + length]].sum()) for at, _, length in made.blocks)
        return agreed >= RARE_WORDS * self.similarity * float(self.weights[made.item].sum())
