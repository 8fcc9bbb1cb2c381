"""Leaks of items too short for a telling run: they count where they stand whole, and where that is no chance."""

import re
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from stages._leak_items import Found, Items, Rows
from stages._leak_words import Flags
from stages._text import words

_SENTENCE = re.compile(r"(?<=[.?!:])\s+|\n+")
MIN_CORE = 2
# An item that stands as sentences of its own in a longer text must have said so much.
MIN_WORDS_APART = 5


class Short:
    """One of three: the same question but for words of asking ("compute", "what is"); the item whole and at least half
    of the row; the item as sentences of their own.
    """

    name = "short"

    def __init__(self, items: Items, among: Flags) -> None:
        """`among`: the items to find."""
        self.items = items
        self.among = among
        self.cores: dict[int, list[int]] = defaultdict(list)
        hashes = items.vocabulary.whole_hashes(items.core)
        for item in np.flatnonzero(among & (items.core.lengths >= MIN_CORE)).tolist():
            self.cores[int(hashes[item])].append(item)

    def find(self, rows: Rows) -> Iterator[Found]:
        yield from self._same_core(rows)
        yield from self._whole(rows)

    def _same_core(self, rows: Rows) -> Iterator[Found]:
        for at, code in enumerate(self.items.vocabulary.whole_hashes(rows.core).tolist()):
            for item in self.cores.get(code, ()):
                core = self.items.core.one(item)
                if np.array_equal(rows.core.one(at), core) and self.items.can_tell(item, rows.texts[at]):
                    yield Found(at, item, len(core) / int(self.items.words.lengths[item]), self._text(item))

    def _whole(self, rows: Rows) -> Iterator[Found]:
        size = len(self.items.questions)
        owner = rows.words.text_of[rows.hits.at]
        start = rows.hits.at - rows.hits.place
        wanted = self.among[rows.hits.item] & (start >= rows.words.starts[owner])
        found, counts = np.unique(start[wanted] * size + rows.hits.item[wanted], return_counts=True)
        full = counts == self.items.num_runs[found % size]
        for code in found[full].tolist():
            start, item = divmod(code, size)
            words = self.items.words.one(item)
            at = int(rows.words.text_of[start])
            if np.array_equal(rows.words.ids[start : start + len(words)], words) and self._stands_out(rows, at, item):
                yield Found(at, item, 1.0, self._text(item))

    def _stands_out(self, rows: Rows, at: int, item: int) -> bool:
        size = int(self.items.words.lengths[item])
        if self.items.core.lengths[item] < MIN_CORE or size > int(rows.words.lengths[at]):
            return False
        if not self.items.can_tell(item, rows.texts[at]):
            return False
        if 2 * size >= int(rows.words.lengths[at]):
            return True
        return size >= MIN_WORDS_APART and _is_apart(rows.texts[at], words(self.items.questions[item]))

    def _text(self, item: int) -> str:
        return self.items.vocabulary.text(self.items.words.one(item))


def _is_apart(text: str, item: list[str]) -> bool:
    """Whether sentences of the text, one after another, are the item and no more."""
    sentences = [words(part) for part in _SENTENCE.split(text)]
    for first in range(len(sentences)):
        joined: list[str] = []
        for sentence in sentences[first:]:
            joined += sentence
            if joined == item:
                return True
            if len(joined) >= len(item):
                break
    return False
