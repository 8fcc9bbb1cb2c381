"""Ranges: `3-4 days`, `10%-20%`, `$5-$7`. Read as differences, all ranges of one width would be the same answer."""

import re
from collections.abc import Callable

from verifier.finding import Case, Finding
from verifier.latex import plain_text
from verifier.numbers.quantities import NUMERIC_TYPES
from verifier.types import AnswerType, Reason

RANGED = NUMERIC_TYPES | {AnswerType.EXPRESSION}
DASH = re.compile(r"(?<=[^\s({])\s?[-–—]")
_END = r"([$€£]?\d{1,12}(?:,\d{3})*(?:\.\d{1,12})?)\s?(%|(?![eE](?![a-zA-Z]))[a-zA-Zµ°][a-zA-Z0-9/^°]{0,12})?"
DASHED = re.compile(rf"{_END}\s?-{{1,3}}\s?{_END}")
TOLD = re.compile(rf"(?:from )?{_END}\s?(?:-{{1,3}}|\bto\b)\s?{_END}")
BETWEEN = re.compile(rf"between {_END}\s?and {_END}")
BRACKETED = re.compile(rf"\[{_END}\s?,\s?{_END}\]")
Ends = tuple[str, str]


def range_ends(gold: str, answer_type: AnswerType) -> Ends | None:
    """Two numbers with a dash between, the smaller first; `2-3x` and `1.8e-5` are none."""
    if not DASH.search(gold) or answer_type not in RANGED:
        return None
    match = DASHED.fullmatch(_spelled(gold))
    if match is None or (answer_type is AnswerType.EXPRESSION and (match[2] or match[4])):
        return None
    low, high = (float(re.sub(r"[^\d.]", "", match[group])) for group in (1, 3))
    return _ends(match) if low < high else None


def compare_ranges(case: Case, gold: Ends, compare: Callable[[Case, str, str], Finding]) -> Finding:
    """End by end, however the answer puts it."""
    text = _spelled(case.answer)
    match = TOLD.fullmatch(text) or BETWEEN.fullmatch(text) or BRACKETED.fullmatch(text)
    if match is None:
        return Finding(Reason.DIFFERENT_TYPE, "no range")
    findings = [compare(case, left, right) for left, right in zip(gold, _ends(match), strict=True)]
    return next((finding for finding in findings if not finding.matched), findings[0])


def _spelled(text: str) -> str:
    text = plain_text(text).replace("–", "-").replace("—", "-").replace(r"\%", "%").replace(r"\$", "$")
    return re.sub(r"\s+", " ", text).strip(" .")


def _ends(match: re.Match[str]) -> Ends:
    """Both with the unit that stands behind the last."""
    low, low_unit, high, high_unit = match.groups(default="")
    blank = " " if high_unit not in ("", "%") else ""
    return f"{low}{blank}{low_unit or high_unit}", f"{high}{blank}{high_unit}"
