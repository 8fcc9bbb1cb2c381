"""Expressions with symbols: equal as functions, decimals up to their precision, constants of integration renamed."""

import re

from verifier.finding import Case, Finding, verdict_of
from verifier.formulas.arbitrary import same_family
from verifier.formulas.calls import resolved
from verifier.formulas.complex_numbers import compare_complex, is_complex
from verifier.formulas.conditions import has_alternatives, without_condition, without_sentence
from verifier.formulas.expressions import read
from verifier.formulas.left_sides import is_name, same_name, sides
from verifier.formulas.precision import agree_as_rounded
from verifier.formulas.probing import equal, is_defined
from verifier.formulas.progressions import same_progression
from verifier.formulas.spellings import alike, imaginary
from verifier.formulas.tree import Node, TooLargeError, UnparsableError, UnsupportedError, symbols
from verifier.latex import has_two_signs, plain_text
from verifier.numbers.candidates import is_list
from verifier.numbers.quantities import compare_quantities, numeric_type
from verifier.numbers.readings import parse_quantity
from verifier.types import AnswerType, Reason
from verifier.units.unit import Unit, UnknownUnitError, parse_unit, same_dimension

# An upright word after a blank, or two upright letters: one letter that touches could be a symbol.
UNIT = re.compile(
    r"^(.*[^\s_^{\\])(?:\s+(?=\\)|\s*(?=\\[a-z]+\s*\{\s*(?:\s|[a-zA-Z]{2})))(\\(?:text|mathrm)\s*\{.+)$", re.DOTALL
)
# No product of letters: `5730 years`, `20\ \mathrm{m/s}`.
WORDED_UNIT = re.compile(r"\d\s*(?:[a-z]{3,}|\\?[, ]*\\(?:text|mathrm)(?![a-z]))")
MEASURE = re.compile(r"[-+]?[\d.,]+(?:\s*\\times\s*10\s*\^\s*\{?-?\d+\}?)?\s+(?=[^\d\s\\]{2})[^=]+")
# Computer algebra cannot read them either.
NO_FORMULA = re.compile(r"\d:\d|\.\.|[@#?]")
PROSE = re.compile(r"(?<![\\a-zA-Z])(?:[A-Za-z]{2,}\s+){2,}[A-Za-z]{2,}|[<>]|\\(?:le|ge|neq|in)(?![a-z])")


def compare_expressions(case: Case) -> Finding:
    """A gold that is an expression, or `name = expression`."""
    case = case.of(without_condition(case.gold), without_sentence(without_condition(case.answer)))
    if has_alternatives(case.answer) and not has_alternatives(case.gold):
        return Finding(Reason.CANDIDATES, "more than one value for a single-valued gold")
    gold, answer = sides(case.gold), sides(case.answer)
    named = len(gold) > 1 and is_name(gold[0])
    gold_text = gold[-1] if named else case.gold
    if len(answer) == 1:
        return compare_values(case, gold_text, case.answer)
    if not is_name(answer[0]):
        return _chain(case, gold_text, answer)
    if named and not same_name(gold[0], answer[0]):
        return Finding(Reason.DIFFERENT_VALUE, "another name")
    return compare_values(case, gold_text, answer[-1])


def _chain(case: Case, gold: str, parts: list[str]) -> Finding:
    """`(x+1)^2 = x^2+2x+1`: right if every side is. Other equations are no expressions."""
    findings = [compare_values(case, gold, part) for part in parts]
    wrong = next((finding for finding in findings if not finding.matched), None)
    return wrong or findings[-1]


def compare_values(case: Case, gold_text: str, answer_text: str) -> Finding:
    """Two expressions, both without a name before them."""
    if is_complex(gold_text):
        return compare_complex(case.of(gold_text, answer_text))
    if WORDED_UNIT.search(gold_text) and numeric_type(gold_text) is AnswerType.UNITS:
        return compare_quantities(case.of(gold_text, answer_text))
    if _is_measure(gold_text):
        return compare_quantities(case.of(gold_text, answer_text))
    body, unit = _measured(gold_text)
    try:
        gold = read(body)
    except UnparsableError:
        if NO_FORMULA.search(gold_text):
            return Finding(Reason.GOLD_UNPARSABLE, "no formula")
        return case.algebra(gold_text, answer_text)
    except TooLargeError as error:
        return Finding(Reason.TOO_LARGE, str(error))
    if has_two_signs(answer_text):
        return Finding(Reason.CANDIDATES, "more than one value for a single-valued gold")
    if not symbols(gold):
        found = compare_quantities(case.of(gold_text, answer_text))
        return found if found.matched else _closed(gold, answer_text) or found
    answer_body, answer_unit = _measured(answer_text)
    if unit and answer_unit and not (same_dimension(unit, answer_unit) and unit.factor == answer_unit.factor):
        return Finding(Reason.DIFFERENT_TYPE, "another unit")
    return _compare_symbolic(case.of(body, answer_body), gold)


def _closed(gold: Node, answer_text: str) -> Finding | None:
    """Numbers that only the meaning of `log` makes equal."""
    try:
        answer = read(answer_text)
        same = not symbols(answer) and equal(gold, answer)
    except (UnparsableError, TooLargeError):
        return None
    return Finding(Reason.MATCHED_NUMBER) if same else None


def _is_measure(text: str) -> bool:
    """`5730 years`, `20 m/s`: a number, a blank and a unit, or a word that counts things; `4 t` could be a product."""
    if not MEASURE.fullmatch(text):
        return False
    try:
        quantity = parse_quantity(text)
    except (UnparsableError, TooLargeError):
        return False
    return quantity.unit is not None or len(quantity.label) > 3


def _measured(text: str) -> tuple[str, Unit | None]:
    r"""`2\pi r\text{ cm}` as expression and unit; the unit may be missing on one side."""
    match = UNIT.match(text)
    if match is None:
        return text, None
    try:
        return match[1], parse_unit(match[2])
    except UnknownUnitError:
        return text, None


def _compare_symbolic(case: Case, gold: Node) -> Finding:
    try:
        answer = read(case.answer)
    except UnsupportedError:
        return case.algebra(case.gold, case.answer)
    except TooLargeError as error:
        return Finding(Reason.TOO_LARGE, str(error))
    except UnparsableError as error:
        return unreadable(case.answer, str(error))
    same = same_expression(gold, answer, case.question)
    return _undefined(case, answer) if same is None else verdict_of(same, match=Reason.MATCHED_SYMBOLIC)


def _undefined(case: Case, answer: Node) -> Finding:
    """What follows where the values of gold and answer cannot be compared."""
    try:
        defined = is_defined(*resolved(answer))
    except TooLargeError as error:
        return Finding(Reason.TOO_LARGE, str(error))
    return case.algebra(case.gold, case.answer) if defined else Finding(Reason.ANSWER_UNPARSABLE, "defined nowhere")


def is_undefined(text: str) -> bool:
    """Whether `text` is an expression that has a value nowhere; what cannot be read here may be one that has."""
    try:
        return not is_defined(*resolved(read(text)))
    except (UnparsableError, TooLargeError):
        return False


def unreadable(text: str, why: str) -> Finding:
    """Prose, relations and lists are no expressions; what is left may be notation that we do not know."""
    if is_list(text):
        return Finding(Reason.CANDIDATES, "more than one value for a single-valued gold")
    unknown = re.search(r"\w", text) is not None and PROSE.search(plain_text(text)) is None
    return Finding(Reason.ANSWER_UNPARSABLE, why, undecided=unknown)


def same_expression(gold: Node, answer: Node, question: str | None) -> bool | None:
    """None where the two cannot be computed at enough points."""
    gold, answer = alike(gold, answer)
    same = equal(gold, answer)
    if same is False and "j" in symbols(gold) | symbols(answer):
        same = equal(imaginary(gold), imaginary(answer))
    if same is False:
        same = agree_as_rounded(gold, answer) or same_family(gold, answer, question) or same_progression(gold, answer)
    return same
