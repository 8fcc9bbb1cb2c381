"""When two quantities agree, and which numeric type a gold is."""

import re
from dataclasses import replace
from fractions import Fraction

from verifier.finding import Case, Finding, verdict_of
from verifier.formulas.expressions import parse
from verifier.formulas.tree import TooLargeError, UnparsableError, UnsupportedError
from verifier.formulas.values import is_real
from verifier.latex import normalise
from verifier.numbers.agreement import agree
from verifier.numbers.candidates import is_list
from verifier.numbers.changes import along_one_way
from verifier.numbers.money import same_currency
from verifier.numbers.number_words import leading
from verifier.numbers.ratios import agrees_with_ratio, compare_ratios, is_ratio
from verifier.numbers.readings import Quantity, parse_quantity, value_part
from verifier.numbers.restatements import restatements
from verifier.types import AnswerType, Reason
from verifier.units.asked import asked
from verifier.units.measures import agree_in_figures, agree_measures
from verifier.units.nouns import counts_in_words
from verifier.units.unit import readings, same_dimension

NUMERIC_TYPES = frozenset({
    AnswerType.INTEGER, AnswerType.DECIMAL, AnswerType.FRACTION, AnswerType.PERCENT, AnswerType.CURRENCY,
    AnswerType.SCIENTIFIC, AnswerType.UNITS,
})  # fmt: skip


# "20 pounds" is a mass until the other side says that it is money.
POUNDS = ({"GBP", "pound"}, {"GBP", "pounds"})


def compare_quantities(case: Case) -> Finding:
    """Any gold that is a number with or without unit, currency or percent sign."""
    finding = _compare(case)
    parts = [] if finding.matched else restatements(case.answer)
    if len(parts) > 1 and all(_compare(replace(case, answer=part)).matched for part in parts):
        return Finding(Reason.MATCHED_NUMBER)
    return finding


def _compare(case: Case) -> Finding:
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
        answer = parse_quantity(case.answer, upright=gold.unit is not None)
    except UnsupportedError:
        return case.algebra(case.gold, value_part(case.answer))
    except UnparsableError as error:
        if agree_in_figures(gold, case.answer) or agrees_with_ratio(gold.number, case.answer):
            return Finding(Reason.MATCHED_NUMBER)
        if is_expression(value_part(case.answer)):
            return Finding(Reason.DIFFERENT_TYPE, "the answer has unknowns, the gold is a number")
        return Finding(Reason.ANSWER_UNPARSABLE, str(error))
    except TooLargeError as error:
        return Finding(Reason.TOO_LARGE, str(error))
    return agree_quantities(gold, answer, question=case.question)


def is_expression(text: str) -> bool:
    """Whether our parser reads it; a mere number is one too."""
    try:
        parse(text)
    except (UnparsableError, TooLargeError):
        return False
    return True


def agree_quantities(gold: Quantity, answer: Quantity, *, question: str | None = None) -> Finding:
    """By the exact value of the gold, or by the rounded one that stands beside it."""
    finding = _agree(gold, answer, question)
    if finding.reason is Reason.DIFFERENT_VALUE and gold.rounded is not None:
        return _agree(replace(gold, number=gold.rounded), answer, question)
    return finding


def _agree(gold: Quantity, answer: Quantity, question: str | None) -> Finding:
    if gold.currency and answer.currency and not same_currency(gold.currency, answer.currency):
        return Finding(Reason.DIFFERENT_TYPE, f"{gold.currency} is not {answer.currency}")
    directed = along_one_way(gold, answer)
    if directed is None:
        return Finding(Reason.DIFFERENT_TYPE, "one goes up, the other down")
    gold, answer = _in_one_currency(*directed)
    if {gold.currency or gold.unit_text, answer.currency or answer.unit_text} in POUNDS:
        return verdict_of(agree(gold.number, answer.number), match=Reason.MATCHED_NUMBER)
    for one, other in ((gold, answer), (answer, gold)):
        if one.currency and not other.currency and (other.unit or other.number.percent):
            return Finding(Reason.DIFFERENT_TYPE, "money is no measure and no share")
        if one.number.percent and not other.number.percent and other.unit and other.unit.dimension:
            return Finding(Reason.DIFFERENT_TYPE, "a share is no measure")
    return agree_measures(gold, answer, asked=asked(question))


def _in_one_currency(gold: Quantity, answer: Quantity) -> tuple[Quantity, Quantity]:
    """Cents as what they are worth; a rate whose currency only one side names, on both sides without it."""
    if gold.currency and answer.currency:
        number = answer.number.scaled(answer.worth / gold.worth)
        return gold, replace(answer, number=number, currency=gold.currency)
    if gold.unit and answer.unit and same_dimension(gold.unit, answer.unit):
        return replace(gold, currency=""), replace(answer, currency="")
    return gold, answer


def numeric_type(text: str) -> AnswerType | None:
    """Which numeric type the gold is; None if it is no real number with or without a unit."""
    try:
        quantity = parse_quantity(text)
    except (UnparsableError, TooLargeError):
        return AnswerType.FRACTION if is_ratio(text) else None
    label = quantity.label or (quantity.unit.label if quantity.unit else "")
    if (label and leading(text) and not counts_in_words(text, label)) or text.lower() == "second":
        return None
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
    if quantity.number.ulp is not None or quantity.rounded is not None:
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
