"""The numbers a question states, and how far two questions state the same ones.

A question told anew with other names and things keeps its numbers, and numbers are what two different problems of one
kind differ in: beside the nearness of the words they tell copies from cousins.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_COUNTED = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_UNITS = _COUNTED.split()
_BY_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = _BY_TENS.split()
_WORDS = {
    **{word: str(value) for value, word in enumerate(_UNITS)},
    **{word: str(10 * value) for value, word in enumerate(_TENS, start=2)},
    **dict.fromkeys(("twice", "double", "doubled", "doubles"), "2"),
    **dict.fromkeys(("triple", "tripled", "triples", "thrice"), "3"),
    **dict.fromkeys(("half", "halves"), "1/2"),
    **dict.fromkeys(("third", "thirds"), "1/3"),
    "quarter": "1/4",
    **{"dozen": "12", "hundred": "100", "thousand": "1000", "million": "1000000"},
}
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_COMPOUND = re.compile(rf"\b(?P<tens>{'|'.join(_TENS)})[- ](?P<unit>{'|'.join(_UNITS[1:10])})\b", re.IGNORECASE)
_TOKEN = re.compile(rf"{_NUMBER.pattern}|[A-Za-z]+")
# In the sum of squares: two numbers that one in five thousand items states, or a dozen that every thirtieth does.
_ENOUGH = 12.0
_SPACED = re.compile(r"\{,\}|\\!|\\,")


def without_numbers(text: str) -> str:
    """The text with one sign in place of every number in digits."""
    return _NUMBER.sub("N", text)


def stated_numbers(text: str) -> list[str]:
    """The numbers in digits or words, each as often as it stands, `1,200` as `1200` and `3.50` as `3.5`."""
    text = _COMPOUND.sub(lambda pair: str(_value(pair["tens"]) + _value(pair["unit"])), _SPACED.sub("", text))
    return [found for token in _TOKEN.findall(text) if (found := _plain(token)) is not None]


def _value(word: str) -> int:
    return int(_WORDS[word.lower()])


def _plain(token: str) -> str | None:
    if not token[0].isdigit():
        return _WORDS.get(token.lower())
    whole = token.replace(",", "")
    return whole.rstrip("0").rstrip(".") if whole.count(".") == 1 else whole


@dataclass(frozen=True)
class NumberIndex:
    """Items by their numbers. A number weighs the more the fewer items state it; 2 says little, 4,837 nearly all.

    `matrix` is sparse, of shape (items, numbers), every row of length 1 or, where an item states none, 0; `told` is
    what the numbers of each item weigh together.
    """

    places: dict[str, int]
    weights: list[float]
    unseen: float
    matrix: Any
    told: "NDArray[np.float32]"

    @classmethod
    def of(cls, items: Sequence[str]) -> "NumberIndex":
        counts = [Counter(stated_numbers(item)) for item in items]
        stated_by = Counter(number for count in counts for number in count)
        places = {number: place for place, number in enumerate(stated_by)}
        weights = [math.log((1 + len(items)) / held) for held in stated_by.values()]
        unseen = math.log(1 + len(items))
        return cls(places, weights, unseen, *_sparse(counts, places, weights, unseen))

    def shared(self, questions: Sequence[str]) -> "NDArray[np.float32]":
        """How far question and item state the same numbers, 0 to 1, of shape (questions, items).

        The cosine of the weighted numbers, less where those of one of the two weigh less than `_ENOUGH`: that both
        hold a 2 and a 3 is next to nothing.
        """
        import numpy as np

        counts = [Counter(stated_numbers(question)) for question in questions]
        matrix, told = _sparse(counts, self.places, self.weights, self.unseen)
        cosines: NDArray[np.float32] = (matrix @ self.matrix.T).toarray().astype(np.float32)
        cosines *= np.minimum(1, np.minimum(told[:, None], self.told[None, :]) / _ENOUGH)
        return cosines


def _sparse(
    counts: Sequence[Counter[str]], places: dict[str, int], weights: Sequence[float], unseen: float
) -> "tuple[Any, NDArray[np.float32]]":
    """Weighted numbers of each text as rows of length 1, and what they weigh; a number without a place only weighs."""
    import numpy as np
    from scipy.sparse import csr_matrix

    values, columns, ends, told = [], [], [0], []
    for count in counts:
        weighed = {
            number: (weights[places[number]] if number in places else unseen) * (1 + math.log(times))
            for number, times in count.items()
        }
        length = math.hypot(*weighed.values())
        known = [number for number in weighed if number in places]
        columns += [places[number] for number in known]
        values += [weighed[number] / length for number in known]
        ends.append(len(columns))
        told.append(length)
    matrix = csr_matrix((values, columns, ends), shape=(len(counts), max(1, len(places))))
    return matrix, np.array(told, np.float32)
