"""Named functions of numbers. Each argument is sized before anything is computed."""

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from verifier.formulas.tree import TooLargeError, UnparsableError
from verifier.formulas.values import Value, context, inexact, is_natural, is_real

MAX_FACTORIAL = 3_000
MAX_BINOMIAL = 10_000
MAX_LOG = 50_000.0
MAX_ANGLE = 1e15
POLE = 1e35
PERIODIC = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})
GROWING = frozenset({"sinh", "cosh", "tanh", "coth", "sech", "csch", "exp", "erf", "erfc"})
METHODS = {
    **{name: name for name in PERIODIC | GROWING},
    **{f"arc{name}": f"a{name}" for name in (*PERIODIC, "sinh", "cosh", "tanh")},
    "Re": "re", "Im": "im", "gamma": "gamma", "conj": "conj", "arg": "arg", "sgn": "sign",
    "floor": "floor", "ceil": "ceil", "ln": "ln",
}  # fmt: skip
OF_INTEGERS: Mapping[str, Callable[..., int]] = {"gcd": math.gcd, "lcm": math.lcm}
OF_REALS: Mapping[str, Callable[..., Any]] = {"max": max, "min": min}


def applied(name: str, args: Sequence[Value], *, natural_log: bool) -> Value:
    """The value of a named function. Raises `TooLargeError`, and `UnparsableError` where it has none."""
    if name in OF_INTEGERS:
        return _of_integers(name, args)
    if name in OF_REALS:
        if not all(is_real(arg) for arg in args):
            raise UnparsableError(f"the {name} of what is not real")
        return OF_REALS[name](args, key=lambda arg: context().re(inexact(arg)))
    x = inexact(args[0])
    _check_size(name, args[0], x)
    if name == "log":
        base = args[1] if len(args) > 1 else context().e if natural_log else Fraction(10)
        return _logarithm(args[0], base)
    value = getattr(context(), METHODS[name])(x)
    if name in PERIODIC and abs(value) > POLE:
        raise UnparsableError(f"a pole of {name}")
    return _exactly(value)


def _logarithm(value: Value, base: Value) -> Value:
    if base in (0, 1):
        raise UnparsableError("a logarithm to the base of zero or one")
    if value == base:
        return Fraction(1)
    return _exactly(context().ln(inexact(value)) / context().ln(inexact(base)))


def _check_size(name: str, given: Value, x: Any) -> None:
    if name in GROWING and abs(x) > MAX_LOG:
        raise TooLargeError("an exponential too large to compute")
    if name in PERIODIC and abs(x) > MAX_ANGLE:
        raise TooLargeError("an angle too large to reduce")
    if name == "gamma" and abs(x) > MAX_FACTORIAL:
        raise TooLargeError("a factorial too large to compute")
    if name in ("ln", "log") and given == 0:
        raise UnparsableError("logarithm of zero")


def _of_integers(name: str, args: Sequence[Value]) -> Fraction:
    if not all(is_natural(abs(arg)) for arg in args):
        raise UnparsableError(f"the {name} of what is no integer")
    return Fraction(OF_INTEGERS[name](*(int(arg) for arg in args)))


def factorial(a: Value) -> Value:
    """Between integers its usual continuation."""
    if abs(a) > MAX_FACTORIAL:
        raise TooLargeError("a factorial too large to compute")
    return Fraction(math.factorial(int(a))) if is_natural(a) else context().gamma(inexact(a) + 1)


def double_factorial(a: Value) -> Value:
    if not is_natural(a + 1):
        raise UnparsableError("the double factorial of what is no natural number")
    if a > MAX_FACTORIAL:
        raise TooLargeError("a factorial too large to compute")
    return Fraction(math.prod(range(int(a), 0, -2)))


def binomial(n: Value, k: Value) -> Value:
    if abs(n) > MAX_BINOMIAL or abs(k) > MAX_BINOMIAL:
        raise TooLargeError("a binomial too large to compute")
    if is_natural(n) and is_natural(k):
        return Fraction(math.comb(int(n), int(k)))
    return context().binomial(inexact(n), inexact(k))


def determinant(rows: Sequence[Sequence[Value]]) -> Value:
    """By the first row; six rows at most are parsed."""
    if len(rows) == 1:
        return rows[0][0]
    total: Value = Fraction(0)
    for column, cell in enumerate(rows[0]):
        if cell != 0:
            minor = determinant([[*row[:column], *row[column + 1 :]] for row in rows[1:]])
            total = _sum(total, _product(cell, minor) * (-1) ** column)
    return total


def _sum(a: Value, b: Value) -> Value:
    return a + b if isinstance(a, Fraction) and isinstance(b, Fraction) else inexact(a) + inexact(b)


def _product(a: Value, b: Value) -> Value:
    return a * b if isinstance(a, Fraction) and isinstance(b, Fraction) else inexact(a) * inexact(b)


def _exactly(value: Any) -> Value:
    r"""A whole or half number that a function gave (`\cos\pi`, `\log 100`), exactly."""
    if getattr(value, "imag", 0) == 0:
        doubled = value.real * 2
        if abs(doubled) < 10**6 and abs(doubled - int(context().nint(doubled))) < 1e-36:
            return Fraction(int(context().nint(doubled)), 2)
    return value
