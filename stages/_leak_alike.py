"""A row beside a benchmark item, word by word: what agrees, what stands in place of what, and whether that matters.

A number, an operator or the name of a quantity in place of another makes another problem; a word in place of a word
mostly does not.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import LCSseq

from stages._leak_words import UNKNOWN, Flags, Ints, Vocabulary

_FUNCTIONS = "arccos arcsin arctan cos cosh cot csc det exp gcd lcm lim log max min sec sin sinh tan tanh"
# Signs alone that were left out: so many are a clause ("$x > 0$"), fewer belong to a formula that goes on.
CLAUSE_OF_SIGNS = 3


@dataclass(frozen=True, slots=True)
class Alignment:
    """`blocks` are (place in the item, place in the row, length) of the words that agree, in order."""

    item: Ints
    row: Ints
    blocks: list[tuple[int, int, int]]

    @property
    def matched(self) -> int:
        return sum(length for _, _, length in self.blocks)

    @property
    def width(self) -> int:
        """Words of the row from the first that agrees to the last."""
        return self.blocks[-1][1] + self.blocks[-1][2] - self.blocks[0][1]

    def text(self, vocabulary: Vocabulary) -> str:
        """The words that agree."""
        return " … ".join(vocabulary.text(self.item[at : at + length]) for at, _, length in self.blocks)

    def gaps(self) -> Iterator[tuple[Ints, Ints]]:
        """What stands between the blocks in the item and in the row; at both ends as much of the row as of the item."""
        first, last = self.blocks[0], self.blocks[-1]
        if first[0]:
            yield self.item[: first[0]], self.row[max(first[1] - first[0], 0) : first[1]]
        for (item, row, length), (next_item, next_row, _) in zip(self.blocks, self.blocks[1:], strict=False):
            yield self.item[item + length : next_item], self.row[row + length : next_row]
        end = last[0] + last[2]
        if left := len(self.item) - end:
            row_end = last[1] + last[2]
            yield self.item[end:], self.row[row_end : row_end + left]


def aligned(item: Ints, row: Ints) -> Alignment:
    blocks = LCSseq.editops(item.tolist(), row.tolist()).as_matching_blocks()
    return Alignment(item, row, [(block.a, block.b, block.size) for block in blocks if block.size])


class Signs:
    """Tells whether two texts that agree in most words are about the same quantities."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.is_sign: Flags = vocabulary.is_sign | vocabulary.is_number
        self.is_prose: Flags = vocabulary.is_prose.copy()
        self.is_prose[UNKNOWN] = True  # a word that no benchmark has

    def changed(self, made: Alignment) -> bool:
        return any(self._differ(item, row) for item, row in made.gaps())

    def _differ(self, item: Ints, row: Ints) -> bool:
        """Signs for other signs, or signs alone left out or put in."""
        signs, others = self.is_sign[item], self.is_sign[row]
        if signs.any() and others.any():
            return not np.array_equal(np.sort(item[signs]), np.sort(row[others]))
        lost = signs.any() and not self.is_prose[item].any() and len(item) < CLAUSE_OF_SIGNS
        return bool(lost or (others.any() and not self.is_prose[row].any()))
