"""The short answer a pair gives, in one spelling, and what it proves that two questions have the same one.

A question told anew keeps its answer, other names and things or not, while two problems of one kind agree in it by
chance alone. Answers are compared as text and by value, never by algebra: a question meets every item of a benchmark.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stages._answers import find_answer
from stages._text import normalise_question

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# What is longer is prose or a derivation, which nobody gives twice in the same words.
MAX_CHARS = 80

_FRACTION = re.compile(r"\\frac \{ ([^{}]+) \} \{ ([^{}]+) \}")
_VALUE = re.compile(r"(- )?(\d+(?:\.\d+)?|\.\d+)(?: / (\d+(?:\.\d+)?))?")
_UNIT = re.compile(r"[%°]?(?: (?!(?:and|or|to)\b)[^\W\d_]+(?: [/*^] [^\W_]+| (?!(?:and|or|to)\b)[^\W\d_]+)*)?")
_LETTER = re.compile(r"\(? ?[a-j] ?\)?")


def stated_answer(answer: str) -> str | None:
    """The key of the short answer that `stages/_answers.py` finds; None where there is none that proves anything.

    A number counts by its value to six digits and without its unit: `#### 72`, `72.0` and `\\$72` are one, `1/2` and
    `0.5` too. The letter of an option says nothing of what it stands for.
    """
    found = find_answer(answer)
    if found.answer is None or found.how == "option" or len(found.answer) > MAX_CHARS:
        return None
    key = normalise_question(found.answer).strip()
    key = _FRACTION.sub(r"\1 / \2", key)
    value = _VALUE.match(key)
    rest = key[value.end() :] if value else ""
    if value and _UNIT.fullmatch(rest):
        return _plain(value) or key
    return None if not key or _LETTER.fullmatch(key) else key


def _plain(value: re.Match[str]) -> str | None:
    over = float(value[3] or 1)
    return f"{(-1 if value[1] else 1) * float(value[2]) / over:.6g}" if over else None


@dataclass(frozen=True)
class AnswerIndex:
    """Items by their answers. `weights` says what it proves to have one: 0.3 for a 2, near 1 where one item has it."""

    places: dict[str, list[int]]
    weights: dict[str, float]
    num_items: int

    @classmethod
    def of(cls, answers: Sequence[str | None]) -> "AnswerIndex":
        held = Counter(answer for answer in answers if answer is not None)
        whole = math.log(1 + held.total())
        places: dict[str, list[int]] = {answer: [] for answer in held}
        for place, answer in enumerate(answers):
            if answer is not None:
                places[answer].append(place)
        weights = {answer: 1 - math.log(count) / whole for answer, count in held.items()}
        return cls(places, weights, len(answers))

    def shared(self, answers: Sequence[str | None]) -> "NDArray[np.float32]":
        """0 to 1, of shape (answers, items): 0 where they differ or either is None, else the weight."""
        import numpy as np

        found: NDArray[np.float32] = np.zeros((len(answers), self.num_items), np.float32)
        for row, answer in enumerate(answers):
            if answer in self.weights:
                found[row, self.places[answer]] = self.weights[answer]
        return found
