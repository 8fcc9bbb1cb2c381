"""Single values: exact fractions, or reals and complex numbers of 40 digits from this thread's own context."""

import hashlib
import math
import threading
from fractions import Fraction
from typing import Any

import mpmath

from verifier.formulas.tree import TooLargeError

DIGITS = 40
MAX_BITS = 30_000
SAME = 10.0**-25

Value = Any  # Fraction | mpmath.mpf | mpmath.mpc: mpmath is untyped
_local = threading.local()


def context() -> Any:
    """This thread's own mpmath context: the global one is shared, and its precision with it."""
    if not hasattr(_local, "context"):
        _local.context = mpmath.MPContext()
        _local.context.dps = DIGITS
    return _local.context


def real(value: Fraction) -> Any:
    ctx = context()
    return ctx.mpf(value.numerator) / ctx.mpf(value.denominator)


def inexact(value: Value) -> Any:
    return real(value) if isinstance(value, Fraction) else value


def same_value(left: Value, right: Value) -> bool:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left == right
    a, b = inexact(left), inexact(right)
    return bool(abs(a - b) <= SAME * max(abs(a), abs(b)))


def is_real(value: Value) -> bool:
    return isinstance(value, Fraction) or bool(abs(context().im(value)) <= abs(value) * context().mpf(10) ** -30)


def sized(value: Value) -> Value:
    if isinstance(value, Fraction) and value.numerator.bit_length() + value.denominator.bit_length() > 4 * MAX_BITS:
        raise TooLargeError("a number too large to compute with")
    return value


def is_natural(value: Value) -> bool:
    return isinstance(value, Fraction) and value.denominator == 1 and value >= 0


def exact_power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """`base ** exponent` where that is rational; None where it is not. Raises `TooLargeError`."""
    if base in (0, 1):
        if base == 0 and exponent <= 0:
            raise ZeroDivisionError
        return base
    if abs(exponent.numerator).bit_length() > 40:
        raise TooLargeError("an exponent too large to compute")
    size = max(base.numerator.bit_length(), base.denominator.bit_length())
    if size * abs(exponent) > MAX_BITS:
        raise TooLargeError("a power too large to compute")
    if exponent.denominator == 1:
        return Fraction(base ** int(exponent))
    if base < 0 or exponent.denominator > 64:
        return None
    top, bottom = (integer_root(part, exponent.denominator) for part in (base.numerator, base.denominator))
    return Fraction(top, bottom) ** exponent.numerator if top is not None and bottom is not None else None


def integer_root(value: int, degree: int) -> int | None:
    """The exact root of a natural number, None where it is not whole."""
    if degree == 2:
        root = math.isqrt(value)
        return root if root * root == value else None
    low, high = 0, 1 << (value.bit_length() // degree + 1)
    while low <= high:
        middle = (low + high) // 2
        power = middle**degree
        if power == value:
            return middle
        low, high = (middle + 1, high) if power < value else (low, middle - 1)
    return None


def pseudo_random(name: str) -> Any:
    """A number in (0.3, 2.3) that depends on the name alone, so that verdicts repeat."""
    digest = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest())
    ctx = context()
    return ctx.mpf(digest) / (1 << 63) + ctx.mpf(3) / 10
