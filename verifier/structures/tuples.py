"""Tuples and points: in order, or by the names of their coordinates; several of them in any order."""

import re

from verifier.finding import Case, Finding
from verifier.latex import is_enclosed, plain_text, split_top
from verifier.structures.arrays import read_array
from verifier.structures.intervals import compare_intervals, is_interval
from verifier.structures.matching import Compare, any_order, by_name, in_order, too_many
from verifier.structures.matrices import vector_or_matrix, with_unit
from verifier.structures.members import (
    NEGATION,
    SIDE,
    SYMBOL,
    Member,
    cut,
    expand_signs,
    members,
    name_key,
    shared_unit,
    ungrouped,
    without_prose,
    written_out,
)
from verifier.types import Reason

NAMED_POINT = re.compile(r"(?:[A-Z](?:_\{?\w+\}?|')?|[A-Za-z][A-Za-z -]{2,30}?)\s*(?=\()")


INEQUALITY = re.compile(r"[<>]|\\[lg]e(?![a-z])")
ASKED = re.compile(r"\((\s*\\?[A-Za-z]\w{0,6}(?:\s*,\s*\\?[A-Za-z]\w{0,6}){1,4}\s*)\)")
BESIDE = re.compile(r"\)\s*\(")


def components(text: str) -> tuple[Member, ...] | None:
    """The ordered components of a tuple or vector in any notation, named where `(x, y) = ` or `x = ` names them."""
    text = written_out(without_prose(text.strip()))
    sides = split_top(text, SIDE)
    if len(sides) == 2 and is_enclosed(sides[0]) and is_enclosed(sides[1]):
        names, values = _inner(sides[0]), _inner(sides[1])
        if len(names) == len(values) and all(SYMBOL.fullmatch(name) for name in names):
            return tuple(Member(name_key(name), value) for name, value in zip(names, values, strict=True))
    text = without_name(text)
    body, unit = with_unit(text)
    if is_enclosed(body) and body[0] in "([" and not body.startswith("[["):
        values = _inner(body)
        if len(values) < 2:
            return components(body[1:-1])
        return tuple(_component(f"{value} {unit}" if unit else value) for value in values)
    if found := read_array(text):
        return tuple(Member("", cell) for cell in found.cells) if found.is_vector else None
    found_members = members(text)
    if len(found_members) > 1:
        return found_members
    found_array = vector_or_matrix(text)
    return tuple(Member("", cell) for cell in found_array.cells) if found_array and found_array.is_vector else None


def _inner(text: str) -> list[str]:
    return shared_unit(split_top(ungrouped(text[1:-1]), r"\s*[,;]\s*"))


def _component(text: str) -> Member:
    found = members(text)
    return found[0] if len(found) == 1 else Member("", text)


def without_name(text: str) -> str:
    """`P(1, 2)`, `v = (1, 2)` and `x\\text{-intercept: } (1, 0)` without the name."""
    text = text.strip()
    if is_enclosed(text):
        return text
    match = NAMED_POINT.match(text)
    if match and is_enclosed(text[match.end() :]) and not NEGATION.search(match[0]):
        return text[match.end() :]
    plain = plain_text(text)
    sides = split_top(plain, rf"{SIDE}|:|(?:\s+(?:is|at|is at)\s+)")
    return sides[-1] if len(sides) == 2 and is_enclosed(sides[1]) else text


def point_name(text: str) -> str:
    """The name in front of a point, empty where there is none."""
    body = without_name(text)
    return name_key(plain_text(text)[: -len(body)].strip(" =:")) if body != text.strip() else ""


def points(text: str) -> list[str]:
    """The members of a list of tuples; empty where `text` is none."""
    text = text.strip()
    if text.startswith(r"\{") and text.endswith(r"\}"):
        text = text[2:-2]
    elif is_enclosed(text) and text[0] == "[" and text[1:].lstrip().startswith("("):
        text = text[1:-1]
    parts = [point for part in cut(BESIDE.sub("), (", text)) for point in expand_signs(part)]
    return parts if len(parts) > 1 and all(map(_is_point, parts)) else []


def _is_point(text: str) -> bool:
    body = without_name(text)
    return is_enclosed(body) and len(split_top(body[1:-1], r"[,;]")) > 1


def compare_tuples(case: Case, compare: Compare) -> Finding:
    if wanted := points(case.gold):
        return _compare_points(case, wanted, compare)
    gold = components(case.gold)
    if gold is None:
        return case.algebra(case.gold, case.answer)
    if _means_interval(case, gold):
        return compare_intervals(case, compare)
    if len(points(without_prose(case.answer))) > 1:
        return Finding(Reason.CANDIDATES, "more than one tuple")
    answer = None if _is_set(case.answer) else components(case.answer)
    if answer is None:
        return Finding(Reason.DIFFERENT_TYPE, "no tuple")
    if finding := too_many(gold, answer):
        return finding
    found = by_name(case, _with_names(gold, answer, case.question), answer, compare) if len(gold) > 1 else None
    return found or in_order(case, [each.value for each in gold], [each.value for each in answer], compare)


def _means_interval(case: Case, gold: tuple[Member, ...]) -> bool:
    """Whether, with no question to ask, an inequality shows that a nameless pair was an open interval."""
    if case.question or len(gold) != 2 or any(each.name for each in gold) or not INEQUALITY.search(case.answer):
        return False
    return is_enclosed(case.gold) and case.gold.startswith("(") and is_interval(case.answer)


def _with_names(gold: tuple[Member, ...], answer: tuple[Member, ...], question: str | None) -> tuple[Member, ...]:
    """A nameless gold under the names that the question gives, as in "find (Q, P)", else under x, y, z."""
    names = {each.name for each in answer}
    if any(each.name for each in gold) or "" in names or len(names) != len(gold):
        return gold
    for asked in [*(match[1] for match in ASKED.finditer(question or "")), "x, y, z"[: 3 * len(gold) - 2]]:
        keys = [name_key(name) for name in asked.split(",")]
        if set(keys) == names:
            return tuple(Member(key, each.value) for key, each in zip(keys, gold, strict=True))
    return gold


def _is_set(text: str) -> bool:
    """Braces make a set, unless they hold a system of equations."""
    named = written_out(text) != text or all(member.name for member in members(text))
    return text.strip().startswith((r"\{", "{")) and not named


def _compare_points(case: Case, gold: list[str], compare: Compare) -> Finding:
    """By name where both sides name their points, else in any order."""
    answer = points(without_prose(case.answer))
    if len(answer) != len(gold):
        return Finding(Reason.DIFFERENT_VALUE, f"{len(gold)} tuples wanted, {len(answer)} given")
    if finding := too_many(gold, answer):
        return finding
    sides = [[Member(point_name(each), without_name(each)) for each in side] for side in (gold, answer)]
    if found := by_name(case, sides[0], sides[1], compare):
        return found
    return any_order(case, [each.value for each in sides[0]], [each.value for each in sides[1]], compare)
