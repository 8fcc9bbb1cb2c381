"""Texts as numbers of words, many at once: what the tables of runs are looked up with.

A word that no benchmark holds has one of the first numbers and takes part in no run. Every number and number word has
`MASK` in the masked form, in which copies with other numbers agree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

UNKNOWN, UNKNOWN_NUMBER, UNKNOWN_SIGN, MASK = range(4)
_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion dozen "
    "half third quarter twice thrice double triple"
)
NUMBER_WORDS = frozenset(_NUMBERS.split())
_ASKING = (
    "a an and answer are as be best calculate choose compute correct determine evaluate exact false find following for "
    "get give given have how i in incorrect is it me not of one option or out please problem question select solve "
    "state statement statements tell that the these to true us value we what which work write you your"
)
# Words by which a task is asked; "compute", "find" and "what is" ask the same.
ASKING = frozenset(_ASKING.split())
_MARKUP = (
    "align aligned array begin binom boxed cases cdots dots dotsb end frac hat infty ldots mathbb mathbf mathcal "
    "mathrm operatorname overline pmatrix pmod prod qquad quad sqrt textbf vec vmatrix"
)
MARKUP = frozenset(_MARKUP.split())
_NAMES = (
    "arccos arccot arccsc arcsec arcsin arctan cos cosh cot csc det exp gcd lcm lim log max min sec sin sinh tan tanh "
    "alpha beta gamma delta epsilon varepsilon zeta eta theta kappa lambda mu nu xi rho sigma tau phi varphi chi psi "
    "omega"
)
# Names of functions and quantities are signs, though they look like words.
NAMES = frozenset(_NAMES.split())
# Odd constants of 64 bits, one for each place in a run or a text; places beyond wrap around.
_PLACES = np.random.default_rng(20_240_901).integers(1, 2**63, size=1 << 12, dtype=np.uint64) | np.uint64(1)


def is_number(word: str) -> bool:
    return word[0].isdigit() or word[0] == "." or word in NUMBER_WORDS


def is_prose(word: str) -> bool:
    """A word of a language: none that stands for a quantity, no command of LaTeX."""
    return len(word) >= 3 and word.isalpha() and word not in NUMBER_WORDS and word not in MARKUP


def is_sign(word: str) -> bool:
    """Operators, functions, and letters that stand for quantities."""
    return not word.isalpha() or word in NAMES or (len(word) == 1 and word not in "ai")


@dataclass(frozen=True, slots=True)
class Encoded:
    """Texts one after another: the numbers of their words, and where each begins."""

    ids: Ints
    starts: Ints
    lengths: Ints

    @property
    def text_of(self) -> Ints:
        """For each word, the index of its text."""
        return np.repeat(np.arange(len(self.starts)), self.lengths)

    def one(self, index: int) -> Ints:
        return self.ids[self.starts[index] : self.starts[index] + self.lengths[index]]


def joined(texts: Sequence[Sequence[int]]) -> Encoded:
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    total = int(lengths.sum())
    ids = np.fromiter(chain.from_iterable(texts), np.int64, total)
    return Encoded(ids, np.cumsum(lengths) - lengths, lengths)


class _Numbers(dict[str, int]):
    """Word -> number; what is asked for and not there is no benchmark's."""

    def __missing__(self, word: str) -> int:
        if is_number(word):
            return UNKNOWN_NUMBER
        return UNKNOWN_SIGN if is_sign(word) else UNKNOWN


@dataclass
class Vocabulary:
    """The words of the benchmarks, and those of asking. `freeze` makes the arrays that say what each is."""

    numbers: dict[str, int] = field(default_factory=_Numbers)
    names: list[str] = field(default_factory=lambda: ["", "", "", "#"])

    def __post_init__(self) -> None:
        self.add(sorted(ASKING))

    def add(self, words: Iterable[str]) -> list[int]:
        """The numbers of the words; new ones are taken in."""
        known, names, found = self.numbers, self.names, []
        for word in words:
            number = known.get(word)
            if number is None:
                number = known[word] = len(names)
                names.append(word)
            found.append(number)
        return found

    def encode(self, words: Sequence[str]) -> list[int]:
        return list(map(self.numbers.__getitem__, words))

    def freeze(self) -> None:
        names = self.names
        count = len(names)
        self.mixes = np.random.default_rng(7).integers(1, 2**63, size=count, dtype=np.uint64)
        self.is_number: Flags = np.array([bool(name) and is_number(name) for name in names])
        self.is_number[[UNKNOWN_NUMBER, MASK]] = True
        self.is_sign: Flags = np.array([bool(name) and is_sign(name) for name in names])
        self.is_sign[UNKNOWN_SIGN] = True
        self.is_prose: Flags = np.array([bool(name) and is_prose(name) for name in names])
        self.is_asking: Flags = np.array([name in ASKING for name in names])
        self.masked: Ints = np.where(self.is_number, MASK, np.arange(count))

    def text(self, ids: Iterable[int]) -> str:
        return " ".join(self.names[number] for number in ids)

    def run_hashes(self, ids: Ints, length: int) -> Hashes:
        """One for each place where a run of `length` begins, over the bounds of texts too."""
        count = max(len(ids) - length + 1, 0)
        mixed = self.mixes[ids]
        hashes = np.zeros(count, np.uint64)
        for place in range(length):
            hashes += mixed[place : place + count] * _PLACES[place]
        return hashes ^ (hashes >> np.uint64(31))

    def whole_hashes(self, texts: Encoded) -> Hashes:
        """One for each text; 0 for an empty one."""
        hashes = np.zeros(len(texts.starts), np.uint64)
        filled = np.flatnonzero(texts.lengths)
        if len(filled):
            places = np.arange(len(texts.ids)) - np.repeat(texts.starts, texts.lengths)
            mixed = self.mixes[texts.ids] * _PLACES[places % len(_PLACES)]
            hashes[filled] = np.add.reduceat(mixed, texts.starts[filled])
        return hashes


def run_starts(texts: Encoded, length: int) -> Flags:
    """For each place of `run_hashes`: whether the run lies within one text."""
    count = max(len(texts.ids) - length + 1, 0)
    owner = texts.text_of
    inside: Flags = owner[:count] == owner[length - 1 : length - 1 + count]
    return inside


def masked(texts: Encoded, vocabulary: Vocabulary) -> Encoded:
    return Encoded(vocabulary.masked[texts.ids], texts.starts, texts.lengths)


def without(texts: Encoded, dropped: Flags) -> Encoded:
    """The texts less the words whose number is flagged."""
    kept = ~dropped[texts.ids]
    before = np.concatenate([[0], np.cumsum(kept)])
    starts = before[texts.starts]
    return Encoded(texts.ids[kept], starts, before[texts.starts + texts.lengths] - starts)
