r"""Vectors as sums of unit vectors: `2\hat{i} + 3\hat{j}`, bold letters, `\hat{x}`, `e_1`, plain `2i + 3j`."""

import re
from collections.abc import Sequence

from verifier.latex import is_enclosed

_LETTER = r"\\?([ijk])(?:math)?(?![a-zA-Z])"
_AXIS = r"([xyz])(?![a-zA-Z])"
_FONT = r"\\(?:hat|widehat|mathbf|mathrm|boldsymbol|bm|vec|bar)(?![a-zA-Z])\s*"
_BOLD = r"\\(?:hat|widehat|mathbf|boldsymbol|bm|vec|overrightarrow|bar|textbf|underline)(?![a-zA-Z])\s*"
_HAT = r"\\(?:hat|widehat)(?![a-zA-Z])\s*"


def _in_braces(pattern: str) -> str:
    return rf"(?:{pattern}|\{{\s*{pattern}\s*\}})"


HATTED = re.compile(
    "|".join((
        _BOLD + _in_braces(_LETTER), _BOLD + _in_braces(_FONT + _in_braces(_LETTER)), _HAT + _in_braces(_AXIS),
        _HAT + _in_braces(_FONT + _in_braces(_AXIS)), "([xyz])\u0302",
        rf"(?:{_BOLD}{_in_braces('e')}|e)_\{{?([123])\}}?",
    ))
)  # fmt: skip
HAT_CHARACTERS = {"î": "i", "ĵ": "j", "i\u0302": "i", "j\u0302": "j", "k\u0302": "k", "ı\u0302": "i", "ȷ\u0302": "j"}
# Unit vectors as characters that occur nowhere else.
UNIT = {"i": "\ue001", "j": "\ue002", "k": "\ue003"} | {"x": "\ue001", "y": "\ue002", "z": "\ue003"}
UNIT |= {"1": "\ue001", "2": "\ue002", "3": "\ue003"}
UNITS = "\ue001\ue002\ue003"
PRODUCT = re.compile(r"\s*(?:\\cdot|\\times|\\,|\*)?\s*$")


def marked(text: str) -> str:
    """`text` with one character of its own for each unit vector."""
    for character, letter in HAT_CHARACTERS.items():
        text = text.replace(character, UNIT[letter])
    return HATTED.sub(lambda match: UNIT[next(group for group in match.groups() if group)], text)


def summands(text: str) -> list[str]:
    """The terms of a sum with their signs; signs in brackets, exponents and after operators belong to a term."""
    terms, depth, start, before = [], 0, 0, ""
    for index, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0 and character in "+-" and before and before not in "^_*/+-=":
            terms.append(text[start:index].strip())
            start = index
        before = before if character == " " else character
    return [*terms, text[start:].strip()]


def components(terms: Sequence[str]) -> dict[str, str] | None:
    """The coefficients by unit vector where each term holds one, each at most once; None if it is no such sum."""
    found: dict[str, str] = {}
    for term in terms:
        marks = [character for character in term if character in UNITS]
        if len(marks) != 1 or marks[0] in found:
            return None
        before, _, after = term.partition(marks[0])
        if after.strip() and not after.lstrip().startswith("/"):
            return None
        found[marks[0]] = _coefficient(before.strip(), after.strip())
    return found


def _coefficient(before: str, over: str) -> str:
    """The factor in front of a unit vector and what the term is divided by, as one text."""
    sign = before[:1] if before[:1] in ("+", "-") else ""
    factor = PRODUCT.sub("", before.removeprefix(sign)).strip()
    factor = factor[1:-1] if is_enclosed(factor) else factor
    if over or len(summands(factor)) > 1:
        factor = f"({factor or 1}){over}"
    return sign.replace("+", "") + (factor or "1")


def plain_units(text: str) -> str:
    """`3i - 2j` marked as a vector, where each term ends in a unit vector of its own."""
    terms = summands(text)
    if not all(re.search(rf"[ijk{UNITS}]$", term) for term in terms):
        return text
    return " ".join(term[:-1] + UNIT.get(term[-1], term[-1]) for term in terms)
