"""Comparing sets of real numbers: open and closed ends, equal unions, the variable's name."""

import re

from verifier.finding import Case, Finding
from verifier.structures.inequalities import read_region
from verifier.structures.inequality_words import is_told
from verifier.structures.matching import Compare
from verifier.structures.regions import Interval, NoIntervalError, Region, end_value, integers, united
from verifier.structures.relations import compare_relations
from verifier.types import Reason

FUNCTION_VALUE = re.compile(r"y|[fgh]\([a-z]\)")
INTEGERS = re.compile(r"\bintegers?\b|\bwhole numbers?\b|\bnatural numbers?\b", re.IGNORECASE)


def is_interval(text: str) -> bool:
    """Whether a gold is one by its notation, or by words that can mean nothing else. Single points are none."""
    try:
        region = read_region(text, modulus=True, words=is_told(text))
    except NoIntervalError:
        return False
    return any(piece.low is None or piece.low != piece.high for piece in region.pieces)


def compare_intervals(case: Case, compare: Compare) -> Finding:
    try:
        gold = read_region(case.gold, modulus=True)
    except NoIntervalError:
        return compare_relations(case, compare)
    try:
        answer = read_region(case.answer)
    except NoIntervalError:
        if _is_symbolic(gold):
            return compare_relations(case, compare)
        return Finding(Reason.ANSWER_UNPARSABLE, "no interval in solved form")
    if _is_restated(case):
        return Finding(Reason.ANSWER_UNPARSABLE, "the question again")
    if not _same_name(gold.name, answer.name):
        return Finding(Reason.DIFFERENT_VALUE, "another variable")
    return _compare_pieces(case, *_in_one_spelling(case, gold, answer), compare)


def _is_symbolic(region: Region) -> bool:
    """Whether ends have other unknowns in them: what is solved for then is a matter of taste."""
    ends = [end for piece in region.pieces for end in (piece.low, piece.high) if end is not None]
    return any(end_value(end) is None for end in ends)


def _is_restated(case: Case) -> bool:
    """Whether an answer with a modulus is the inequality that was to be solved."""
    squeezed = [re.sub(r"[\s{}$]|\\left|\\right", "", text) for text in (case.answer, case.question or "")]
    return "|" in case.answer and "{" not in case.answer and squeezed[0] in squeezed[1] and "|" not in case.gold


def _same_name(gold: str | None, answer: str | None) -> bool:
    if gold is None or answer is None or gold == answer:
        return True
    return bool(FUNCTION_VALUE.fullmatch(gold) and FUNCTION_VALUE.fullmatch(answer))


def _in_one_spelling(case: Case, gold: Region, answer: Region) -> tuple[tuple[Interval, ...], tuple[Interval, ...]]:
    """Both in intervals, or both in integers where the gold or the question is about those."""
    asked = INTEGERS.search(case.question or "") is not None
    points = all(piece.low == piece.high for piece in answer.pieces)
    if (gold.whole and (answer.whole or asked or answer.name or points)) or (answer.whole and asked):
        return integers(gold.pieces), integers(answer.pieces)
    if gold.whole != answer.whole:
        return gold.pieces, ()
    return united(gold.pieces), united(answer.pieces)


def _compare_pieces(case: Case, gold: tuple[Interval, ...], answer: tuple[Interval, ...], compare: Compare) -> Finding:
    if len(gold) != len(answer):
        return Finding(Reason.DIFFERENT_VALUE, "a different number of intervals")
    rest = list(answer)
    for wanted in gold:
        found = next((each for each in rest if _same(case, wanted, each, compare)), None)
        if found is None:
            return Finding(Reason.DIFFERENT_VALUE, "other ends")
        rest.remove(found)
    return Finding(Reason.MATCHED_SYMBOLIC)


def _same(case: Case, gold: Interval, answer: Interval, compare: Compare) -> bool:
    closed = ((gold.low_closed, answer.low_closed), (gold.high_closed, answer.high_closed))
    if any(one is not None and other is not None and one != other for one, other in closed):
        return False
    for left, right in ((gold.low, answer.low), (gold.high, answer.high)):
        if (left is None) != (right is None):
            return False
        if left is not None and right is not None and not compare(case, left, right).matched:
            return False
    return True
