"""Answers that deny the value they name, name it as one of several, or strike it out."""

import re

from verifier.finding import Finding
from verifier.latex import plain_text
from verifier.types import AnswerType, Reason

DENIAL = re.compile(
    r"^(?:(?:it|this|that|the answer)\s+(?:is|are|was)\s+)?(?:not|anything but|everything but|neither)\b"
)
CHOICE = re.compile(r"^(?:either|one of|any of|possibly|maybe|perhaps)\b|\(\s*(?:or|possibly|maybe|perhaps)\b")
STRUCK = re.compile(r"\\(?:[bx]?cancel|phantom|[hv]phantom|sout)(?![a-zA-Z])")
NEGATED = re.compile(r"^\s*(?:\\neg|\\lnot|¬)")
# Both know negation and hedges themselves, and better.
KNOW_BETTER = frozenset({AnswerType.BOOLEAN, AnswerType.CODE})


def evasion(gold: str, answer: str, answer_type: AnswerType) -> Finding | None:
    """The finding on an answer that evades where the gold does not; None for every other answer."""
    if answer_type in KNOW_BETTER:
        return None
    for pattern, reason in ((STRUCK, Reason.CANDIDATES), (NEGATED, Reason.DIFFERENT_VALUE)):
        if pattern.search(answer) and not pattern.search(gold):
            return Finding(reason, "the answer strikes out or negates what it names")
    left, right = (plain_text(text).strip(" $([").casefold() for text in (gold, answer))
    if DENIAL.match(right) and not DENIAL.match(left):
        return Finding(Reason.DIFFERENT_VALUE, "the answer says what it is not")
    if CHOICE.search(right) and not CHOICE.search(left):
        return Finding(Reason.CANDIDATES, "the answer leaves a choice")
    return None
