"""Leaks that hold a benchmark item, or a good part of it, word for word, whatever else stands around it."""

from collections.abc import Iterator

import numpy as np

from stages._leak_alike import Signs, aligned
from stages._leak_items import Found, Items, Rows
from stages._leak_runs import RunHits, run_table
from stages._leak_words import Encoded, Flags, Ints, Vocabulary


class Ngram:
    """Runs of `length` words that agree, if together they are at least the share `coverage` of the item's words. A part
    of an item must be half of the row or twice `length`, with nothing in place of the item's other numbers and signs.

    Half of a run must be prose, or it must be twice as long: formulas are made of few signs. Runs that `common`
    different items share are how such questions are put ("how many more does he have than") and are left out.
    """

    name = "ngram"

    def __init__(self, items: Items, *, length: int, common: int, coverage: float) -> None:
        self.items, self.length, self.coverage = items, length, coverage
        self.signs = Signs(items.vocabulary)
        self.table = run_table(
            items.words,
            items.vocabulary,
            length=length,
            where=telling_starts(items.words, items.vocabulary, length),
            family=items.family,
            common=common,
        )

    @property
    def reaches(self) -> Flags:
        """The items that it can find."""
        flags = np.zeros(len(self.items.questions), np.bool_)
        flags[self.table.items] = True
        return flags

    def find(self, rows: Rows) -> Iterator[Found]:
        hits = self.table.find(rows.words, self.items.vocabulary)
        for at, item, places in _by_pair(rows.words, hits, len(self.items.questions)):
            words = self.items.words.one(item)
            runs = _merged(places, self.length)
            score = sum(end - start for start, end in runs) / len(words)
            if score >= self.coverage and self._speaks(rows, at, item, score):
                text = " … ".join(self.items.vocabulary.text(words[start:end]) for start, end in runs)
                yield Found(at, item, score, text)

    def _speaks(self, rows: Rows, at: int, item: int, share: float) -> bool:
        """Whether so much of an item stands for it: it is long, or all or half of the row; and nothing contradicts."""
        words, row = self.items.words.one(item), rows.words.one(at)
        size = share * len(words)
        if not self.items.can_tell(item, rows.texts[at]):
            return False
        if share == 1:
            return True
        return (size >= 2 * self.length or 2 * size >= len(row)) and not self.signs.changed(aligned(words, row))


def telling_starts(texts: Encoded, vocabulary: Vocabulary, length: int) -> Flags:
    """For each word, whether the run that begins with it is half prose or part of one twice as long."""
    prose = np.concatenate([[0], np.cumsum(vocabulary.is_prose[texts.ids])])
    begin = np.arange(len(texts.ids))
    end = np.minimum(begin + length, len(texts.ids))
    long_enough = np.repeat(texts.lengths >= 2 * length, texts.lengths)
    flags: Flags = (2 * (prose[end] - prose[begin]) >= length) | long_enough
    return flags


def _by_pair(texts: Encoded, hits: RunHits, size: int) -> Iterator[tuple[int, int, Ints]]:
    """Row, item, and the places in the item where its runs begin, ascending."""
    if not len(hits.at):
        return
    pair = texts.text_of[hits.at] * size + hits.item
    order = np.lexsort((hits.place, pair))
    pair, place = pair[order], hits.place[order]
    bounds = np.flatnonzero(np.diff(pair)) + 1
    for code, places in zip(pair[np.append(0, bounds)].tolist(), np.split(place, bounds), strict=True):
        yield code // size, code % size, places


def _merged(places: Ints, length: int) -> list[tuple[int, int]]:
    """The stretches of words that the runs cover."""
    runs: list[tuple[int, int]] = []
    for place in places.tolist():
        if runs and place <= runs[-1][1]:
            runs[-1] = (runs[-1][0], place + length)
        else:
            runs.append((place, place + length))
    return runs
