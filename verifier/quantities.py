"""When two quantities agree, and which numeric type a gold is."""

import itertools
import re
from dataclasses import replace
from fractions import Fraction

from verifier.agreement import agree
from verifier.candidates import is_list
from verifier.counting import same_things
from verifier.evaluate import real
from verifier.expressions import parse
from verifier.finding import Case, Finding, verdict_of
from verifier.latex import normalise
from verifier.money import same_currency
from verifier.numbers import Number, is_real
from verifier.ratios import compare_ratios, is_ratio
from verifier.readings import Quantity, parse_quantity, value_part
from verifier.tree import TooLargeError, UnparsableError, UnsupportedError
from verifier.types import AnswerType, Reason
from verifier.units import Unit, conversion, in_currency, readings, same_dimension

NUMERIC_TYPES = frozenset({
    AnswerType.INTEGER, AnswerType.DECIMAL, AnswerType.FRACTION, AnswerType.PERCENT, AnswerType.CURRENCY,
    AnswerType.SCIENTIFIC, AnswerType.UNITS,
})  # fmt: skip


# "20 pounds" is a mass until the other side says that it is money.
POUNDS = ({"GBP", "pound"}, {"GBP", "pounds"})
DIFFERENCE = re.compile(
    r"temperature (?:change|difference|rise|drop|increase|interval)|\bhow (?:many|much) (?:degrees|kelvins?|warmer)"
    r"|(?:change|difference|rise|drop|increase|decrease) (?:in|of) (?:\w+ ){0,2}temperature|\\Delta\s*T|ΔT"
    r"|\bby how much\b",
    re.IGNORECASE,
)
MIXED = re.compile(r"\d")


def compare_quantities(case: Case) -> Finding:
    """Any gold that is a number with or without unit, currency or percent sign."""
    try:
        gold = parse_quantity(case.gold)
    except UnsupportedError:
        return case.algebra(case.gold, case.answer)
    except UnparsableError:
        return compare_ratios(case) or case.algebra(case.gold, case.answer)
    except TooLargeError as error:
        return Finding(Reason.TOO_LARGE, str(error))
    if is_list(case.answer):
        return Finding(Reason.CANDIDATES, "more than one value for a single-valued gold")
    try:
        answer = parse_quantity(case.answer)
    except UnsupportedError:
        return case.algebra(case.gold, value_part(case.answer))
    except UnparsableError as error:
        if is_symbolic(value_part(case.answer)):
            return Finding(Reason.DIFFERENT_TYPE, "the answer has unknowns, the gold is a number")
        return Finding(Reason.ANSWER_UNPARSABLE, str(error))
    except TooLargeError as error:
        return Finding(Reason.TOO_LARGE, str(error))
    return agree_quantities(gold, answer, difference=is_difference(case.question))


def is_difference(question: str | None) -> bool:
    """Whether a question asks by how much a temperature differs, not what it is."""
    return question is not None and DIFFERENCE.search(question) is not None


def is_symbolic(text: str) -> bool:
    try:
        parse(text)
    except (UnparsableError, TooLargeError):
        return False
    return True


def agree_quantities(gold: Quantity, answer: Quantity, *, difference: bool = False) -> Finding:
    """By the exact value of the gold, or by the rounded one that stands beside it.

    `difference`: temperatures in both are differences, so the zeros of their scales do not matter.
    """
    finding = _agree(gold, answer, difference)
    if finding.reason is Reason.DIFFERENT_VALUE and gold.rounded is not None:
        return _agree(replace(gold, number=gold.rounded), answer, difference)
    return finding


def _agree(gold: Quantity, answer: Quantity, difference: bool) -> Finding:
    if gold.currency and answer.currency and not same_currency(gold.currency, answer.currency):
        return Finding(Reason.DIFFERENT_TYPE, f"{gold.currency} is not {answer.currency}")
    gold, answer = _in_one_currency(gold, answer)
    if {gold.currency or gold.unit_text, answer.currency or answer.unit_text} in POUNDS:
        return verdict_of(agree(gold.number, answer.number), match=Reason.MATCHED_NUMBER)
    if not _same_money(gold, answer):
        return Finding(Reason.DIFFERENT_TYPE, "money is not a measure")
    if not same_things(gold, answer):
        return Finding(Reason.DIFFERENT_TYPE, "they count or measure different things")
    if gold.unit is None or answer.unit is None:
        return _agree_bare(gold, answer)
    return _agree_units(gold, answer, difference)


def _in_one_currency(gold: Quantity, answer: Quantity) -> tuple[Quantity, Quantity]:
    """Cents as what they are worth; a rate whose currency only one side names, on both sides without it."""
    if gold.currency and answer.currency:
        number = answer.number.scaled(answer.worth / gold.worth)
        return gold, replace(answer, number=number, currency=gold.currency)
    if gold.unit and answer.unit and same_dimension(gold.unit, answer.unit):
        return replace(gold, currency=""), replace(answer, currency="")
    return gold, answer


def _same_money(gold: Quantity, answer: Quantity) -> bool:
    """A price and a rate of the same currency are both money: `$15/hour` may have lost its hour in one of them."""
    for one, other in ((gold, answer), (answer, gold)):
        if one.currency and not one.unit and other.unit and not other.currency:
            return one.currency in dict(other.unit.dimension)
    return True


def _agree_units(gold: Quantity, answer: Quantity, difference: bool) -> Finding:
    """Some reading of each unit measures the same, and in it the values agree."""
    reason = Reason.DIFFERENT_TYPE
    for one, other in itertools.product(_readings(gold), _readings(answer)):
        if conversion(other, one) is None:
            continue
        reason = Reason.DIFFERENT_VALUE
        if _agree_in(gold.number, one, answer.number, other, difference):
            return Finding(Reason.MATCHED_NUMBER)
    return Finding(reason, "the units measure different things" if reason is Reason.DIFFERENT_TYPE else "")


def _readings(quantity: Quantity) -> list[Unit]:
    assert quantity.unit is not None
    if quantity.currency:
        return [in_currency(quantity.unit, quantity.currency)]
    return [quantity.unit, *readings(quantity.unit_text)[1:]]


def _agree_in(gold: Number, unit: Unit, answer: Number, own: Unit, difference: bool) -> bool:
    """In the gold's unit. Between units, as many significant digits as the gold has are precise enough, and a whole
    gold agrees with its rounded value.
    """
    converted = _converted(answer, own, unit, difference)
    if unit.factor != own.factor and gold.ulp and converted.ulp and answer.digits >= gold.digits:
        converted = replace(converted, ulp=min(gold.ulp, converted.ulp))
    if agree(gold, converted):
        return True
    if gold.ulp is not None or unit.factor == own.factor:
        return False
    exact = _converted(gold, unit, own, difference).value
    return agree(Number(real(exact) if isinstance(exact, Fraction) else exact), answer)


def _converted(number: Number, source: Unit, target: Unit, difference: bool) -> Number:
    rate = conversion(source, target)
    assert rate is not None
    scaled = number.scaled(rate)
    if source.offset == target.offset or difference:
        return scaled
    shift = (source.offset - target.offset) / target.factor
    return replace(scaled, value=scaled.value + (shift if isinstance(scaled.value, Fraction) else real(shift)))


def _agree_bare(gold: Quantity, answer: Quantity) -> Finding:
    """One side has no unit. Angles and shares are numbers themselves: 90 degrees are half a pi, 5 ppm are 5e-6."""
    units = [quantity.unit or Unit() for quantity in (gold, answer)]
    if _is_number(units[0]) and _is_number(units[1]):
        if _agree_in(gold.number, units[0], answer.number, units[1], difference=True):
            return Finding(Reason.MATCHED_NUMBER)
        if "radian" not in dict(units[0].dimension) | dict(units[1].dimension) and units[0].factor != units[1].factor:
            return verdict_of(agree(gold.number, answer.number) and abs(gold.number.value) > 1)
    if any(MIXED.match(quantity.unit_text) for quantity in (gold, answer)):
        return Finding(Reason.DIFFERENT_TYPE, "a sum of several units needs its units")
    return verdict_of(agree(gold.number, answer.number), match=Reason.MATCHED_NUMBER)


def _is_number(unit: Unit) -> bool:
    return all(root == "radian" for root, _ in unit.dimension) and not unit.label


def numeric_type(text: str) -> AnswerType | None:
    """Which numeric type the gold is; None if it is no real number with or without a unit."""
    try:
        quantity = parse_quantity(text)
    except (UnparsableError, TooLargeError):
        return AnswerType.FRACTION if is_ratio(text) else None
    if quantity.currency:
        return AnswerType.CURRENCY
    if quantity.number.percent:
        return AnswerType.PERCENT
    if not is_real(quantity.number.value):
        return AnswerType.COMPLEX
    if quantity.unit or quantity.label:
        return AnswerType.UNITS
    if re.search(r"10\s*\^|\d[eE][-+]?\d", text) and quantity.number.ulp is not None:
        return AnswerType.SCIENTIFIC
    if quantity.number.ulp is not None:
        return AnswerType.DECIMAL
    value = quantity.number.value
    if isinstance(value, Fraction):
        return AnswerType.INTEGER if value.denominator == 1 else AnswerType.FRACTION
    return AnswerType.FRACTION if r"\frac" in text or "/" in text else AnswerType.EXPRESSION


def unit_of(text: str) -> str | None:
    """The unit as written beside the number, None where there is none."""
    try:
        return parse_quantity(normalise(text)).unit_text or None
    except (UnparsableError, TooLargeError):
        return None


def measures_like(text: str, unit: str) -> bool:
    """Whether the quantity has a unit of the same dimension as `unit`, or none that is known."""
    try:
        quantity = parse_quantity(normalise(text))
    except (UnparsableError, TooLargeError):
        return True
    meant = readings(unit)
    return quantity.unit is None or not meant or any(same_dimension(quantity.unit, each) for each in meant)
