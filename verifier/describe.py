"""How the verifier understands a gold, in words for `answer-type`."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from verifier.classify import infer_type
from verifier.finding import Case, NeedsAlgebraError
from verifier.formulas.tree import TooLargeError, UnparsableError
from verifier.formulas.values import Value, context, inexact
from verifier.latex import normalise, unwrap
from verifier.numbers.number import Number
from verifier.numbers.quantities import NUMERIC_TYPES
from verifier.numbers.ranges import range_ends
from verifier.numbers.ratios import terms
from verifier.numbers.readings import parse_quantity
from verifier.route import ROUTES, matches_itself
from verifier.structures.inequalities import read_region
from verifier.structures.members import Member, is_empty, members
from verifier.structures.regions import NoIntervalError
from verifier.structures.tuples import components
from verifier.types import AnswerType
from verifier.words.booleans import truth
from verifier.words.options import letters
from verifier.words.phrases import phrase

# Exact numbers of more bits are shown by their first digits.
MAX_BITS = 400
SHARES = {100: " percent", 1_000: " per mille", 10_000: " basis points"}


def describe(gold: str, question: str | None = None) -> dict[str, Any]:
    """`answer_type`, `understood_as`, `decided_by` and whether the gold agrees with itself."""
    kind = infer_type(gold, question)
    text = unwrap(normalise(gold))
    try:
        ROUTES[kind](Case(text, text, kind, question))
        decided = "rules"
    except NeedsAlgebraError:
        decided = "computer algebra"
    return {
        "gold": gold,
        "answer_type": str(kind),
        "understood_as": _understood(text, kind),
        "decided_by": decided,
        "matches_itself": matches_itself(gold, kind),
    }


def _understood(text: str, kind: AnswerType) -> str:
    if ends := range_ends(text, kind):
        return f"from {ends[0]} to {ends[1]}"
    if kind in NUMERIC_TYPES:
        return _quantity(text)
    if kind is AnswerType.MCQ:
        return ", ".join(sorted(letters(text) or ())) or "no option"
    if kind is AnswerType.BOOLEAN:
        return str(truth(text)).lower()
    if kind is AnswerType.WORD:
        return phrase(text)
    if kind is AnswerType.SET_LIST:
        if is_empty(text):
            return "the empty set"
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
        return " : ".join(_value(term) for term in terms(text)) or text
    number = quantity.number
    parts = [_value(number) + SHARES.get(number.per, "")]
    if number.ulp is not None:
        parts.append(f"to within {_short(number.ulp / 2)}")
    if quantity.rounded is not None:
        parts.append(f"or about {_short(quantity.rounded.value)}")
    if quantity.currency:
        parts.append(f"in {'hundredths of ' if quantity.worth != 1 else ''}{quantity.currency}")
        parts += [f"per {quantity.unit_text}"] if quantity.unit_text else []
    elif quantity.unit_text:
        parts.append(f"in {quantity.unit_text}")
    return ", ".join(parts)


def _value(number: Number) -> str:
    value = number.value
    if isinstance(value, Fraction) and max(value.numerator.bit_length(), value.denominator.bit_length()) <= MAX_BITS:
        return str(value)
    return str(context().nstr(inexact(value), 12))


def _short(value: Value) -> str:
    shown = inexact(value).real
    fits_a_float = shown == 0 or 1e-300 < abs(shown) < 1e300
    return f"{float(shown):g}" if fits_a_float else str(context().nstr(shown, 6))


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
