"""Unions of real intervals: interval notation, solved inequalities, set-builder notation."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from verifier.finding import Case, Finding
from verifier.latex import plain_text, split_top
from verifier.types import Reason

RELATION = r"\\le(?![a-z])|\\ge(?![a-z])|\\neq|<=|>=|<|>"
NAME = re.compile(r"\\?[a-zA-Z]+(?:_\{?\w+\}?)?(?:\([a-z]\))?|\|[a-z]\|")
BUILDER = re.compile(r"^\\\{\s*\\?[a-zA-Z]+\s*(?:\\in\s*(?:\\mathbb\{?R\}?|R))?\s*[|:]\s*(.+)\\\}$")
MEMBER = re.compile(r"^(\\?[a-zA-Z]+)\s*\\in\s*(.+)$")
INFINITE = re.compile(r"\+?(?:\\infty|infinity|inf)")
FLIP = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "!=": "!="}
REALS = re.compile(r"\\mathbb\s*\{?R\}?|\\R|all reals?(?: numbers)?")


@dataclass(frozen=True, slots=True)
class Interval:
    """Ends are texts; None is infinity."""

    low: str | None
    high: str | None
    low_closed: bool
    high_closed: bool


class NoIntervalError(ValueError):
    """The text is no union of intervals in solved form."""


def parse_intervals(text: str) -> tuple[str | None, list[Interval]]:
    """The variable, if named, and the intervals in writing order. Raises `NoIntervalError`."""
    text = plain_text(text).strip()
    if match := BUILDER.match(text):
        text = match[1].strip()
    if match := MEMBER.match(text):
        return match[1], parse_intervals(match[2])[1]
    if REALS.fullmatch(text):
        return None, [Interval(None, None, False, False)]
    parts = [part for part in split_top(text, r"\\cup\b|\\lor\b|\s+or\s+|\bU\b|\s*,\s*(?=[a-z]\s*(?:<|>|\\))") if part]
    names: set[str] = set()
    intervals: list[Interval] = []
    for part in parts:
        name, found = _single(part)
        names |= {name} if name else set()
        intervals += found
    if len(names) > 1 or not intervals:
        raise NoIntervalError(text)
    return (names.pop() if names else None), intervals


def _single(text: str) -> tuple[str | None, list[Interval]]:
    text = text.strip()
    if match := MEMBER.match(text):
        return match[1], _single(match[2])[1]
    if len(text) > 2 and text[0] in "([]" and text[-1] in ")][":
        ends = split_top(text[1:-1], r"\s*[,;]\s*")
        if len(ends) == 2 and all(ends):
            low, high = _end(ends[0]), _end(ends[1])
            return None, [Interval(low, high, text[0] == "[" and low is not None, text[-1] == "]" and high is not None)]
    return _inequality(text)


def _end(text: str) -> str | None:
    text = text.strip()
    return None if INFINITE.fullmatch(text.removeprefix("-").strip()) else text


def _inequality(text: str) -> tuple[str | None, list[Interval]]:
    conjuncts = split_top(text, r"\s+and\s+|\\land\b")
    if len(conjuncts) == 2:
        (name, first), (other, second) = (_inequality(part) for part in conjuncts)
        if name == other and len(first) == len(second) == 1:
            return name, [_meet(first[0], second[0])]
        raise NoIntervalError(text)
    relations = [_relation(found) for found in re.findall(RELATION, text)]
    sides = [side.strip() for side in re.split(RELATION, text)]
    if len(relations) == 1 and len(sides) == 2:
        if NAME.fullmatch(sides[0]) and not NAME.fullmatch(sides[1]):
            return sides[0], _half_line(relations[0], sides[1])
        if NAME.fullmatch(sides[1]) and not NAME.fullmatch(sides[0]):
            return sides[1], _half_line(FLIP[relations[0]], sides[0])
    if len(relations) == 2 and len(sides) == 3 and NAME.fullmatch(sides[1]) and "!=" not in relations:
        if relations[0][0] != relations[1][0]:
            raise NoIntervalError(text)
        if relations[0][0] == ">":
            sides, relations = sides[::-1], [FLIP[relation] for relation in relations[::-1]]
        low, high = _end(sides[0]), _end(sides[2])
        closed = [relation.endswith("=") for relation in relations]
        return sides[1], [Interval(low, high, closed[0] and low is not None, closed[1] and high is not None)]
    raise NoIntervalError(text)


def _relation(text: str) -> str:
    return {r"\le": "<=", r"\ge": ">=", r"\neq": "!="}.get(text, text)


def _half_line(relation: str, value: str) -> list[Interval]:
    if relation == "!=":
        return [Interval(None, value, False, False), Interval(value, None, False, False)]
    closed = relation.endswith("=")
    return [Interval(None, value, False, closed) if relation[0] == "<" else Interval(value, None, closed, False)]


def _meet(first: Interval, second: Interval) -> Interval:
    if first.low is not None and second.low is None and second.high is not None and first.high is None:
        return Interval(first.low, second.high, first.low_closed, second.high_closed)
    if second.low is not None and first.low is None and first.high is not None and second.high is None:
        return Interval(second.low, first.high, second.low_closed, first.high_closed)
    raise NoIntervalError("not one bounded interval")


def is_interval(text: str) -> bool:
    try:
        parse_intervals(text)
    except NoIntervalError:
        return False
    return True


def compare_intervals(case: Case, compare: Callable[[Case, str, str], Finding]) -> Finding:
    try:
        gold_name, gold = parse_intervals(case.gold)
    except NoIntervalError:
        return case.algebra(case.gold, case.answer)
    try:
        name, answer = parse_intervals(case.answer)
    except NoIntervalError:
        return Finding(Reason.ANSWER_UNPARSABLE, "no interval in solved form")
    if gold_name and name and gold_name != name:
        return Finding(Reason.DIFFERENT_VALUE, "another variable")
    if len(gold) != len(answer):
        return Finding(Reason.DIFFERENT_VALUE, "a different number of intervals")
    rest = list(answer)
    for wanted in gold:
        found = next((each for each in rest if _same(case, wanted, each, compare)), None)
        if found is None:
            return Finding(Reason.DIFFERENT_VALUE, "other ends")
        rest.remove(found)
    return Finding(Reason.MATCHED_SYMBOLIC)


def _same(case: Case, gold: Interval, answer: Interval, compare: Callable[[Case, str, str], Finding]) -> bool:
    if (gold.low_closed, gold.high_closed) != (answer.low_closed, answer.high_closed):
        return False
    for left, right in ((gold.low, answer.low), (gold.high, answer.high)):
        if (left is None) != (right is None):
            return False
        if left is not None and right is not None and not compare(case, left, right).matched:
            return False
    return True
