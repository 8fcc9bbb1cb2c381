"""How the verifier understands a gold, in words for `answer-type`."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from verifier.booleans import truth
from verifier.classify import infer_type
from verifier.finding import Case, NeedsAlgebraError
from verifier.inequalities import read_region
from verifier.latex import normalise, unwrap
from verifier.members import Member, members
from verifier.options import letters
from verifier.phrases import phrase
from verifier.quantities import NUMERIC_TYPES
from verifier.readings import parse_quantity
from verifier.regions import NoIntervalError
from verifier.route import ROUTES
from verifier.tree import TooLargeError, UnparsableError
from verifier.tuples import components
from verifier.types import AnswerType
from verifier.values import context


def describe(gold: str, question: str | None = None) -> dict[str, Any]:
    """`answer_type`, `understood_as`, `decided_by` and whether the gold agrees with itself."""
    kind = infer_type(gold, question)
    text = unwrap(normalise(gold))
    try:
        finding = ROUTES[kind](Case(text, text, kind, question))
        decided, itself = "rules", finding.matched
    except NeedsAlgebraError:
        decided, itself = "computer algebra", True
    return {
        "gold": gold,
        "answer_type": str(kind),
        "understood_as": _understood(text, kind),
        "decided_by": decided,
        "matches_itself": itself,
    }


def _understood(text: str, kind: AnswerType) -> str:
    if kind in NUMERIC_TYPES:
        return _quantity(text)
    if kind is AnswerType.MCQ:
        return ", ".join(sorted(letters(text) or ())) or "no option"
    if kind is AnswerType.BOOLEAN:
        return str(truth(text)).lower()
    if kind is AnswerType.WORD:
        return phrase(text)
    if kind is AnswerType.SET_LIST:
        return "in any order: " + "; ".join(_named(members(text)))
    if kind in (AnswerType.TUPLE_POINT, AnswerType.MATRIX_VECTOR):
        return "in this order: " + "; ".join(_named(components(text) or ()) or [text])
    if kind is AnswerType.INEQUALITY_INTERVAL:
        return _intervals(text)
    return text


def _quantity(text: str) -> str:
    try:
        quantity = parse_quantity(text)
    except (UnparsableError, TooLargeError):
        return text
    number = quantity.number
    value = number.value if isinstance(number.value, Fraction) else context().nstr(number.value, 12)
    parts = [f"{value}{' percent' if number.percent else ''}"]
    if number.ulp is not None:
        parts.append(f"to within {float(number.ulp / 2):g}")
    if quantity.unit_text or quantity.currency:
        parts.append(f"in {quantity.currency or quantity.unit_text}")
    return ", ".join(parts)


def _named(found: Sequence[Member]) -> list[str]:
    return [f"{each.name} = {each.value}" if each.name else each.value for each in found]


def _intervals(text: str) -> str:
    try:
        region = read_region(text, modulus=True)
    except NoIntervalError:
        return text
    shown = [
        f"{'[' if each.low_closed else '('}{each.low or '-oo'}, {each.high or 'oo'}{']' if each.high_closed else ')'}"
        for each in region.pieces
    ]
    return (f"{region.name} in " if region.name else "") + " or ".join(shown)
