"""Values of parsed expressions: exact while they are rational, else complex with 40 digits.

Nothing here can run away: powers, factorials and binomials are sized before they are computed.
"""

import hashlib
import math
import threading
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import mpmath

from verifier.tree import Node, TooLargeError, UnparsableError, UnsupportedError

DIGITS = 40
MAX_BITS = 30_000
MAX_FACTORIAL = 3_000
MAX_LOG = 50_000.0
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


def evaluate(node: Node, symbols: Mapping[str, Value] | None = None, *, natural_log: bool = False) -> Value:
    """The value of `node`. Raises `TooLargeError`, and `UnparsableError` where a symbol or operation has none."""
    return _Evaluator(symbols or {}, natural_log).value(node)


def same_value(left: Value, right: Value) -> bool:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left == right
    a, b = (real(v) if isinstance(v, Fraction) else v for v in (left, right))
    scale = max(abs(a), abs(b))
    return bool(abs(a - b) <= SAME * scale)


class _Evaluator:
    def __init__(self, symbols: Mapping[str, Value], natural_log: bool) -> None:
        self.symbols = symbols
        self.natural_log = natural_log
        self.ctx = context()

    def value(self, node: Node) -> Value:
        if node.op == "number":
            return node.value
        handler = getattr(self, "_" + node.op)
        try:
            return _sized(handler(node, *(self.value(arg) for arg in node.args)))
        except ZeroDivisionError as error:
            raise UnparsableError("division by zero") from error
        except (OverflowError, ValueError) as error:
            if isinstance(error, UnparsableError | TooLargeError):
                raise
            raise UnparsableError(str(error)) from error

    def number(self, value: Value) -> Any:
        return real(value) if isinstance(value, Fraction) else value

    def both(self, a: Value, b: Value) -> tuple[Value, Value]:
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return a, b
        return self.number(a), self.number(b)

    def _add(self, node: Node, a: Value, b: Value) -> Value:
        a, b = self.both(a, b)
        total = a + b
        if isinstance(total, Fraction):
            return total
        smaller, larger = sorted((abs(a), abs(b)))
        if abs(total) < larger * self.ctx.mpf(10) ** (3 - DIGITS):
            return Fraction(0)
        if 0 < smaller < larger * SAME * 100:
            raise UnsupportedError("a sum of terms too far apart for the digits computed here")
        return total

    def _neg(self, node: Node, a: Value) -> Value:
        return -a

    def _mul(self, node: Node, a: Value, b: Value) -> Value:
        a, b = self.both(a, b)
        return a * b

    def _div(self, node: Node, a: Value, b: Value) -> Value:
        a, b = self.both(a, b)
        return a / b

    def _pow(self, node: Node, a: Value, b: Value) -> Value:
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            exact = _exact_power(a, b)
            if exact is not None:
                return exact
        a, b = self.number(a), self.number(b)
        if a == 0:
            if self.ctx.re(b) > 0:
                return Fraction(0)
            raise ZeroDivisionError
        if abs(b) > 1e9 or abs(b * self.ctx.ln(a)) > MAX_LOG:
            raise TooLargeError("a power too large to compute")
        return self.ctx.power(a, b)

    def _sqrt(self, node: Node, a: Value) -> Value:
        return self._pow(node, a, Fraction(1, 2))

    def _factorial(self, node: Node, a: Value) -> Value:
        if not isinstance(a, Fraction) or a.denominator != 1 or a < 0:
            raise UnparsableError("factorial of what is no natural number")
        if a > MAX_FACTORIAL:
            raise TooLargeError("a factorial too large to compute")
        return Fraction(math.factorial(a.numerator))

    def _binom(self, node: Node, n: Value, k: Value) -> Value:
        if not all(isinstance(v, Fraction) and v.denominator == 1 and v >= 0 for v in (n, k)):
            raise UnparsableError("binomial of what is no natural number")
        if n > 10_000:
            raise TooLargeError("a binomial too large to compute")
        return Fraction(math.comb(n.numerator, k.numerator))

    def _abs(self, node: Node, a: Value) -> Value:
        return abs(a)

    def _pi(self, node: Node) -> Value:
        return +self.ctx.pi

    def _e(self, node: Node) -> Value:
        return +self.ctx.e

    def _i(self, node: Node) -> Value:
        return self.ctx.mpc(0, 1)

    def _degree(self, node: Node) -> Value:
        return self.ctx.pi / 180

    def _symbol(self, node: Node) -> Value:
        if node.name not in self.symbols:
            raise UnparsableError(f"{node.name} has no value")
        return self.symbols[node.name]

    def _call(self, node: Node, *args: Value) -> Value:
        """An unknown function: a smooth one that depends on its name and arguments alone."""
        if not self.symbols:
            raise UnparsableError(f"{node.name} has no value")
        total = self.ctx.mpf(0)
        for place, arg in enumerate(args, start=1):
            a, b = pseudo_random(f"{node.name}/{place}/a"), pseudo_random(f"{node.name}/{place}/b")
            total += a * self.ctx.sin(self.number(arg) * b + a) + b * self.number(arg) ** 2 / 7
        return total

    def _function(self, node: Node, a: Value) -> Value:
        x = self.number(a)
        if node.name in ("sinh", "cosh", "tanh", "coth", "exp") and abs(x) > MAX_LOG:
            raise TooLargeError("an exponential too large to compute")
        if node.name in ("sin", "cos", "tan", "cot", "sec", "csc") and abs(x) > 1e15:
            raise TooLargeError("an angle too large to reduce")
        if node.name in ("ln", "log"):
            if x == 0:
                raise UnparsableError("logarithm of zero")
            return _rational(self.ctx.ln(x) if node.name == "ln" or self.natural_log else self.ctx.log10(x))
        name = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "Re": "re", "Im": "im"}.get(node.name, node.name)
        return _rational(getattr(self.ctx, name)(x))


def _sized(value: Value) -> Value:
    if isinstance(value, Fraction) and value.numerator.bit_length() + value.denominator.bit_length() > 4 * MAX_BITS:
        raise TooLargeError("a number too large to compute with")
    return value


def _rational(value: Any) -> Value:
    r"""A whole or half number that a function gave (`\cos\pi`, `\log 100`), exactly."""
    if getattr(value, "imag", 0) == 0:
        doubled = value.real * 2
        if abs(doubled) < 10**6 and abs(doubled - int(context().nint(doubled))) < 1e-36:
            return Fraction(int(context().nint(doubled)), 2)
    return value


def _exact_power(base: Fraction, exponent: Fraction) -> Fraction | None:
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
