"""The value with which a line of prose ends, where it is a measure or a point in time."""

import re

from verifier.dates.moments import moment
from verifier.formulas.tree import TooLargeError, UnparsableError
from verifier.numbers.readings import parse_quantity
from verifier.types import AnswerType

MAX_WORDS = 12
# What such a word stands before is not the answer, or not all of it.
_JOINING = "or and not nor to than before after except until from minus plus"
JOINING = frozenset(_JOINING.split())

DENIAL = re.compile(r"\b(?:not|never|neither|cannot)\b|n't\b", re.IGNORECASE)


def ending(line: str, answer_type: AnswerType) -> str | None:
    """The longest end of `line` that reads as a value of the type; the line if that is denied or one of several."""
    words = line.rstrip(" .").split()
    for start in range(max(0, len(words) - MAX_WORDS), len(words)):
        text = " ".join(words[start:])
        if _is_value(text, answer_type):
            before = words[start - 1].strip(",*").lower() if start else ""
            return line if before in JOINING or DENIAL.search(line) else text
    return None


def _is_value(text: str, answer_type: AnswerType) -> bool:
    if answer_type is AnswerType.DATETIME:
        return moment(text) is not None
    if not any(character.isdigit() for character in text):
        return False
    try:
        found = parse_quantity(text)
    except (UnparsableError, TooLargeError):
        return False
    return found.unit is not None
