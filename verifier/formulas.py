"""Expressions with symbols: equal as functions, decimals up to their precision, constants of integration renamed."""

import re

from verifier.arbitrary import same_family
from verifier.candidates import is_list
from verifier.complex_numbers import compare_complex, is_complex
from verifier.expressions import read
from verifier.finding import Case, Finding, verdict_of
from verifier.latex import has_two_signs, plain_text
from verifier.left_sides import is_name, left_side, same_name, sides
from verifier.precision import agree_as_rounded
from verifier.probing import equal, is_defined
from verifier.quantities import compare_quantities
from verifier.spellings import alike, imaginary
from verifier.tree import Node, TooLargeError, UnparsableError, UnsupportedError, symbols
from verifier.types import Reason
from verifier.units import UnknownUnitError, parse_unit, same_dimension

UNIT = re.compile(r"^(.*[\w)}])\s*(?:\\[ ,;]|~)*\s*(\\(?:text|mathrm)\s*\{.+)$", re.DOTALL)
PROSE = re.compile(r"(?<![\\a-zA-Z])(?:[A-Za-z]{2,}\s+){2,}[A-Za-z]{2,}|[<>]|\\(?:le|ge|neq|in)(?![a-z])")
MATHS = re.compile(r"\$([^$]+)\$|\\\((.+?)\\\)")


def compare_expressions(case: Case) -> Finding:
    """A gold that is an expression, or `name = expression`."""
    gold_sides, answer_sides = sides(case.gold), sides(case.answer)
    named = len(gold_sides) > 1 and is_name(gold_sides[0])
    gold = gold_sides[-1] if named else case.gold
    if len(answer_sides) == 1:
        return compare_values(case, gold, case.answer)
    if not is_name(answer_sides[0]):
        return _chain(case, gold, answer_sides)
    name = left_side(case.gold)
    if name is not None and not same_name(name, answer_sides[0]):
        return Finding(Reason.DIFFERENT_VALUE, "another name")
    return compare_values(case, gold, answer_sides[-1])


def _chain(case: Case, gold: str, parts: list[str]) -> Finding:
    """`(x+1)^2 = x^2+2x+1`: right if every side is. Other equations are no expressions."""
    findings = [compare_values(case, gold, part) for part in parts]
    wrong = next((finding for finding in findings if not finding.matched), None)
    return wrong or findings[-1]


def compare_values(case: Case, gold_text: str, answer_text: str) -> Finding:
    """Two expressions, both without a name before them."""
    if is_complex(gold_text):
        return compare_complex(case.of(gold_text, answer_text))
    try:
        gold = read(gold_text)
    except UnparsableError:
        return _with_unit(case, gold_text, answer_text) or case.algebra(gold_text, answer_text)
    except TooLargeError as error:
        return Finding(Reason.TOO_LARGE, str(error))
    if has_two_signs(answer_text):
        return Finding(Reason.CANDIDATES, "more than one value for a single-valued gold")
    if not symbols(gold):
        found = compare_quantities(case.of(gold_text, answer_text))
        return found if found.matched else _closed(gold, answer_text) or found
    return _compare_symbolic(case, gold, gold_text, answer_text)


def _closed(gold: Node, answer_text: str) -> Finding | None:
    """Numbers that only the meaning of `log` makes equal."""
    try:
        answer = read(answer_text)
        same = not symbols(answer) and equal(gold, answer)
    except (UnparsableError, TooLargeError):
        return None
    return Finding(Reason.MATCHED_NUMBER) if same else None


def _with_unit(case: Case, gold_text: str, answer_text: str) -> Finding | None:
    """`2\\pi r\\text{ cm}`: the unit may be missing on one side, another dimension or scale is another value."""
    gold, answer = UNIT.match(gold_text), UNIT.match(answer_text)
    if gold is None:
        return None
    try:
        wanted = parse_unit(gold[2])
        given = parse_unit(answer[2]) if answer else wanted
        if not symbols(read(gold[1])):
            return compare_quantities(case.of(gold_text, answer_text))
    except (UnknownUnitError, UnparsableError, TooLargeError):
        return None
    if not same_dimension(wanted, given) or wanted.factor != given.factor:
        return Finding(Reason.DIFFERENT_TYPE, "another unit")
    return compare_values(case, gold[1], answer[1] if answer else answer_text)


def _compare_symbolic(case: Case, gold: Node, gold_text: str, answer_text: str) -> Finding:
    try:
        answer = _read_answer(answer_text)
    except UnsupportedError:
        return case.algebra(gold_text, answer_text)
    except TooLargeError as error:
        return Finding(Reason.TOO_LARGE, str(error))
    except UnparsableError as error:
        return unreadable(answer_text, str(error))
    same = same_expression(gold, answer, case.question)
    if same is None and not is_defined(answer):
        return Finding(Reason.ANSWER_UNPARSABLE, "defined nowhere")
    if same is None:
        return case.algebra(gold_text, answer_text)
    return verdict_of(same, match=Reason.MATCHED_SYMBOLIC)


def _read_answer(text: str) -> Node:
    """The tree of an answer; of the one formula in it, where it is a sentence; without its unit."""
    try:
        return read(text)
    except UnsupportedError:
        raise
    except UnparsableError:
        formulas = MATHS.findall(text)
        if len(formulas) == 1:
            return read(sides("".join(formulas[0]))[-1])
        if unit := UNIT.match(text):
            parse_unit(unit[2])
            return read(unit[1])
        raise


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
        same = agree_as_rounded(gold, answer) or same_family(gold, answer, question)
    return same
