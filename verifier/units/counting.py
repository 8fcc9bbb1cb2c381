"""What is counted or measured beside the unit: "apples", "g of water", "m/s north"."""

import re

from verifier.numbers.readings import Quantity
from verifier.units.table import DIRECTIONS
from verifier.units.unit import Unit

_IDLE = (
    "of the a an in to at on by total altogether each remaining more them it due towards toward direction both "
    "approximately about exactly long wide tall high deep thick away apart old later ago only now per and all such "
    "above below its side respectively"
)
IDLE = frozenset(_IDLE.split())
IRREGULAR = {"people": "person", "children": "child", "men": "man", "women": "woman", "mice": "mouse", "feet": "foot"}
FORMULA = re.compile(r"[A-Z]")


def same_things(gold: Quantity, answer: Quantity) -> bool:
    """Whether what both count may be the same. Nothing said on one side agrees, but a direction must not be missing."""
    if _is_unit(gold.unit) or _is_unit(answer.unit):
        return True
    left, right = _words(gold), _words(answer)
    if (gold.label and left and answer.unit) or (answer.label and right and gold.unit):
        return False
    if left & DIRECTIONS or (right & DIRECTIONS and left):
        return left & DIRECTIONS == right & DIRECTIONS
    return not left or not right or left <= right or right <= left or _formula(gold) != _formula(answer)


def _is_unit(unit: Unit | None) -> bool:
    """ "Units" stand for whatever is counted."""
    return unit is not None and {root for root, _ in unit.dimension} == {"unit"}


def _text(quantity: Quantity) -> str:
    return quantity.label or (quantity.unit.label if quantity.unit else "")


def _words(quantity: Quantity) -> frozenset[str]:
    words = re.findall(r"[^\s\-/_{}()]+", _text(quantity))
    return frozenset(_singular(word) for word in words if word.lower() not in IDLE)


def _singular(word: str) -> str:
    word = word.lower()
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word.endswith("wards") or (word.endswith("ward") and word[:-4] in DIRECTIONS):
        word = word.removesuffix("s").removesuffix("ward")
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _formula(quantity: Quantity) -> bool:
    """`NaCl` and "salt" may be the same; only words are told from words."""
    return FORMULA.search(_text(quantity)) is not None
