"""Sentences that are near a phrase of a list or hold it, exactly.

The paper's code estimates the Jaccard similarity of each sentence to each phrase by MinHash. A list of phrases is
short: an index of all their word runs fits in a dictionary, gives the similarity itself in less time than a signature
takes, and beside it the containment, by which a phrase is found inside a longer sentence.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

RUN = 3
_WORD = re.compile(r"\w+")
# A sentence ends at its mark before white space, or with its line.
_SENTENCE = re.compile(r"[^\s.!?](?:[^\n.!?]|[.!?](?!\s|\Z|[\"'’”)\]*]))*[.!?]*")


@dataclass(frozen=True, slots=True)
class Near:
    """A sentence, from `start` to `end` of the text, and how near it is to the phrase of that number."""

    phrase: int
    start: int
    end: int
    jaccard: float
    containment: float


@dataclass(frozen=True, slots=True)
class PhraseIndex:
    """`holders` are the phrases that hold a run of words, `sizes` how many runs each phrase has."""

    holders: Mapping[str, Sequence[int]]
    sizes: Sequence[int]

    @classmethod
    def of(cls, phrases: Sequence[str]) -> "PhraseIndex":
        holders: defaultdict[str, list[int]] = defaultdict(list)
        sizes = []
        for number, phrase in enumerate(phrases):
            runs = word_runs(phrase)
            sizes.append(len(runs))
            for run in sorted(runs):
                holders[run].append(number)
        return cls(dict(holders), sizes)

    def near(self, text: str, *, jaccard: float, containment: float) -> Iterator[Near]:
        """Every sentence with each phrase it shares at least `jaccard` with or holds at least `containment` of."""
        for start, end in sentences(text):
            runs = word_runs(text[start:end])
            shared = Counter(number for run in runs if run in self.holders for number in self.holders[run])
            for number, common in sorted(shared.items()):
                size = self.sizes[number]
                near, held = common / (len(runs) + size - common), common / size
                if near >= jaccard or held >= containment:
                    yield Near(number, start, end, round(near, 4), round(held, 4))


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each begins and ends; one without a letter or digit is none."""
    for found in _SENTENCE.finditer(text):
        if _WORD.search(text, found.start(), found.end()):
            yield found.span()


def words_in(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def word_runs(text: str) -> set[str]:
    """Runs of three words in lower case, as one string each; of fewer words all of them as one run."""
    words = words_in(text)
    if len(words) < RUN:
        return {" ".join(words)}
    return {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
