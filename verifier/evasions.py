"""Answers that deny the value they name, name it as one of several, or strike it out."""

import re

from verifier.finding import Finding
from verifier.latex import plain_text
from verifier.types import AnswerType, Reason

DENIAL = re.compile(r"^(?:(?:it|this|that|the answer)\s+(?:is|are|was)\s+)?(?:not|neither)\b")
ANYTHING_ELSE = re.compile(r"^(?:anything|everything|all)\s+(?:but|except)\b")
CHOICE = re.compile(r"^(?:either|one of|any of|possibly|maybe|perhaps)\b")
ASIDE = re.compile(r"\(\s*(?:or|possibly|maybe|perhaps)\b")
ALTERNATIVE = re.compile(r"(?<![a-z\\])or(?![a-z])|\\lor(?![a-z])")
STRUCK = re.compile(r"\\(?:[bx]?cancel|[hv]?phantom|sout)(?![a-zA-Z])")
CALLED = re.compile(r"^\w+\s*\(\s*['\"]")
NEGATED = re.compile(r"^\s*(?:\\neg|\\lnot|¬)")
# These read reasons behind the value, with every "or" and "not" in them, and know denials themselves.
EXPLAINED = frozenset({AnswerType.BOOLEAN, AnswerType.MCQ})
# "Or" joins the parts of one value there.
DISJUNCT = frozenset({
    AnswerType.INEQUALITY_INTERVAL, AnswerType.SET_LIST, AnswerType.TUPLE_POINT, AnswerType.MATRIX_VECTOR,
    AnswerType.COMPLEX, AnswerType.CODE,
})  # fmt: skip


def evasion(gold: str, answer: str, answer_type: AnswerType) -> Finding | None:
    """The finding on an answer that evades where the gold does not; None for every other answer."""
    if STRUCK.search(answer) and not STRUCK.search(gold):
        return Finding(Reason.CANDIDATES, "the answer strikes out what it names")
    left, right = (plain_text(text).strip(" $([").casefold() for text in (gold, answer))
    if answer_type is not AnswerType.CODE and CALLED.search(right) and not CALLED.search(left):
        return Finding(Reason.DIFFERENT_TYPE, "the answer is a piece of program text")
    if ASIDE.search(right) and not ASIDE.search(left):
        return Finding(Reason.CANDIDATES, "the answer names another in brackets")
    if answer_type in EXPLAINED:
        return None
    denials = (ANYTHING_ELSE,) if answer_type is AnswerType.CODE else (ANYTHING_ELSE, DENIAL, NEGATED)
    if any(pattern.search(right) and not pattern.search(left) for pattern in denials):
        return Finding(Reason.DIFFERENT_VALUE, "the answer says what it is not")
    choices = (CHOICE,) if answer_type in DISJUNCT else (CHOICE, ALTERNATIVE)
    if any(pattern.search(right) and not pattern.search(left) for pattern in choices):
        return Finding(Reason.CANDIDATES, "the answer leaves a choice")
    return None
