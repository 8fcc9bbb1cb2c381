r"""Exact values $(a + b\sqrt{c})\,\pi^k$ with rational $a$ and $b$, read from the verifier's tree of an expression."""

import math
from dataclasses import dataclass, replace
from fractions import Fraction

from verifier.formulas.tree import Node

# The square is taken out of a radicand by trial: up to here that takes a thousandth of a second.
MAX_RADICAND = 10**8
MAX_DIGITS = 12


class NoSurdError(ValueError):
    """The expression has another form, or holds a decimal, which is no exact value."""


@dataclass(frozen=True, slots=True)
class Surd:
    r"""$(a + b\sqrt{c})\,\pi^k$; `c` is square-free and above 1 where `b` is not 0, and 1 where it is."""

    a: Fraction
    b: Fraction = Fraction(0)
    c: int = 1
    k: int = 0

    def __neg__(self) -> "Surd":
        return replace(self, a=-self.a, b=-self.b)

    def __add__(self, other: "Surd") -> "Surd":
        if self.k != other.k:
            raise NoSurdError("a sum of different powers of pi")
        return _surd(self.a + other.a, self.b + other.b, _common(self, other), self.k)

    def __mul__(self, other: "Surd") -> "Surd":
        root = _common(self, other)
        a = self.a * other.a + self.b * other.b * root
        return _surd(a, self.a * other.b + self.b * other.a, root, self.k + other.k)

    def inverse(self) -> "Surd":
        norm = self.a * self.a - self.b * self.b * self.c
        if norm == 0:
            raise NoSurdError("division by zero")
        return _surd(self.a / norm, -self.b / norm, self.c, -self.k)

    def root(self) -> "Surd":
        if self.b or self.k or self.a < 0:
            raise NoSurdError("a root of no rational number")
        top, bottom = self.a.numerator * self.a.denominator, self.a.denominator
        if top > MAX_RADICAND:
            raise NoSurdError("a large radicand")
        outside, inside = _square_out(top)
        return _surd(Fraction(0), Fraction(outside, bottom), inside, 0)


def _surd(a: Fraction, b: Fraction, c: int, k: int) -> Surd:
    if c == 1:
        return Surd(a + b, k=k)
    return Surd(a, b, c, k) if b else Surd(a, k=k)


def _common(left: Surd, right: Surd) -> int:
    if left.b and right.b and left.c != right.c:
        raise NoSurdError("two different roots")
    return max(left.c, right.c)


def _square_out(number: int) -> tuple[int, int]:
    """`outside` squared times `inside`, which is square-free, is the number."""
    outside, inside, factor = 1, number, 2
    while factor * factor <= inside:
        while inside % (factor * factor) == 0:
            outside, inside = outside * factor, inside // (factor * factor)
        factor += 1
    return outside, inside if number else 1


def surd(node: Node) -> Surd:
    """Raises `NoSurdError`."""
    match node.op:
        case "number":
            return _number(node)
        case "pi":
            return Surd(Fraction(1), k=1)
        case "neg":
            return -surd(node.args[0])
        case "sqrt":
            return surd(node.args[0]).root()
        case "add":
            return _folded(node, "add")
        case "mul":
            return _folded(node, "mul")
        case "div":
            return surd(node.args[0]) * surd(node.args[1]).inverse()
    raise NoSurdError(f"holds {node.op}")


def _folded(node: Node, op: str) -> Surd:
    first, *others = (surd(arg) for arg in node.args)
    for other in others:
        first = first + other if op == "add" else first * other
    return first


def _number(node: Node) -> Surd:
    if node.value is None or node.digits is not None:
        raise NoSurdError("a decimal")
    if math.log10(max(1, abs(node.value.numerator), node.value.denominator)) > MAX_DIGITS:
        raise NoSurdError("a large number")
    return Surd(node.value)
