"""What all methods of decontamination work on: the items of the benchmarks, and rows against them, many at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from stages._leak_runs import RunHits, RunTable, distinct, run_table
from stages._leak_words import Encoded, Flags, Ints, Vocabulary, joined, without
from stages._text import drawings, normalise_question, words
from stages.records import QAPair

# Items of fewer words are found by runs of three, others of five: what is left of one after a word was changed.
SHORT, SHORT_RUN, LONG_RUN = 16, 3, 5
SHARED_BY = 32
RAREST = 4
# So many words tell a problem without its drawing.
DRAWN = 20


@dataclass(frozen=True, slots=True)
class Found:
    """`at` is the index of the row in its batch, `item` that of the benchmark item; `score` from 0 to 1."""

    at: int
    item: int
    score: float
    text: str


class Method(Protocol):
    """One way to find leaks. What it finds it can show."""

    name: str

    def find(self, rows: "Rows") -> Iterable[Found]: ...


class Items:
    """Every different question of the benchmarks, with tables of their runs of words."""

    def __init__(self, pairs: Iterable[QAPair]) -> None:
        self.vocabulary = Vocabulary()
        self.labels: list[tuple[str, str]] = []
        self.normal: dict[str, int] = {}
        self.questions: list[str] = []
        texts: list[list[int]] = []
        for pair in pairs:
            normal = normalise_question(pair.question)
            if normal not in self.normal and (found := words(pair.question)):
                self.normal[normal] = len(texts)
                texts.append(self.vocabulary.add(found))
                self.labels.append((pair.source, pair.id))
                self.questions.append(pair.question)
        self.vocabulary.freeze()
        self.words = joined(texts)
        self.core = without(self.words, self.vocabulary.is_asking)

    @cached_property
    def family(self) -> Ints:
        """Items that are the same but for words of asking have the same number: several benchmarks hold them."""
        _, numbers = np.unique(self.vocabulary.whole_hashes(self.core), return_inverse=True)
        return numbers

    @cached_property
    def is_short(self) -> Flags:
        flags: Flags = self.words.lengths < SHORT
        return flags

    @cached_property
    def tables(self) -> tuple[RunTable, RunTable]:
        """The runs by which an item is suspected: of three words for short items, of five for the others."""
        short = np.repeat(self.is_short, self.words.lengths)
        return self._table(SHORT_RUN, short), self._table(LONG_RUN, ~short)

    @cached_property
    def num_runs(self) -> Ints:
        """How many runs of each item the tables hold."""
        size = len(self.questions)
        counts: Ints = sum(np.bincount(table.items, minlength=size) for table in self.tables)  # type: ignore[assignment]
        return counts

    def can_tell(self, item: int, text: str) -> bool:
        """Whether words alone tell: of a short item with a drawing they do not, unless the text has the same one."""
        drawing = drawings(self.questions[item])
        return not drawing or int(self.words.lengths[item]) >= DRAWN or drawing == drawings(text)

    @cached_property
    def weights(self) -> npt.NDArray[np.float64]:
        """What each word tells: the logarithm of one over the share of items that have it."""
        size = len(self.questions)
        once = distinct(self.words.ids * size + self.words.text_of) // max(size, 1)
        counts = np.bincount(once, minlength=len(self.vocabulary.names))
        weights: npt.NDArray[np.float64] = np.log((size + 1) / (counts + 0.5))
        return weights

    def _table(self, length: int, where: Flags) -> RunTable:
        return run_table(
            self.words,
            self.vocabulary,
            length=length,
            where=where,
            family=self.family,
            common=SHARED_BY,
            keep=RAREST,
        )


class Rows:
    """A batch of texts; what several methods ask about it is worked out once."""

    def __init__(self, texts: Sequence[str], items: Items) -> None:
        self.texts = texts
        self.items = items
        self.words = joined([items.vocabulary.encode(words(text)) for text in texts])

    @cached_property
    def hits(self) -> RunHits:
        """Where the runs by which an item is suspected stand."""
        hits = [table.find(self.words, self.items.vocabulary) for table in self.items.tables]
        return RunHits(*(np.concatenate(parts) for parts in zip(*((h.at, h.item, h.place) for h in hits), strict=True)))

    @cached_property
    def core(self) -> Encoded:
        return without(self.words, self.items.vocabulary.is_asking)
