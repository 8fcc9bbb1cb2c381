"""The rule of OpenThoughts3, as a reference: texts alike in 75 of 100 signs, or with a run of 13 tokens in common."""

import re
from collections.abc import Sequence

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Indel

from stages.records import QAPair

_TOKEN = re.compile(r"\w+|[^\w\s]")


class OpenThoughts:
    """The rule of OpenThoughts3 against the same items."""

    def __init__(self, items: Sequence[QAPair]) -> None:
        self.texts = sorted({item.question for item in items}, key=len)
        self.lengths = np.array([len(text) for text in self.texts])
        self.runs = {run for text in self.texts for run in _runs(text)}

    def holds(self, text: str) -> bool:
        if any(run in self.runs for run in _runs(text)):
            return True
        # Texts of which one is less than 0.6 of the other cannot be alike in 75 of 100.
        first, end = np.searchsorted(self.lengths, [0.6 * len(text), len(text) / 0.6 + 1])
        return process.extractOne(text, self.texts[first:end], scorer=_similarity, score_cutoff=0.75) is not None


_similarity = Indel.normalized_similarity


def _runs(text: str) -> set[tuple[str, ...]]:
    tokens = _TOKEN.findall(text.lower())
    return set(zip(*(tokens[place:] for place in range(13)), strict=False))
