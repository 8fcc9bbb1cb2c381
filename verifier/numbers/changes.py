"""Which way a quantity changed: "a loss of $200", "15% decrease". A minus sign and such a word say the same."""

import re
from dataclasses import replace

from verifier.numbers.change_words import DOWN, UP
from verifier.numbers.readings import Quantity


def along_one_way(gold: Quantity, answer: Quantity) -> tuple[Quantity, Quantity] | None:
    """Both without the words and the sign that say which way; None where they say opposite ways."""
    wanted, given = _way(gold), _way(answer)
    if wanted == given == 0:
        return gold, answer
    if wanted * given < 0:
        return None
    if wanted + given < 0:
        gold, answer = _unsigned(gold) if not wanted else gold, _unsigned(answer) if not given else answer
    return _unlabelled(gold) if wanted else gold, _unlabelled(answer) if given else answer


def _way(quantity: Quantity) -> int:
    said = quantity.unit.label if quantity.unit else ""
    words = set(re.findall(r"[a-z]+", f"{quantity.label} {said}"))
    return bool(words & UP) - bool(words & DOWN)


def _unsigned(quantity: Quantity) -> Quantity:
    number = quantity.number
    return replace(quantity, number=replace(number, value=abs(number.value)))


def _unlabelled(quantity: Quantity) -> Quantity:
    return replace(quantity, label="", unit_text="" if quantity.unit is None else quantity.unit_text)
