"""When two measured or counted quantities agree: units converted, one of them missing, what is counted beside them."""

import itertools
from dataclasses import replace
from fractions import Fraction

from verifier.dates.clock import colon_seconds
from verifier.dates.years import single_year
from verifier.finding import Finding, verdict_of
from verifier.formulas.values import real
from verifier.numbers.agreement import agree
from verifier.numbers.number import Number
from verifier.numbers.readings import Quantity
from verifier.types import Reason
from verifier.units.asked import Asked
from verifier.units.counting import same_things
from verifier.units.unit import Unit, conversion, parse_unit, readings, same_dimension

NOTHING = Asked()


def agree_measures(gold: Quantity, answer: Quantity, *, asked: Asked = NOTHING) -> Finding:
    """Quantities of which none or both are money, in view of what the question asked for."""
    if not same_things(gold, answer):
        return Finding(Reason.DIFFERENT_TYPE, "they count or measure different things")
    if gold.unit is None or answer.unit is None:
        return _agree_bare(gold, answer, asked.unit)
    reason = Reason.DIFFERENT_TYPE
    for one, other in itertools.product(_readings(gold), _readings(answer)):
        if conversion(other, one) is None:
            continue
        reason = Reason.DIFFERENT_VALUE
        if _agree_in(gold.number, one, answer.number, other, asked.difference):
            return Finding(Reason.MATCHED_NUMBER)
    if reason is Reason.DIFFERENT_TYPE and _is_short_for_temperature(gold.unit, answer.unit):
        return verdict_of(agree(gold.number, answer.number), match=Reason.MATCHED_NUMBER)
    return Finding(reason, "the units measure different things" if reason is Reason.DIFFERENT_TYPE else "")


def _is_short_for_temperature(gold: Unit, answer: Unit) -> bool:
    """`25 degrees` are degrees of the gold's scale; but an angle is no temperature."""
    return bool(gold.offset) and answer == parse_unit("degree")


def agree_in_figures(gold: Quantity, text: str) -> bool:
    """Whether `1:30` stands for a gold of 90 minutes, or `in 1969` for a gold of 1969."""
    if gold.unit is None:
        year = None if gold.label or gold.currency or not gold.number.integer_literal else single_year(text)
        return year is not None and gold.number.value == year
    second = parse_unit("s")
    if not same_dimension(gold.unit, second):
        return False
    durations = (Quantity(Number(Fraction(seconds)), second, "s") for seconds in colon_seconds(text))
    return any(agree_measures(gold, each).matched for each in durations)


def _readings(quantity: Quantity) -> list[Unit]:
    assert quantity.unit is not None
    return [quantity.unit, *readings(quantity.unit_text)[1:]]


def _agree_in(gold: Number, unit: Unit, answer: Number, own: Unit, difference: bool) -> bool:
    """In the gold's unit; a gold that is whole only there agrees with its rounded value in the answer's unit."""
    converted = _converted(answer, own, unit, difference)
    if unit.factor != own.factor and gold.ulp and converted.ulp and answer.digits >= gold.digits:
        # Between units the number of significant digits is the precision, not the place of the last one.
        converted = replace(converted, ulp=min(gold.ulp, converted.ulp))
    if agree(gold, converted):
        return True
    if gold.ulp is not None or (unit.factor == own.factor and unit.offset == own.offset):
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


def _agree_bare(gold: Quantity, answer: Quantity, unit: Unit | None) -> Finding:
    """One side has no unit: then it may be `unit`, the one asked for.

    Angles and shares are numbers themselves: 90 degrees are half a pi, 5 ppm are 5e-6.
    """
    if unit and gold.unit is None and answer.unit and conversion(answer.unit, unit):
        same = _agree_in(gold.number, unit, answer.number, answer.unit, difference=True)
        return verdict_of(same, match=Reason.MATCHED_NUMBER)
    if gold.unit and answer.unit is None and _agrees_as_asked(gold.number, gold.unit, answer.number, unit):
        return Finding(Reason.MATCHED_NUMBER)
    units = [quantity.unit or Unit() for quantity in (gold, answer)]
    plain = all(_is_number(unit) for unit in units)
    if plain and _agree_in(gold.number, units[0], answer.number, units[1], difference=True):
        return Finding(Reason.MATCHED_NUMBER)
    if plain and not any(unit.dimension for unit in units) and units[0].factor != units[1].factor:
        same = abs(gold.number.value) > 1 and gold.number.per == answer.number.per and agree(gold.number, answer.number)
        return verdict_of(same, match=Reason.MATCHED_NUMBER)
    if any(quantity.unit and not quantity.unit_text and not quantity.currency for quantity in (gold, answer)):
        return Finding(Reason.DIFFERENT_TYPE, "a sum of several units needs its units")
    return verdict_of(agree(gold.number, answer.number), match=Reason.MATCHED_NUMBER)


def _agrees_as_asked(gold: Number, own: Unit, answer: Number, unit: Unit | None) -> bool:
    return unit is not None and same_dimension(own, unit) and _agree_in(gold, own, answer, unit, difference=True)


def _is_number(unit: Unit) -> bool:
    return all(root == "radian" for root, _ in unit.dimension) and not unit.label
