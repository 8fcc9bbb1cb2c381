r"""Symbols with all that belongs to them: subscripts, primes, accents; `dy/dx` as the name of a derivative.

A mark stands before the name: `vec:F_net` is \vec{F}_{net}, `d2:y/x` the second derivative of y by x.
"""

import re

from verifier.formulas.tokens import Cursor
from verifier.formulas.tree import Node, UnparsableError, UnsupportedError, number, symbol
from verifier.latex import GREEK as GREEK_LETTERS

GREEK = frozenset(name.strip(" \\") for name in GREEK_LETTERS.values()) - {"pi"} | {
    "Omega",
    "Upsilon",
    "hbar",
    "ell",
    "epsilon",
    "nabla",
}
MARKS = {
    "vec": "vec", "mathbf": "vec", "boldsymbol": "vec", "bm": "vec", "textbf": "vec", "overrightarrow": "vec",
    "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "widetilde": "tilde",
    "mathcal": "cal", "mathscr": "cal", "mathbb": "bb", "mathfrak": "frak",
}  # fmt: skip
INVERTIBLE = frozenset("fghFGH")
DOTS = {"dot": 1, "ddot": 2, "dddot": 3}
_D = r"(?:d|\\mathrm\s*\{\s*d\s*\}|\\partial)\s*"
_NAME = r"(?:\\[a-zA-Z]+|[a-zA-Z])(?:_(?:\w|\{\w{1,12}\}))?"
_ORDER = r"(?:\^\s*\{?\s*(\d)\s*\}?)?\s*"
LEIBNIZ = re.compile(
    rf"\\frac\s*\{{\s*({_D}){_ORDER}({_NAME})?\s*\}}\s*\{{\s*{_D}({_NAME})(?:\s*{_D}({_NAME}))?\s*"
    r"(?:\^\s*\{?\s*\d\s*\}?)?\s*\}"
)
SLASHED = re.compile(
    rf"((?<![a-zA-Z\\])d|\\partial\s*){_ORDER}({_NAME})?\s*/\s*(?:d|\\partial\s*)({_NAME})(?:\^\{{?\d\}}?)?(?![a-zA-Z])"
)


def name_derivatives(text: str) -> str:
    r"""`\frac{d^2y}{dx^2}` and `dy/dx` as `\derivative{d}{2}{y}{x}`; without `y` the operator."""
    if not ("d" in text or r"\partial" in text) or not ("frac" in text or "/" in text):
        return text
    text = LEIBNIZ.sub(_derivative, text)
    return SLASHED.sub(_derivative, text)


def _derivative(match: re.Match[str]) -> str:
    kind = "p" if "partial" in match[1] else "d"
    variables = sorted(filter(None, match.groups()[3:]))
    return rf"\derivative{{{kind}}}{{{match[2] or 1}}}{{{match[3] or ''}}}{{{','.join(variables)}}}"


class Names(Cursor):
    """Reads names. `bound`: the indices of the sums around, which are neither `i` nor `e`."""

    bound: tuple[str, ...] = ()

    def symbol(self, name: str) -> Node:
        primes, subscript = "", ""
        while True:
            if self.accept("'"):
                primes += "'"
            elif self.peek().text == "_" and not subscript:
                self.index += 1
                if self.bound and (indexed := self.indexed(name)):
                    return indexed
                subscript = "_" + self.group()
            elif self.accept_run("^", "*") or self.accept_run("^", "{", "*", "}"):
                primes += "*"
            elif self.is_number_label(name, subscript):
                subscript = "_" + self.take().text
            else:
                break
        return self.named(name + subscript + primes)

    def named(self, name: str) -> Node:
        if name in ("e", "i") and name not in self.bound:
            return Node(name)
        if name in INVERTIBLE and self.accept_run("^", "{", "-", "1", "}"):
            return self.inverse(name)
        if self.peek().text == "(" and not self.peek().spaced and name not in self.bound:
            return self.applied(name)
        if name[0].isupper() and self.accept_run("^", r"\circ"):
            return symbol(name + "°")
        return symbol(name)

    def inverse(self, name: str) -> Node:
        """After `f^{-1}`: the inverse function before a parenthesis, else one over f."""
        if self.peek().text == "(":
            return self.applied(f"{name}⁻¹")
        return Node("pow", (symbol(name), Node("neg", (number(1),))))

    def is_number_label(self, name: str, subscript: str) -> bool:
        """`R1` is a plain spelling of R_1; but `i2` and `j2` are products."""
        token = self.peek()
        touching = token.kind == "number" and not token.spaced and token.text.isdigit()
        return touching and not subscript and len(name) == 1 and name not in "eij"

    def indexed(self, name: str) -> Node | None:
        """`x_i` inside of a sum over i: a symbol for every value of i."""
        start = self.index
        braced = self.peek().text == "{"
        ahead = 1 if braced else 0
        while braced and self.peek(ahead).text not in ("}", "", *self.bound):
            ahead += 1
        if self.peek(ahead).text in self.bound:
            return Node("indexed", (self.argument(),), name=name)
        self.index = start
        return None

    def applied(self, name: str) -> Node:
        """A name before a parenthesis: a function of what is in it, or a product; `calls` decides later."""
        raise NotImplementedError

    def group(self) -> str:
        """The text of a brace group or of the next token."""
        if not self.accept("{"):
            return self.take().text
        text, depth = "", 1
        while True:
            token = self.take()
            depth += (token.text == "{") - (token.text == "}")
            if depth == 0:
                return text
            text += token.text if token.text not in "{}" else ""

    def accented(self, mark: str) -> Node:
        node = self.argument()
        factors = _letters(node)
        if factors is None:
            if mark == "bar":
                return Node("function", (node,), name="conj")
            raise UnparsableError("an accent over an expression")
        return self.symbol(f"{mark}:{factors}")

    def dotted(self, order: int) -> Node:
        base = _letters(self.argument())
        if base is None:
            raise UnparsableError("a dot over an expression")
        return self.symbol(f"d{order}:{base}/t")

    def derivative(self) -> Node:
        kind, order, base, variables = (self.group() for _ in range(4))
        if base:
            return symbol(f"{kind}{order}:{base}/{variables}")
        operand = self.power()
        if operand.op == "symbol":
            return symbol(f"{kind}{order}:{operand.name}/{variables}")
        if operand.op == "apply" and kind == "d" and order.isdecimal() and operand.args == (symbol(variables),):
            return Node("apply", operand.args, name=operand.name + "'" * int(order))
        raise UnsupportedError("the derivative of an expression")


def _letters(node: Node) -> str | None:
    """The name that an accent covers: one symbol, or letters side by side."""
    if node.op in ("symbol", "e", "i"):
        return node.name.removeprefix("vec:") or node.op
    if node.op == "mul":
        left, right = (_letters(arg) for arg in node.args)
        return left + right if left and right else None
    return None
