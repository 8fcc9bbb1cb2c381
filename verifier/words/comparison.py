"""Answers in words: the same words, in another case, number, spelling or order of a list.

Another wording is another answer. Nothing here is ever read as a product of letters.
"""

import re
from collections import Counter

from verifier.finding import Case, Finding, verdict_of
from verifier.types import Reason
from verifier.words.inflection import stem
from verifier.words.phrases import keys, phrase, phrase_key
from verifier.words.sentences import readings

JOINT = re.compile(r"\s*[,;]\s*(?:and\s+)?|\s+and\s+")
BOTH = re.compile(r"^both (?=.* and )")
# Lists of such words answer several questions in turn: there the first is not the second.
_IN_TURN = (
    "true false yes no increase decrease increasing decreasing increased decreased higher lower odd even positive "
    "negative left right up down acidic basic convergent divergent converge diverge rise fall constant larger smaller"
)
IN_TURN = frozenset(map(stem, _IN_TURN.split()))
ORDERED = re.compile(
    r"\b(?:respectively|orders?|ordered|sequence|rank|ranked|arrange|steps?|first|then)\b", re.IGNORECASE
)
ALTERNATIVES = re.compile(r"\bor\b|/|\?")


def compare_words(case: Case) -> Finding:
    if not phrase(case.gold):
        return Finding(Reason.GOLD_UNPARSABLE)
    if same_words(case.gold, case.answer, case.question):
        return Finding(Reason.MATCHED_STRING)
    if ALTERNATIVES.search(phrase(case.answer)) and not ALTERNATIVES.search(phrase(case.gold)):
        return Finding(Reason.CANDIDATES)
    return verdict_of(False)


def same_words(gold: str, answer: str, question: str | None = None) -> bool:
    """Whether both say the same in the same words, whatever may be left out of one of them."""
    ordered = bool(ORDERED.search(f"{question or ''} {gold}"))
    return any(
        ours.agrees(theirs) and _same(ours.value, theirs.value, ordered=ordered)
        for ours in readings(gold, is_answer=False)
        for theirs in readings(answer, is_answer=True)
    )


def _same(gold: str, answer: str, *, ordered: bool) -> bool:
    if keys(gold) & keys(answer):
        return True
    wanted, given = _members(gold), _members(answer)
    if len(wanted) < 2 or len(wanted) != len(given):
        return False
    if ordered or answers_in_turn(gold):
        return all(keys(a) & keys(b) for a, b in zip(wanted, given, strict=True))
    return Counter(map(phrase_key, wanted)) == Counter(map(phrase_key, given))


def answers_in_turn(text: str) -> bool:
    """Whether a list can only mean one value after the other: "increases, decreases"."""
    return any(stem(word) in IN_TURN for word in re.findall(r"[a-z]+", text.lower()))


def _members(text: str) -> list[str]:
    return [member for member in JOINT.split(BOTH.sub("", text)) if member]
