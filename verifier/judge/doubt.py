"""Which verdicts of the rules leave room for a judge. The table says for which type and reason; the rest reads texts.

A judge knows other words for a thing. It is worse than the rules at numbers and formulas that the rules can read, and
it can be talked to: whatever looks like that is not shown to it.
"""

import re
from collections.abc import Mapping

from verifier.chemistry.formula_evidence import is_chemistry
from verifier.extract import BOX, boxed
from verifier.formulas.tree import TooLargeError, UnparsableError
from verifier.judge.text import addresses_judge, foreign_letters, is_opener, sanitise
from verifier.judge.types import JudgeReason
from verifier.latex import normalise, plain_text, split_top, unwrap
from verifier.numbers.quantities import NUMERIC_TYPES, is_expression
from verifier.numbers.readings import parse_quantity, value_part
from verifier.screen import too_large
from verifier.structures.members import members
from verifier.structures.tuples import components
from verifier.types import MACHINE_REASONS, AnswerType, Outcome, Reason, Verdict

MAX_SHOWN = 200
MAX_RAW = 2_000

GOLD = frozenset({Reason.GOLD_UNPARSABLE})
UNREAD = GOLD | {Reason.ANSWER_UNPARSABLE}
OTHER_KIND = frozenset({Reason.DIFFERENT_TYPE})
OTHER = OTHER_KIND | {Reason.DIFFERENT_VALUE}

# Not in any row: matches; no answer and candidates, which no judge may turn into an answer; too_large, which nobody
# can read. Integers, truth values, letters and intervals have no spelling that the rules do not know.
WORTH_ASKING: Mapping[AnswerType, frozenset[Reason]] = {
    AnswerType.INTEGER: GOLD,
    AnswerType.DECIMAL: UNREAD,
    AnswerType.FRACTION: UNREAD,
    AnswerType.PERCENT: UNREAD,
    AnswerType.CURRENCY: UNREAD,
    AnswerType.SCIENTIFIC: UNREAD,
    AnswerType.UNITS: UNREAD,
    AnswerType.EXPRESSION: UNREAD | MACHINE_REASONS | OTHER,
    AnswerType.EQUATION: UNREAD | MACHINE_REASONS | OTHER,
    AnswerType.INEQUALITY_INTERVAL: GOLD | MACHINE_REASONS,
    AnswerType.SET_LIST: UNREAD | MACHINE_REASONS | OTHER,
    AnswerType.TUPLE_POINT: UNREAD | MACHINE_REASONS | OTHER_KIND,
    AnswerType.MATRIX_VECTOR: UNREAD | MACHINE_REASONS | OTHER_KIND,
    AnswerType.COMPLEX: UNREAD | MACHINE_REASONS,
    AnswerType.MCQ: UNREAD,
    AnswerType.BOOLEAN: GOLD,
    AnswerType.WORD: UNREAD | OTHER,
    AnswerType.CHEMISTRY: UNREAD | OTHER,
    AnswerType.DATETIME: UNREAD | OTHER_KIND,
    AnswerType.CODE: UNREAD | OTHER,
}
FORMULAS = frozenset({AnswerType.EXPRESSION, AnswerType.EQUATION, AnswerType.COMPLEX})
COLLECTIONS = frozenset({AnswerType.SET_LIST, AnswerType.TUPLE_POINT, AnswerType.MATRIX_VECTOR})
PROSE = frozenset({AnswerType.WORD, AnswerType.DATETIME})
NUMERALS_COUNT = NUMERIC_TYPES | PROSE | {AnswerType.CODE}
EITHER = re.compile(r"\b(?:or|versus|vs)\b|\s/\s|;", re.IGNORECASE)
ALSO = re.compile(r"\band\b|[/|&]|,.*,", re.IGNORECASE)
COMMA = r",(?!\d{3}(?!\d))"
NEGATION = re.compile(r"\b(?:not|never|neither|nor|except|without|opposite|cannot|anything but)\b|\bnon|n['’]t\b", re.I)
NEGATIVE = re.compile(NEGATION.pattern + r"|\bno\b", re.IGNORECASE)
GROUPING = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
NUMERAL = re.compile(r"\d+(?:\.\d+)?")
COMMAND = re.compile(r"\\[a-zA-Z]+")
NO_CONTENT = re.compile(r"\\(?:l?dots|c?dots|cdot|quad|qquad|star|ast|bullet|times|to|left|right)(?![a-zA-Z])")


def given_answer(extracted: str | None) -> str | None:
    """The answer without a box that stands in it; None where there is none."""
    if extracted is None or not BOX.search(extracted):
        return extracted
    return boxed(extracted)


def silent(gold: str, answer: str | None, *, question: str | None = None) -> JudgeReason | None:
    """Why no judge is asked about this text, whatever the rules say; None where it may be shown."""
    if answer is None or not answer.strip():
        return JudgeReason.NO_ANSWER
    if max(len(answer), len(gold)) > MAX_RAW or max(len(sanitise(answer)), len(sanitise(gold))) > MAX_SHOWN:
        return JudgeReason.TOO_LONG
    if addresses_judge(answer):
        return JudgeReason.ADDRESSES_JUDGE
    if not _has_content(answer) or not _has_content(gold) or is_opener(answer):
        return JudgeReason.WORDLESS
    if foreign_letters(answer, gold, question or ""):
        return JudgeReason.FOREIGN_LETTERS
    return None


def certain(gold: str, answer: str, rule: Verdict) -> JudgeReason | None:
    """Why the rules' verdict on these texts needs no second opinion; None where it leaves doubt."""
    kind = rule.answer_type
    if rule.reason is Reason.NO_ANSWER:
        return JudgeReason.NO_ANSWER
    if rule.reason is Reason.CANDIDATES or _names_several(gold, answer, kind):
        return JudgeReason.CANDIDATES
    if rule.reason not in WORTH_ASKING[kind]:
        return JudgeReason.RULE_CERTAIN
    if NEGATION.search(sanitise(answer)) and not NEGATIVE.search(sanitise(gold)):
        return JudgeReason.NEGATED
    if _numbers_differ(gold, answer, kind):
        return JudgeReason.NUMBERS_DIFFER
    both_read = rule.outcome is Outcome.INCORRECT and _is_read(gold, kind) and _is_read(answer, kind)
    return JudgeReason.RULE_CERTAIN if both_read else None


def _has_content(text: str) -> bool:
    text = NO_CONTENT.sub("", plain_text(unwrap(normalise(sanitise(text)))))
    return any(char.isalnum() for char in text)


def _names_several(gold: str, answer: str, kind: AnswerType) -> bool:
    """Alternatives or a list, where the gold is neither. In prose one comma is no list yet, but "and" makes one."""
    if kind in COLLECTIONS or kind is AnswerType.INEQUALITY_INTERVAL:
        return False
    plain_gold, plain_answer = (plain_text(sanitise(text)) for text in (gold, answer))
    patterns = (EITHER, ALSO) if kind in PROSE else (EITHER,)
    if any(pattern.search(plain_answer) and not pattern.search(plain_gold) for pattern in patterns):
        return True
    if kind in PROSE or kind is AnswerType.MCQ:
        return False
    return len(split_top(plain_answer, COMMA)) > len(split_top(plain_gold, COMMA))


def _numbers_differ(gold: str, answer: str, kind: AnswerType) -> bool:
    """Two readable quantities, or other numerals than the gold has, if it has any; out of collections in its order."""
    if kind is not AnswerType.EQUATION and _is_quantity(gold) and _is_quantity(answer):
        return True
    wordy = kind in FORMULAS and not (_is_formula(gold) and _is_formula(answer))
    if not wordy and kind not in NUMERALS_COUNT | COLLECTIONS:
        return False
    wanted, given = (NUMERAL.findall(GROUPING.sub("", normalise(text))) for text in (gold, answer))
    left = wanted if kind in COLLECTIONS else iter(wanted)
    return bool(wanted) and not all(numeral in left for numeral in given)


def _is_quantity(text: str) -> bool:
    text = unwrap(normalise(text))
    if too_large(text):
        return False
    try:
        parse_quantity(text)
    except (UnparsableError, TooLargeError):
        return False
    return True


def _is_read(text: str, kind: AnswerType) -> bool:
    """Whether the rules understand the text as a value of this type, so that their no is knowledge."""
    text = unwrap(normalise(text))
    if too_large(text):
        return False
    if kind in FORMULAS:
        return all(_is_formula(side) for side in split_top(text, "="))
    if kind in COLLECTIONS:
        found = members(text) if kind is AnswerType.SET_LIST else components(text)
        parts = [member.value for member in found] if found else [text]
        return all(_is_quantity(part) or _is_formula(part) for part in parts)
    return kind is AnswerType.CHEMISTRY and is_chemistry(text)


def _is_formula(text: str) -> bool:
    """Words parse as products of letters; they are no formulas."""
    if re.search(r"[a-zA-Z]{3,}", COMMAND.sub(" ", plain_text(text))):
        return False
    return is_expression(value_part(text))
