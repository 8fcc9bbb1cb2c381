"""When two numbers agree: exactly, or within the precision that the gold or enough digits of the answer carry.

Everything rational is compared as a fraction, so that half a unit is half a unit. There is no absolute tolerance.
"""

from fractions import Fraction
from typing import Any

import mpmath

from verifier.formulas.values import context, is_real, same_value
from verifier.numbers.number import Number

ENOUGH_DIGITS = 4
# What 40 digits of a root or a logarithm may be off, relative to half a unit.
SLACK = Fraction(1, 10**20)


def agree(gold: Number, answer: Number) -> bool:
    """Whether the answer agrees by the policy: shares of one, then the precision that the gold carries.

    A sign may be left out where the number before it is more than one: `25` for `25%`, but not `1` for `1%`.
    """
    if gold.per == answer.per:
        return _agree(gold, answer)
    if _agree(share(gold), share(answer)):
        return True
    if 1 not in (gold.per, answer.per) or not (is_real(gold.value) and is_real(answer.value)):
        return False
    return all(abs(number.value) > 1 for number in (gold, answer)) and _agree(gold, answer)


def share(number: Number) -> Number:
    return number.scaled(Fraction(1, number.per)) if number.per > 1 else number


def _agree(gold: Number, answer: Number) -> bool:
    if same_value(gold.value, answer.value):
        return True
    if not is_real(gold.value) or not is_real(answer.value):
        return False
    wanted, given = _rational(gold.value), _rational(answer.value)
    slack = 1 if isinstance(gold.value, Fraction) and isinstance(answer.value, Fraction) else 1 + SLACK
    if gold.ulp is None:
        return _approximates(wanted, given, answer, is_rational=isinstance(gold.value, Fraction))
    own = Fraction(1) if answer.integer_literal else answer.ulp
    if own is None or own <= gold.ulp:
        return abs(wanted - given) <= gold.ulp / 2 * slack
    ulp = _last_place(answer)
    return ulp is not None and abs(wanted - given) <= ulp / 2 * slack


def _approximates(exact: Fraction, given: Fraction, answer: Number, *, is_rational: bool) -> bool:
    """Whether the answer is a number in decimal notation that rounds or cuts off an exact gold.

    An integer gold is itself only. A whole answer is a rounding only of what has no end as a decimal.
    """
    ulp = _last_place(answer)
    if ulp is None or (is_rational and (exact.denominator == 1 or (answer.integer_literal and _terminates(exact)))):
        return False
    missing = abs(exact) - abs(given)
    return (exact > 0) == (given > 0) and (2 * abs(missing) <= ulp or 0 <= missing < ulp)


def _last_place(answer: Number) -> Fraction | None:
    """One unit of the last significant digit of an answer that has enough of them.

    Zeros at the end of a whole number may be significant or not: they count as far as four digits need them.
    """
    if not answer.integer_literal:
        return answer.ulp if answer.digits >= ENOUGH_DIGITS else None
    digits = str(abs(answer.value.numerator))
    zeros = len(digits) - len(digits.rstrip("0"))
    return Fraction(10 ** min(zeros, len(digits) - ENOUGH_DIGITS)) if len(digits) >= ENOUGH_DIGITS else None


def _terminates(value: Fraction) -> bool:
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def _rational(value: Any) -> Fraction:
    if isinstance(value, Fraction):
        return value
    return Fraction(*mpmath.libmp.to_rational(context().re(value)._mpf_))


def restates(decimal: Number, exact: Number) -> bool:
    """Whether `decimal` gives a more exact value before it again, rounded or cut off at any place."""
    rounded, source = share(decimal), share(exact)
    if rounded.ulp is None or not is_real(source.value) or not is_real(rounded.value):
        return False
    if source.ulp is not None and source.ulp >= rounded.ulp:
        return False
    return abs(_rational(source.value) - _rational(rounded.value)) < rounded.ulp
