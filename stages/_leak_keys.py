"""Leaks equal to a benchmark item under a key: its normal form, its letters and digits, all but its numbers."""

from collections.abc import Iterator

import numpy as np

from stages._leak_alike import aligned
from stages._leak_items import Found, Items, Rows
from stages._leak_words import Encoded, Flags, Ints, masked
from stages._text import normalise_question

# Fewer letters and digits may agree by chance.
MIN_ALNUM = 12
_DROPPED = bytes(sorted({*range(256)} - {*b"abcdefghijklmnopqrstuvwxyz0123456789"}))


def alnum_key(text: str) -> bytes:
    """The lower-case letters and digits of ASCII."""
    return text.lower().encode("utf-8", "surrogatepass").translate(None, _DROPPED)


def _is_telling(key: bytes, text: str) -> bool:
    """Whether the key is what the text mostly is: of one in another script little more than its numbers is left."""
    return len(key) >= MIN_ALNUM and 2 * len(key) >= sum(map(str.isalnum, text))


class Exact:
    """The same normal form (`stages/_text.py`): case, spacing, punctuation and LaTeX spelling hide nothing."""

    name = "exact"

    def __init__(self, items: Items) -> None:
        self.items = items
        self.hashes = frozenset(items.vocabulary.whole_hashes(items.words).tolist())

    def find(self, rows: Rows) -> Iterator[Found]:
        for at, code in enumerate(self.items.vocabulary.whole_hashes(rows.words).tolist()):
            if code in self.hashes:
                normal = normalise_question(rows.texts[at])
                item = self.items.normal.get(normal)
                if item is not None:
                    yield Found(at, item, 1.0, normal)


class Alnum:
    """The same letters and digits. Signs, points and degrees do not count: most such rows are the item, with a sign
    lost on the way or spelled otherwise; the rest are as near to it as tan 225 to tan 22.5. Which, nobody can tell by
    the text alone, so a sign that differs is no veto: the score and the words told show it. Where it must be one, leave
    `alnum` out of the methods: the others go by words and signs.
    """

    name = "alnum"

    def __init__(self, items: Items) -> None:
        self.keys: dict[bytes, list[int]] = {}
        for item, question in enumerate(items.questions):
            key = alnum_key(question)
            if _is_telling(key, question):
                self.keys.setdefault(key, []).append(item)
        self.items = items

    def find(self, rows: Rows) -> Iterator[Found]:
        for at, text in enumerate(rows.texts):
            key = alnum_key(text)
            if key in self.keys and _is_telling(key, text):
                for item in self.keys[key]:
                    made = aligned(self.items.words.one(item), rows.words.one(at))
                    longer = max(len(made.item), len(made.row))
                    yield Found(at, item, made.matched / longer, made.text(self.items.vocabulary))


class NumbersChanged:
    """The same words and signs but for numbers, where there is enough prose that this is no chance.

    A form that `common` or more items share is how such questions are put, and names none of them.
    """

    name = "numbers_changed"

    def __init__(self, items: Items, *, min_prose: int, common: int) -> None:
        self.items = items
        self.forms = masked(items.words, items.vocabulary)
        prose = _counts(items.words, items.vocabulary.is_prose[items.words.ids])
        hashes = items.vocabulary.whole_hashes(self.forms)
        _, place, counts = np.unique(hashes, return_inverse=True, return_counts=True)
        telling = np.flatnonzero((prose >= min_prose) & (counts[place] < common))
        self.by_hash: dict[int, int] = {}
        for item in telling.tolist():
            self.by_hash.setdefault(int(hashes[item]), item)

    def find(self, rows: Rows) -> Iterator[Found]:
        vocabulary = self.items.vocabulary
        forms = masked(rows.words, vocabulary)
        for at, code in enumerate(vocabulary.whole_hashes(forms).tolist()):
            item = self.by_hash.get(code)
            if item is not None and np.array_equal(forms.one(at), self.forms.one(item)):
                same = float(np.mean(rows.words.one(at) == self.items.words.one(item)))
                yield Found(at, item, same, vocabulary.text(self.forms.one(item)))


def _counts(texts: Encoded, flags: Flags) -> Ints:
    """How many words of each text are flagged."""
    before = np.concatenate([[0], np.cumsum(flags)])
    counts: Ints = before[texts.starts + texts.lengths] - before[texts.starts]
    return counts
