"""When two quantities agree, and which numeric type a gold is."""

import re
from fractions import Fraction

from verifier.expressions import parse
from verifier.finding import Case, Finding, verdict_of
from verifier.latex import has_two_signs, normalise, plain_text, split_top
from verifier.numbers import Number, agree, is_real, parse_number, parse_ratio
from verifier.readings import Quantity, parse_quantity, value_part
from verifier.tree import TooLargeError, UnparsableError, UnsupportedError
from verifier.types import AnswerType, Reason
from verifier.unit_table import Unit
from verifier.units import parse_unit, same_dimension

ORALTERNATIVE = r"\s+(?:or|and)\s+|\s*[,;]\s*|\\(?:quad|qquad)"
NUMERIC_TYPES = frozenset({
    AnswerType.INTEGER, AnswerType.DECIMAL, AnswerType.FRACTION, AnswerType.PERCENT, AnswerType.CURRENCY,
    AnswerType.SCIENTIFIC, AnswerType.UNITS,
})  # fmt: skip


# "20 pounds" is a mass until the other side says that it is money.
POUNDS = ({"GBP", "pound"}, {"GBP", "pounds"})


def compare_quantities(case: Case) -> Finding:
    """Any gold that is a number with or without unit, currency or percent sign."""
    try:
        gold = parse_quantity(case.gold)
    except UnsupportedError:
        return case.algebra(case.gold, case.answer)
    except UnparsableError:
        return _ratio(case) or case.algebra(case.gold, case.answer)
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
    return agree_quantities(gold, answer)


def _ratio(case: Case) -> Finding | None:
    try:
        gold = parse_ratio(case.gold)
    except UnparsableError:
        return None
    for reader in (parse_ratio, parse_number):
        try:
            return verdict_of(agree(gold, reader(case.answer)), match=Reason.MATCHED_NUMBER)
        except UnparsableError:
            continue
    return Finding(Reason.ANSWER_UNPARSABLE)


def is_symbolic(text: str) -> bool:
    try:
        parse(text)
    except (UnparsableError, TooLargeError):
        return False
    return True


def is_list(text: str) -> bool:
    """Whether the answer names several values: `3 or 4`, `3, 4`, `\\pm 3`."""
    text = normalise(text)
    if has_two_signs(text):
        return True
    if re.search(r"\b(?:or|and)\b", plain_text(text)):
        parts = split_top(plain_text(text), ORALTERNATIVE)
        return sum(bool(re.search(r"\d|\\pi|[a-z]", part)) for part in parts) > 1
    if re.fullmatch(r"[^,;]*\d{1,3}(?:,\d{3})+(?![\d,])[^,;]*", text):
        return False
    return sum(bool(part) and _number_like(part) for part in split_top(text, r"\s*[,;]\s*")) > 1


def _number_like(text: str) -> bool:
    return bool(re.search(r"\d|\\pi|\\infty", text))


def agree_quantities(gold: Quantity, answer: Quantity) -> Finding:
    if gold.currency and answer.currency and gold.currency != answer.currency:
        return Finding(Reason.DIFFERENT_TYPE, f"{gold.currency} is not {answer.currency}")
    if {gold.currency or gold.unit_text, answer.currency or answer.unit_text} in POUNDS:
        return verdict_of(agree(gold.number, answer.number), match=Reason.MATCHED_NUMBER)
    if bool(gold.currency) != bool(answer.currency) and (gold.unit or answer.unit):
        return Finding(Reason.DIFFERENT_TYPE, "money is not a measure")
    if gold.label and answer.label and not _same_label(gold.label, answer.label):
        return Finding(Reason.DIFFERENT_TYPE, f"{gold.label} is not {answer.label}")
    if gold.unit is None or answer.unit is None:
        return _agree_bare(gold, answer)
    if not same_dimension(gold.unit, answer.unit):
        return Finding(Reason.DIFFERENT_TYPE, "the units measure different things")
    if gold.unit.offset != answer.unit.offset:
        answer_number = _shifted(answer.number, answer.unit, gold.unit)
    else:
        answer_number = answer.number.scaled(answer.unit.factor / gold.unit.factor)
    return verdict_of(agree(gold.number, answer_number), match=Reason.MATCHED_NUMBER)


def _agree_bare(gold: Quantity, answer: Quantity) -> Finding:
    if agree(gold.number, answer.number):
        return Finding(Reason.MATCHED_NUMBER)
    angle = parse_unit("degree")
    for one, other in ((gold, answer), (answer, gold)):
        if one.unit == angle and other.unit is None and not isinstance(other.number.value, Fraction):
            radians = Quantity(other.number, parse_unit("rad"))
            pair = (gold, radians) if one is gold else (radians, answer)
            return agree_quantities(*pair)
    return Finding(Reason.DIFFERENT_VALUE)


def _shifted(number: Number, unit: Unit, target: Unit) -> Number:
    if not isinstance(number.value, Fraction):
        return number
    kelvin = (number.value) * unit.factor + unit.offset
    scaled = number.scaled(unit.factor / target.factor)
    return Number((kelvin - target.offset) / target.factor, ulp=scaled.ulp, digits=scaled.digits)


def _same_label(left: str, right: str) -> bool:
    a, b = ({word.rstrip("s") for word in re.split(r"[\s\-]+", text)} for text in (left, right))
    counting = {"unit"}
    return a <= b or b <= a or a == counting or b == counting


def numeric_type(text: str) -> AnswerType | None:
    """Which numeric type the gold is; None if it is no real number with or without a unit."""
    try:
        quantity = parse_quantity(text)
    except (UnparsableError, TooLargeError):
        return AnswerType.FRACTION if re.fullmatch(r"\d+\s*:\s*\d+(?!\d)", text) else None
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
    return quantity.unit is None or same_dimension(quantity.unit, parse_unit(unit))
