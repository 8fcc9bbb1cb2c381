"""Sets and bare lists: all members, in any order, each by its own type."""

import re

from verifier.finding import Case, Finding, verdict_of
from verifier.latex import is_enclosed, plain_text, split_top
from verifier.structures.inequalities import whole_numbers
from verifier.structures.inequality_notation import RELATION
from verifier.structures.matching import Compare, any_order, by_name, in_order, too_many
from verifier.structures.members import Member, is_empty, members, without_prose
from verifier.structures.tuples import components
from verifier.types import Reason
from verifier.words.comparison import answers_in_turn

# What a question says when the order of a bare list is part of the answer.
ORDERED = re.compile(
    r"\brespectively\b|\bin (?:that|this|the (?:given|correct|right)) order\b|\b(?:ascending|descending) order\b"
    r"|\b(?:increasing|decreasing) order\b|\b(?:arrange|rank)\b|\bfrom (?:least|smallest|lowest|largest|highest) to\b",
    re.IGNORECASE,
)
PARAMETER = re.compile(
    r"[,;]?\s*\(?\s*(?:(?:where|for|with|and|any|all|every|each|some|\\forall)\s+)*(?:([a-z])\s*"
    r"(?:\\in\s*(?:\\mathbb\s*\{?Z\}?|Z|\\Z)(?![a-zA-Z])|(?:is\s+)?(?:an\s+)?(?:any\s+)?integers?)"
    r"|integers?\s+([a-z]))\s*\)?$"
)


def compare_sets(case: Case, compare: Compare) -> Finding:
    """By name where both sides name their values, in order where one does or the question asks for it."""
    gold_text, answer_text = (_without_parameter(text) for text in (case.gold, case.answer))
    if is_empty(gold_text) or is_empty(answer_text):
        return verdict_of(is_empty(gold_text) and is_empty(answer_text))
    gold, answer = members(gold_text), members(without_prose(answer_text))
    if len(gold) > 1 and RELATION.search(case.answer) and (listed := whole_numbers(case.answer)):
        answer = tuple(Member("", value) for value in listed)
    if [member.value for member in gold] == [case.gold]:
        return case.algebra(case.gold, case.answer)
    if finding := too_many(gold, answer) or _other_brackets(gold_text, answer_text):
        return finding
    if len(gold) > 1 and len(answer) == 1:
        answer = components(answer_text) or answer
    if len(gold) != len(answer):
        return Finding(Reason.DIFFERENT_VALUE, f"{len(gold)} values wanted, {len(answer)} given")
    if len(gold) > 1 and (found := by_name(case, gold, answer, compare)):
        return found
    values = [member.value for member in gold], [member.value for member in answer]
    if _in_order(gold, answer) or ORDERED.search(case.question or "") or answers_in_turn(gold_text):
        return in_order(case, *values, compare)
    return any_order(case, *values, compare)


def _in_order(gold: tuple[Member, ...], answer: tuple[Member, ...]) -> bool:
    """Names on one side only tell in which order the other side means its values."""
    sides = [[member.name for member in side] for side in (gold, answer)]
    return any(all(names) and len(set(names)) > 1 for names in sides)


def _other_brackets(gold: str, answer: str) -> Finding | None:
    """A set is neither a tuple nor an interval."""
    answer = answer.strip()
    if not gold.strip().startswith((r"\{", "{")) or not is_enclosed(answer) or answer.startswith("{"):
        return None
    inner = split_top(answer[1:-1], r",")
    if answer[0] == "(" and len(inner) > 1 and not any(is_enclosed(part) for part in inner):
        return Finding(Reason.DIFFERENT_TYPE, "a set is not a tuple")
    if answer[0] == "[" and len(inner) == 2:
        return Finding(Reason.DIFFERENT_TYPE, "a set is not an interval")
    return None


def _without_parameter(text: str) -> str:
    r"""`x = \pi + 2n\pi, n \in \mathbb{Z}` without the clause, its parameter under one name."""
    plain = plain_text(text)
    match = PARAMETER.search(plain)
    if match is None or match.start() == 0:
        return text
    text, name = plain, match[1] or match[2]
    return re.sub(rf"(?<![a-zA-Z\\]){name}(?![a-zA-Z])", "k", text[: match.start()].rstrip(" ,;"))
