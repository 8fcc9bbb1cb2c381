"""Golds that are none: placeholders for a missing answer, and several answers in place of one."""

import re

from verifier import AnswerType
from verifier.latex import normalise, plain_text, split_top
from verifier.numbers.quantities import NUMERIC_TYPES, numeric_type
from verifier.words.parts import labelled_parts

# What sheets, sites and models write where there is no answer. "Undefined", "no solution" and "DNE" are answers.
_SENTINELS = frozenset({
    "n/a", "na", "none", "null", "nan", "tbd", "unknown", "unspecified", "unavailable", "unanswered", "unverifiable",
    "proof", "proven", "proved", "qed", "varies", "various", "deleted", "removed", "omitted", "placeholder",
    "not found", "answer not found", "not available", "not provided", "not given", "not applicable", "not specified",
    "no answer", "no short answer", "no final answer", "no answer provided", "no answer given", "cannot be answered",
    "see proof", "see solution", "see explanation", "see above", "see below", "see text", "see figure", "see graph",
    "see answer", "see details", "see image", "see work", "see attachment", "refer to solution", "answers vary",
    "answers may vary", "answers will vary", "answer varies", "answer may vary", "sample answer", "open ended",
    "open-ended", "free response", "left to the reader", "left as an exercise", "hence proved", "proof required",
    "proof is given above", "as required", "as shown", "i don't know", "i do not know", "don't know", "not sure",
    "it depends", "depends", "to be determined", "q.e.d", "proof problem", "not a question", "no question",
})  # fmt: skip
_FACTS = r"(?:information|data|details?|context)"
_WHY = r"(?: (?:uniquely|from|with|without|by|based|using|given|provided|to|for|because|as|due|about|in|on|here)\b.*)?"
_NO_ANSWER = re.compile(
    r"(?:(?:(?:it|this|that|the (?:answer|value|result|solution)) )?"
    r"(?:(?:cannot|can't|can not|could not|couldn't) be (?:determined|answered|calculated|computed|inferred|known)"
    r"|(?:is )?(?:impossible|not possible|unable) to (?:determine|answer|say|tell|know|calculate|compute)"
    r"|is (?:unknown|not (?:given|provided|available|determinable)))"
    rf"|(?:there (?:is|are|was|were) )?(?:not enough|insufficient|too little) {_FACTS}(?: (?:given|provided))?"
    rf"|(?:more|additional|further) {_FACTS} (?:is |are )?(?:needed|required|necessary)){_WHY}"
    r"|(?:see|refer to|(?:as )?shown in) (?:the )?(?:\w+ )?(?:fig(?:ure)?|table|graph|diagram|image|picture|page|"
    r"section|chapter|appendix|solution|text|equation|example|exercise|problem)s?\b.{0,40}"
)
_SODIUM = "Na"
_MARKS = " \t\n.,;:!?*_`'\"()[]{}<>$-–—"
_ALTERNATIVES = NUMERIC_TYPES | {
    AnswerType.EXPRESSION, AnswerType.MCQ, AnswerType.DATETIME, AnswerType.CHEMISTRY, AnswerType.SET_LIST,
}  # fmt: skip
_ASKS_FOR_ALL = re.compile(
    r"\b(?:solve|solutions?|roots?|zeroe?s|values|all|every|possible|numbers|satisf\w+|intercepts|equations?)\b",
    re.IGNORECASE,
)
# Not `\\log_3 27 = 3`, which says something.
_VALUE = re.compile(r"^(?!.*(?:\\(?:log|ln|sqrt|sin|cos|tan|lim|sum|binom)|\^|!|log|ln|sqrt)).*\d")
_MATRIX = re.compile(r"\\begin\{")


def is_sentinel(answer: str) -> bool:
    plain = re.sub(r"\s+", " ", plain_text(answer)).strip(_MARKS).casefold().replace("’", "'")
    is_empty = not plain and not re.search(r"[^\W_]|\\[A-Za-z]|∅", answer)
    if is_empty or _NO_ANSWER.fullmatch(plain):
        return True
    return plain in _SENTINELS and _SODIUM not in answer


def several_values(answer: str, question: str, answer_type: AnswerType) -> str | None:
    """What shows that the gold is more than one answer; None where it is one."""
    plain = plain_text(answer)
    if parts := labelled_parts(plain.strip()):
        return f"parts {', '.join(parts)}"
    lines = [line for line in answer.splitlines() if line.strip()]
    if len(lines) > 1 and not _MATRIX.search(answer):
        return f"{len(lines)} lines"
    is_solution = answer_type is AnswerType.SET_LIST and _ASKS_FOR_ALL.search(question) is not None
    if answer_type in _ALTERNATIVES and not is_solution and re.search(r"\bor\b", plain):
        return "alternatives"
    sides = split_top(normalise(answer), r"=|≈|\\approx")
    if len(sides) > 1 and all(_VALUE.search(side) and numeric_type(side) is not None for side in sides):
        return "one value written twice"
    return None
