r"""A parser for the closed algebraic part of LaTeX: numbers, symbols, powers, roots, named functions, finite sums.

It keeps what computer algebra front ends lose: the case of symbols, whole subscripts and primes. What it does not
know (integrals, limits, other environments) raises `UnsupportedError`, and the caller asks computer algebra instead.
"""

import re
from fractions import Fraction
from functools import lru_cache

from verifier.formulas.calls import resolved
from verifier.formulas.names import name_derivatives
from verifier.formulas.operands import BARS
from verifier.formulas.powers import Powers
from verifier.formulas.tokens import FUNCTIONS, tokenise
from verifier.formulas.tree import Node, TooLargeError, UnparsableError, UnsupportedError, depth, number, symbol
from verifier.latex import normalise

MAX_LENGTH = 2_000
MAX_DEPTH = 60
MAX_TREE = 200
THOUSANDS = re.compile(r"(?<![\d.,_])\d{1,3}(?:,\d{3})+(?![\d,])")
CHOOSE = re.compile(r"(?:(?<![\w)}\]'\s])|\{\})\s*[\^_]\s*\{?(\w+)\}?\s*(?:\\mathrm\{)?C\}?\s*_\s*\{?(\w+)\}?")
# Between events, in either order.
EVENTS = (r"\cap", r"\cup")
# Commands that begin no factor.
SIGNS = frozenset({*BARS, *EVENTS}) | {
    r"\cdot", r"\times", r"\div", r"\ast", r"\}", r"\$", r"\%", r"\rfloor", r"\rceil", r"\mod", r"\circ", r"\pmod",
    r"\bmod", r"\angle", r"\choose", "\\\\", r"\pm", r"\mp", r"\infty", r"\end{vmatrix}", r"\end{pmatrix}",
    r"\end{bmatrix}", r"\end{matrix}",
}  # fmt: skip


def parse(text: str) -> Node:
    """The tree of `text`, read alone. Raises `UnparsableError`, `UnsupportedError` or `TooLargeError`."""
    return resolved(read(text))[0]


@lru_cache(maxsize=4096)
def read(text: str) -> Node:
    """The tree of `text` before it is decided which names stand for functions. Raises like `parse`."""
    text = normalise(text)
    if len(text) > MAX_LENGTH:
        raise TooLargeError(f"{len(text)} characters; at most {MAX_LENGTH} are parsed")
    text = THOUSANDS.sub(lambda match: match[0].replace(",", ""), text)
    text = name_derivatives(CHOOSE.sub(r"\\binom{\1}{\2}", text))
    parser = _Parser(tokenise(text))
    try:
        node = parser.whole()
    except RecursionError:
        raise TooLargeError("nested too deeply to be parsed") from None
    if depth(node) > MAX_TREE:
        raise TooLargeError(f"a tree deeper than {MAX_TREE}")
    return node


class _Parser(Powers):
    depth = 0

    def whole(self) -> Node:
        node = self.sum()
        if self.accept(r"\pmod") or self.accept_run("(", r"\mod"):
            node = Node("mod", (node, self.argument()))
            self.accept(")")
        if self.peek().kind != "end":
            unknown = self.peek().text in (r"\pm", r"\mp", r"\infty")
            raise (UnsupportedError if unknown else UnparsableError)(f"unexpected {self.peek().text!r}")
        return node

    def sum(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooLargeError(f"nested deeper than {MAX_DEPTH}")
        node = self.product()
        while (sign := self.peek().text) in ("+", "-", r"\bmod", r"\mod", r"\choose", *EVENTS):
            self.index += 1
            term = self.product()
            if sign in ("+", "-"):
                node = Node("add", (node, term if sign == "+" else Node("neg", (term,))))
            elif sign in EVENTS:
                node = Node("call", tuple(sorted((node, term), key=repr)), name=sign)
            else:
                node = Node("binom" if sign == r"\choose" else "mod", (node, term))
        self.depth -= 1
        return node

    def product(self) -> Node:
        negative = False
        while self.peek().text in ("-", "+"):
            negative ^= self.take().text == "-"
        node = self.factors()
        return Node("neg", (node,)) if negative else node

    def factors(self) -> Node:
        node = self.power()
        while True:
            sign = self.peek().text
            if self.accept("*", r"\cdot", r"\times", r"\ast"):
                name = {r"\times": "cross", r"\cdot": "dot"}.get(sign, "")
                node = Node("mul", (node, self.signed_power()), name=name)
            elif self.accept("/", r"\div"):
                node = Node("div", (node, self.denominator()))
            elif self.accept(r"\angle"):
                node = self.polar(node)
            elif self.starts_factor():
                node = self.juxtaposed(node)
            else:
                return node

    def polar(self, modulus: Node) -> Node:
        r"""`5\angle 30^\circ`; an angle without its unit is in degrees where it is too large for radians."""
        angle = self.signed_power()
        if angle.op == "number" and angle.value is not None and abs(angle.value) > 7:
            angle = Node("mul", (angle, Node("degree")))
        return Node("mul", (modulus, Node("pow", (Node("e"), Node("mul", (Node("i"), angle))))))

    def signed_power(self) -> Node:
        negative = False
        while self.peek().text in ("-", "+"):
            negative ^= self.take().text == "-"
        node = self.power()
        return Node("neg", (node,)) if negative else node

    def denominator(self) -> Node:
        """After a slash, symbols that touch belong together: `t/RC` is t over RC, but `1/2x` is half of x."""
        node = self.signed_power()
        if node.op not in ("symbol", "pi"):
            return node
        while self.peek().kind == "letter" and not self.peek().spaced:
            node = Node("mul", (node, self.power()))
        return node

    def starts_factor(self) -> bool:
        token = self.peek()
        if token.text in BARS:
            return not self.bars
        if token.text == "(" and self.peek(1).text == r"\mod":
            return False
        if token.kind in ("number", "letter") or token.text in ("(", "{", "["):
            return True
        return token.kind == "command" and token.text not in SIGNS

    def juxtaposed(self, left: Node) -> Node:
        token = self.peek()
        right = self.power()
        if token.kind == "number":
            return self.mixed(left, right)
        if left.op == "number" and left.digits is None and right.op == "div" and right.name == "frac":
            return _mixed_number(left, right.args[0], right.args[1]) or Node("mul", (left, right))
        return Node("mul", (left, right))

    def mixed(self, left: Node, right: Node) -> Node:
        r"""`6 1/2` and `j4`; any other number beside a number is no product."""
        if left.op == "number" and left.digits is None and self.accept("/"):
            node = _mixed_number(left, right, self.power())
            if node is not None:
                return node
        if left.op in ("i", "pi", "sqrt") or left == symbol("j") or (left.op == "mul" and left.args[1].op == "i"):
            return Node("mul", (left, right))
        raise UnparsableError("two numbers side by side")

    def bare_argument(self) -> Node:
        r"""`\sin 2x \cos x`: the factors up to an operator or the next function."""
        node = self.signed_power()
        while self.starts_factor() and self.peek().text[1:] not in FUNCTIONS - {"sqrt"} and self.peek().text != "(":
            node = self.juxtaposed(node)
        if self.peek().text == "/" and node.op in ("pi", "number", "symbol", "mul"):
            self.index += 1
            node = Node("div", (node, self.denominator()))
        return node


def _mixed_number(whole: Node, top: Node, bottom: Node) -> Node | None:
    if any(node.op != "number" or node.digits is not None for node in (whole, top, bottom)):
        return None
    a, b, c = (node.value or Fraction(0) for node in (whole, top, bottom))
    return number(a + b / c) if 0 < b < c else None
