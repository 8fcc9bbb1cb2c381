"""Which comparator decides which type: the whole verifier in one table."""

import re
from collections.abc import Callable, Mapping

from verifier.chemistry.comparison import compare_charges, compare_chemistry
from verifier.classify import infer_type
from verifier.code.bases import compare_with_marked
from verifier.code.comparison import compare_code, is_list_of_values
from verifier.dates.moments import compare_datetimes
from verifier.evasions import evasion
from verifier.extract import BOX, boxed
from verifier.finding import Case, Comparator, Finding, NeedsAlgebraError, no_algebra, verdict_of
from verifier.formulas.comparison import compare_expressions, is_undefined
from verifier.formulas.complex_numbers import compare_complex
from verifier.formulas.equations import compare_equations
from verifier.formulas.left_sides import sides
from verifier.judge.text import foreign_letters
from verifier.latex import has_two_signs, normalise, plain_text, unwrap
from verifier.numbers.plain_numbers import compare_literals, literal_type
from verifier.numbers.quantities import NUMERIC_TYPES, compare_quantities
from verifier.numbers.ranges import compare_ranges, range_ends
from verifier.structures.intervals import compare_intervals
from verifier.structures.matrices import compare_matrices
from verifier.structures.sets import compare_sets
from verifier.structures.tuples import compare_tuples
from verifier.types import AnswerType, Reason
from verifier.words.booleans import compare_booleans
from verifier.words.comparison import compare_words
from verifier.words.options import compare_lone, compare_options, names_option, picks_shown
from verifier.words.parts import compare_parts, labelled_parts

SMALL_OPTION = re.compile(r"[a-j]")
MAX_TEXT = 4_000
INFINITE = re.compile(r"(?:(?P<sign>[-+]|positive|negative|plus|minus)\s*)?(?:\\infty|infinity)", re.IGNORECASE)
LETTER = re.compile(r"\\?[A-Za-z]|\\[A-Za-z]+")


def compare_member(case: Case, gold: str, answer: str) -> Finding:
    """Members of a set, tuple or interval, each by its own type; a letter among them is a symbol, no option."""
    if LETTER.fullmatch(gold) and LETTER.fullmatch(answer):
        return verdict_of(gold == answer)
    kind = infer_type(gold)
    if kind is AnswerType.MCQ:
        kind = AnswerType.EXPRESSION
    return decide(gold, answer, answer_type=kind, algebra=case.algebra)


def _members(comparator: Callable[[Case, Callable[[Case, str, str], Finding]], Finding]) -> Comparator:
    return lambda case: comparator(case, compare_member)


def _complex(case: Case) -> Finding:
    return compare_sets(case, compare_member) if has_two_signs(case.gold) else compare_complex(case)


def _integer(case: Case) -> Finding:
    return compare_with_marked(case) or compare_charges(case) or compare_quantities(case)


def _code(case: Case) -> Finding:
    return compare_tuples(case, compare_member) if is_list_of_values(case) else compare_code(case)


ROUTES: Mapping[AnswerType, Comparator] = {
    AnswerType.INTEGER: _integer,
    AnswerType.DECIMAL: compare_quantities,
    AnswerType.FRACTION: compare_quantities,
    AnswerType.PERCENT: compare_quantities,
    AnswerType.CURRENCY: compare_quantities,
    AnswerType.SCIENTIFIC: compare_quantities,
    AnswerType.UNITS: compare_quantities,
    AnswerType.EXPRESSION: compare_expressions,
    AnswerType.EQUATION: compare_equations,
    AnswerType.INEQUALITY_INTERVAL: _members(compare_intervals),
    AnswerType.SET_LIST: _members(compare_sets),
    AnswerType.TUPLE_POINT: _members(compare_tuples),
    AnswerType.MATRIX_VECTOR: _members(compare_matrices),
    AnswerType.COMPLEX: _complex,
    AnswerType.MCQ: _members(compare_options),
    AnswerType.BOOLEAN: compare_booleans,
    AnswerType.WORD: compare_words,
    AnswerType.CHEMISTRY: compare_chemistry,
    AnswerType.DATETIME: compare_datetimes,
    AnswerType.CODE: _code,
}


def decide(
    gold: str,
    answer: str,
    *,
    answer_type: AnswerType | None = None,
    question: str | None = None,
    algebra: Callable[[str, str], Finding] = no_algebra,
) -> Finding:
    """The finding on an extracted answer. Raises `NeedsAlgebraError` where `algebra` does."""
    kind = answer_type or literal_type(gold, question)
    if kind in NUMERIC_TYPES and (finding := compare_literals(gold, answer)) is not None:
        return finding
    if kind is AnswerType.MCQ and (finding := compare_lone(gold, answer)) is not None:
        return finding
    return decide_texts(gold, answer, answer_type=answer_type, question=question, algebra=algebra)


def decide_texts(
    gold: str,
    answer: str,
    *,
    answer_type: AnswerType | None = None,
    question: str | None = None,
    algebra: Callable[[str, str], Finding] = no_algebra,
) -> Finding:
    """`decide` for texts that are no literals; on literals it comes to the same, only later."""
    if BOX.search(answer):
        inner = boxed(answer)
        if inner is None:
            return Finding(Reason.NO_ANSWER, "the last box is empty or unterminated")
        answer = inner
    if not any(character.isalnum() or character in "∅\\∞" for character in answer):
        return Finding(Reason.NO_ANSWER, "no letter or digit")
    if not gold.strip():
        return Finding(Reason.GOLD_UNPARSABLE, "the gold is empty")
    if len(answer) > MAX_TEXT or len(gold) > MAX_TEXT:
        return Finding(Reason.TOO_LARGE, f"more than {MAX_TEXT} characters")
    left, right = (unwrap(normalise(text)) for text in (gold, answer))
    if spelling(left) == spelling(right):
        return Finding(Reason.MATCHED_STRING)
    if (limits := [infinity(text) for text in (left, right)]) and None not in limits:
        return verdict_of(limits[0] == limits[1])
    kind = answer_type or infer_type(gold, question)
    case = Case(left, right, kind, question, algebra)
    finding = evasion(left, right, kind) or _as_a_whole(case) or ROUTES[kind](case)
    if finding.reason is Reason.ANSWER_UNPARSABLE and finding.undecided and foreign_letters(right, left):
        return Finding(Reason.ANSWER_UNPARSABLE, "letters of another alphabet")
    return finding


def _as_a_whole(case: Case) -> Finding | None:
    """What goes before the type: parts under labels, ranges, and a letter for the option that the gold spells out."""
    if parts := labelled_parts(case.gold):
        return compare_parts(case, parts, compare_member)
    if case.answer_type is AnswerType.MCQ:
        return None
    if ends := range_ends(case.gold, case.answer_type):
        return compare_ranges(case, ends, compare_member)
    if SMALL_OPTION.fullmatch(case.gold) and names_option(case.answer):
        return compare_options(case, compare_member)
    return picks_shown(case, compare_member)


def infinity(text: str) -> int | None:
    """The sign of an answer that is infinite and nothing else, in a sign or in words."""
    match = INFINITE.fullmatch(plain_text(text).strip(" ."))
    if match is None:
        return None
    return -1 if match["sign"] and match["sign"].lower() in ("-", "negative", "minus") else 1


def spelling(text: str) -> str:
    """Equal spellings are equal answers, whatever they mean: braces around one character and blanks differ nothing."""
    if not re.search(r"[\\^_]", text):
        return text
    return re.sub(r"\{(\w)\}", r"\1", plain_text(text).replace(" ", ""))


def matches_itself(gold: str, answer_type: AnswerType) -> bool:
    """Whether the comparator of the type, not mere spelling, accepts the gold as its own answer.

    True also where only computer algebra could tell, unless it is plain that there is nothing to tell: `x=`, `1/0`.
    """
    text = unwrap(normalise(gold))
    if not text or len(text) > MAX_TEXT:
        return False
    try:
        return ROUTES[answer_type](Case(text, text, answer_type)).matched
    except NeedsAlgebraError:
        parts = sides(text)
        return all(parts) and not any(map(is_undefined, parts))
    except RecursionError:
        return False
