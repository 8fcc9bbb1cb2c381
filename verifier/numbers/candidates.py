"""Whether an answer names several values, which for a single-valued gold are candidates."""

import re

from verifier.formulas.tree import TooLargeError, UnparsableError
from verifier.latex import has_two_signs, normalise, plain_text, split_top
from verifier.numbers.numerals import ungrouped
from verifier.numbers.readings import parse_quantity
from verifier.numbers.statements import statement
from verifier.units.mixed import sum_of_units

ALTERNATIVE = r"\s+(?:or|and|versus|vs\.?)\s+|\s*[,;]\s*|\\(?:quad|qquad)|\\lor(?![a-z])"
VALUE_LIKE = re.compile(r"\d|\\pi|\\infty|[a-z]")
NUMBER_LIKE = re.compile(r"\d|\\pi|\\infty")

# `48.27%, the yield is 84.6%` gives two.
BARE = re.compile(r"[-+]?[\d.,/]+\s*\\?%?")
STATED = re.compile(r"\b(?:is|are|was|were|equals)\b|=")


def is_list(text: str) -> bool:
    r"""`3 or 4`, `3, 4`, `\pm 3`; but not `1,000`, `2 and 3/4` and `12 dollars and 40 cents`."""
    text = normalise(text)
    if has_two_signs(text):
        return True
    if sum_of_units(text):
        return False
    text = ungrouped(plain_text(text))
    if re.search(r"(?<![a-z])(?:or|and|versus|vs)(?![a-z])|\\lor", text, re.IGNORECASE):
        parts = split_top(text, ALTERNATIVE)
        return sum(bool(VALUE_LIKE.search(part)) for part in parts) > 1 and not _is_one(text)
    parts = split_top(text, r"\s*[,;]\s*")
    return sum(bool(NUMBER_LIKE.search(part)) for part in parts) > 1 and not _is_one(text)


def _is_one(text: str) -> bool:
    """Joined by "and" or a comma, yet one quantity. What "or" joins never is."""
    if re.search(r"(?<![a-z])or(?![a-z])|;", text, re.IGNORECASE):
        return False
    first, *others = split_top(text, r"\s*[,;]\s*")
    if BARE.fullmatch(first) and any(STATED.search(other) for other in others):
        return False
    try:
        parse_quantity(text)
    except (UnparsableError, TooLargeError):
        return not any(re.search(ALTERNATIVE, value) for value in statement(text).values)
    return True
