"""Values of parsed expressions: exact while they are rational, else complex with 40 digits.

Nothing here can run away: powers, factorials and sums are sized before they are computed, and steps are counted.
"""

import math
from collections.abc import Mapping
from fractions import Fraction

from verifier.formulas.functions import MAX_LOG, applied, binomial, determinant, double_factorial, factorial
from verifier.formulas.tree import INDEXED, INFINITY, Node, TooLargeError, UnparsableError, UnsupportedError
from verifier.formulas.values import DIGITS, SAME, Value, context, exact_power, inexact, pseudo_random, sized

MAX_STEPS = 20_000
MAX_TERMS = 400
PLACE = "@"


def evaluate(
    node: Node,
    symbols: Mapping[str, Value] | None = None,
    *,
    natural_log: bool = False,
    terms: int | None = None,
    steps: int = MAX_STEPS,
) -> Value:
    """The value of `node`. Raises `TooLargeError`, and `UnparsableError` where a symbol or operation has none.

    terms -- how many terms of an infinite sum count; None: as many as it takes to converge
    steps -- how many operations may be computed
    """
    return _Evaluator(symbols or {}, natural_log, terms, steps).value(node)


class _Evaluator:
    def __init__(self, symbols: Mapping[str, Value], natural_log: bool, terms: int | None, steps: int) -> None:
        self.symbols = dict(symbols)
        self.natural_log = natural_log
        self.terms = terms
        self.ctx = context()
        self.steps = steps

    def value(self, node: Node) -> Value:
        if node.op == "number":
            return node.value
        self.steps -= 1
        if self.steps < 0:
            raise TooLargeError("too many steps to compute")
        try:
            if node.op in INDEXED:
                return self.series(node)
            handler = getattr(self, "_" + node.op)
            return sized(handler(node, *(self.value(arg) for arg in node.args)))
        except ZeroDivisionError as error:
            raise UnparsableError("division by zero") from error
        except (OverflowError, ValueError) as error:
            if isinstance(error, UnparsableError | TooLargeError):
                raise
            raise UnparsableError(str(error)) from error

    def series(self, node: Node) -> Value:
        low, high, term = node.args
        first = self.value(low)
        last = first + (self.terms or MAX_TERMS) - 1 if high == INFINITY else self.value(high)
        if not all(isinstance(v, Fraction) and v.denominator == 1 for v in (first, last)):
            raise UnparsableError("a sum between bounds that are no integers")
        if last - first > MAX_STEPS:
            raise TooLargeError("a sum of too many terms")
        outer = dict(self.symbols)
        total: Value = Fraction(node.op == "prod")
        for index in range(int(first), int(last) + 1):
            self.symbols[node.name] = Fraction(index)
            value = self.value(term)
            before, total = total, sized(self.joined(node.op, total, value))
            if high == INFINITY and self.terms is None and self.converged(before, total, index - int(first)):
                break
        else:
            if high == INFINITY and self.terms is None:
                raise UnsupportedError("a sum that converges too slowly")
        self.symbols = outer
        return total

    def joined(self, op: str, total: Value, term: Value) -> Value:
        a, b = self.both(total, term)
        return a + b if op == "sum" else a * b

    def converged(self, before: Value, after: Value, count: int) -> bool:
        a, b = inexact(before), inexact(after)
        return count > 8 and bool(abs(a - b) <= abs(b) * self.ctx.mpf(10) ** -DIGITS)

    def both(self, a: Value, b: Value) -> tuple[Value, Value]:
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return a, b
        return inexact(a), inexact(b)

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

    def _dot(self, node: Node, a: Value, b: Value) -> Value:
        """Vectors stand for points of the plane: their products are the parts of a times conjugate b."""
        return self.ctx.re(inexact(a) * self.ctx.conj(inexact(b)))

    def _cross(self, node: Node, a: Value, b: Value) -> Value:
        return self.ctx.im(inexact(a) * self.ctx.conj(inexact(b)))

    def _div(self, node: Node, a: Value, b: Value) -> Value:
        a, b = self.both(a, b)
        return a / b

    def _mod(self, node: Node, a: Value, b: Value) -> Value:
        if not (isinstance(a, Fraction) and isinstance(b, Fraction)):
            raise UnparsableError("the remainder of what is not rational")
        return a % b

    def _pow(self, node: Node, a: Value, b: Value) -> Value:
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            exact = exact_power(a, b)
            if exact is not None:
                return exact
            if a < 0 and b.denominator % 2:
                return self.odd_power(a, b)
        a, b = inexact(a), inexact(b)
        if a == 0:
            if self.ctx.re(b) > 0:
                return Fraction(0)
            raise ZeroDivisionError
        if abs(b) > 1e9 or abs(b * self.ctx.ln(a)) > MAX_LOG:
            raise TooLargeError("a power too large to compute")
        return self.ctx.power(a, b)

    def odd_power(self, base: Fraction, exponent: Fraction) -> Value:
        """The real power of a negative number: its cube root is negative."""
        size = self._pow(Node("pow"), -base, exponent)
        return -size if exponent.numerator % 2 else size

    def _sqrt(self, node: Node, a: Value) -> Value:
        return self._pow(node, a, Fraction(1, 2))

    def _root(self, node: Node, a: Value, index: Value) -> Value:
        odd = isinstance(index, Fraction) and index.denominator == 1 and index.numerator % 2 == 1
        if odd and not isinstance(a, Fraction) and self.ctx.im(a) == 0 and self.ctx.re(a) < 0:
            return -self._pow(node, -a, 1 / index)
        return self._pow(node, a, self._div(node, Fraction(1), index))

    def _factorial(self, node: Node, a: Value) -> Value:
        return double_factorial(a) if node.name == "double" else factorial(a)

    def _binom(self, node: Node, n: Value, k: Value) -> Value:
        return binomial(n, k)

    def _det(self, node: Node, *cells: Value) -> Value:
        size = math.isqrt(len(cells))
        return determinant([list(cells[row * size : (row + 1) * size]) for row in range(size)])

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

    def _indexed(self, node: Node, index: Value) -> Value:
        """`x_i` for one value of i: the symbol x_3, if that has a value, else a value of its own."""
        if PLACE not in self.symbols:
            raise UnparsableError(f"{node.name} has no value")
        name = f"{node.name}_{index}"
        return self.symbols[name] if name in self.symbols else pseudo_random(f"{name}@{self.symbols[PLACE]}")

    def _call(self, node: Node, *args: Value) -> Value:
        """An unknown function: a smooth one that depends on its name and arguments alone."""
        if PLACE not in self.symbols:
            raise UnparsableError(f"{node.name} has no value")
        total = self.ctx.mpf(0)
        for place, arg in enumerate(map(inexact, args), start=1):
            if abs(arg) > MAX_LOG:
                raise TooLargeError("an argument too large for a function")
            a, b = pseudo_random(f"{node.name}/{place}/a"), pseudo_random(f"{node.name}/{place}/b")
            total += a * self.ctx.sin(arg * b + a) + b * arg**2 / 7
        return total

    def _infinity(self, node: Node) -> Value:
        raise UnparsableError("infinity is no number")

    def _function(self, node: Node, *args: Value) -> Value:
        return applied(node.name, args, natural_log=self.natural_log)
