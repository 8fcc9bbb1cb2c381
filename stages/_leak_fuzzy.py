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


class Fuzzy:
    """At least the share `similarity` of the item's words in order, or a row that is the item less a clause."""

    name = "fuzzy"

    def __init__(self, items: Items, *, similarity: float) -> None:
        self.items, self.similarity = items, similarity
        need = np.ceil(SHARE_OF_RUNS * items.num_runs).astype(np.int64)
        self.need = np.where(items.words.lengths >= MIN_WORDS, np.maximum(need, 1), np.iinfo(np.int64).max)
        self.signs = Signs(items.vocabulary)

    def find(self, rows: Rows) -> Iterator[Found]:
        size = len(self.items.questions)
        pairs, counts = np.unique(rows.words.text_of[rows.hits.at] * size + rows.hits.item, return_counts=True)
        for code in pairs[counts >= self.need[pairs % size]].tolist():
            at, item = divmod(code, size)
            made = aligned(self.items.words.one(item), rows.words.one(at))
            if made.blocks and self._is_copy(made) and not self.items.is_drawn_otherwise(item, rows.texts[at]):
                words = (self.items.vocabulary.text(made.item[a : a + length]) for a, _, length in made.blocks)
                yield Found(at, item, made.matched / len(made.item), " … ".join(words))

    def _is_copy(self, made: Alignment) -> bool:
        share, precision = made.matched / len(made.item), made.matched / made.width
        changes = sum(bool(len(item)) for item, _ in made.gaps())
        if share >= self.similarity and precision >= self.similarity:
            is_near = changes <= max(1, len(made.item) // WORDS_PER_CHANGE)
        else:
            is_all = made.matched >= max(MIN_WORDS, CLAUSE_PRECISION * len(made.row))
            is_near = share >= CLAUSE_LEFT and is_all and changes <= 1
        return is_near and not self.signs.changed(made)
