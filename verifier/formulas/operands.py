r"""Operands that begin with a bracket or a command: fractions, roots, named functions."""

from verifier.formulas.big_operators import BigOperators
from verifier.formulas.names import DOTS, GREEK, MARKS
from verifier.formulas.tokens import FUNCTIONS, Token
from verifier.formulas.tree import Node, UnparsableError, UnsupportedError, number, symbol

ALIASES = {
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "lg": "log", "sign": "sgn",
    "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
    "arsinh": "arcsinh", "arcosh": "arccosh", "artanh": "arctanh",
}  # fmt: skip
OF_SEVERAL = frozenset({"max", "min", "gcd", "lcm"})
CLOSING = {"(": ")", "[": "]", "{": "}", r"\{": r"\}", r"\lfloor": r"\rfloor", r"\lceil": r"\rceil"}
BARS = ("|", r"\|", r"\lVert", r"\rVert", r"\Vert")
WORKER_ONLY = frozenset({
    "int", "iint", "iiint", "oint", "lim", "limsup", "liminf", "partial", "dots", "pm", "mp", "infty", "begin", "land",
    "lor", "sup", "inf",
})  # fmt: skip


class Operands(BigOperators):
    """`bars`: whether a bar closes an absolute value here instead of opening one."""

    bars = False

    def enclosed(self, opening: str) -> Node:
        outer, self.bars = self.bars, False
        node = self.sum()
        self.expect(CLOSING[opening])
        self.bars = outer
        return {r"\lfloor": _function("floor", node), r"\lceil": _function("ceil", node)}.get(opening, node)

    def absolute(self) -> Node:
        outer, self.bars = self.bars, True
        node = self.sum()
        self.bars = outer
        if not self.accept(*BARS):
            raise UnparsableError("an unclosed bar")
        return Node("abs", (node,))

    def arguments(self, closing: str) -> tuple[Node, ...]:
        outer, self.bars = self.bars, True
        args = [self.sum()]
        while self.accept(",", "|", ";"):
            args.append(self.sum())
        self.expect(closing)
        self.bars = outer
        return tuple(args)

    def applied(self, name: str) -> Node:
        self.expect("(")
        return Node("apply", self.arguments(")"), name=name)

    def command(self, name: str) -> Node:  # noqa: C901 -- one line per kind of command
        if name == "frac":
            return Node("div", (self.argument(), self.argument()), name="frac")
        if name == "sqrt":
            return self.root()
        if name in ("binom", "dbinom", "tbinom"):
            return Node("binom", (self.argument(), self.argument()))
        if name == "pi":
            return Node("pi")
        if name in ("sum", "prod"):
            return self.series(name)
        if name == "det":
            return self.determinant()
        if name in FUNCTIONS - {"mod"}:
            return self.function(ALIASES.get(name, name))
        if name in MARKS:
            return self.accented(MARKS[name])
        if name in DOTS:
            return self.dotted(DOTS[name])
        if name == "derivative":
            return self.derivative()
        if name == "Delta" and (self.peek().kind == "letter" or self.peek().text[1:] in GREEK):
            return self.difference()
        if name == "angle":
            return self.angle()
        if name in GREEK:
            return self.symbol("\\" + name)
        if name.startswith("begin"):
            return self.determinant_in_bars(name)
        raise (UnsupportedError if name in WORKER_ONLY else UnparsableError)(f"\\{name} is not understood")

    def angle(self) -> Node:
        r"""`\angle ABC` is one name."""
        name = self.group()
        while self.peek().kind == "letter" and self.peek().text.isupper():
            name += self.take().text
        return symbol(r"\angle " + name)

    def difference(self) -> Node:
        r"""`\Delta x` is one name, so that its square is that of the difference."""
        token = self.take()
        node = self.symbol(token.text) if token.kind == "letter" else self.command(token.text[1:])
        if node.op == "symbol":
            return symbol(r"\Delta " + node.name)
        return Node("mul", (symbol(r"\Delta"), node))

    def root(self) -> Node:
        if self.accept("["):
            index = self.sum()
            self.expect("]")
            return Node("root", (self.argument(), index))
        return Node("sqrt", (self.power() if self.peek().text == "(" else self.radicand(),))

    def radicand(self) -> Node:
        """In plain text a root reaches over the whole number: `sqrt 12`."""
        token = self.peek()
        return self.literal(self.take()) if token.kind == "number" and len(token.text) > 1 else self.argument()

    def literal(self, token: Token) -> Node:
        raise NotImplementedError

    def function(self, name: str) -> Node:
        base = self.log_base() if name == "log" else None
        exponent = self.exponent() if self.accept("^") else None
        if name in OF_SEVERAL:
            return Node("function", self.several(), name=name)
        opening = self.peek().text
        inner = self.atom() if opening in CLOSING or opening in BARS else self.bare_argument()
        if exponent == Node("neg", (number(1),)):
            return _function(f"arc{name}", inner) if f"arc{name}" in FUNCTIONS else Node("div", (number(1), inner))
        node = _function(name, inner) if base is None else Node("function", (inner, base), name="log")
        return Node("pow", (node, exponent)) if exponent is not None else node

    def log_base(self) -> Node | None:
        token = self.peek()
        if token.kind == "number" and not token.spaced and token.text in ("2", "10") and self.peek(1).text in "( {":
            return self.literal(self.take())
        return self.argument() if self.accept("_") else None

    def several(self) -> tuple[Node, ...]:
        opening = self.take().text
        if opening not in ("(", "{", r"\{", "["):
            raise UnparsableError("a function of several numbers without its parenthesis")
        return self.arguments(CLOSING[opening])

    def exponent(self) -> Node:
        raise NotImplementedError

    def atom(self) -> Node:
        raise NotImplementedError

    def bare_argument(self) -> Node:
        raise NotImplementedError


def _function(name: str, inner: Node) -> Node:
    return Node("function", (inner,), name=name)
