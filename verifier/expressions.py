r"""A parser for the closed algebraic part of LaTeX: numbers, symbols, powers, roots, named functions.

It keeps what computer algebra front ends lose: the case of symbols, whole subscripts and primes. What it does not
know (integrals, sums, limits, environments) raises `UnsupportedError`, and the caller asks computer algebra instead.
"""

import re
from fractions import Fraction

from verifier.latex import normalise
from verifier.tokens import FUNCTIONS, Token, tokenise
from verifier.tree import Node, TooLargeError, UnparsableError, UnsupportedError, depth, number

MAX_LENGTH = 2_000
MAX_DEPTH = 60
MAX_TREE = 200
MAX_DIGITS = 400
ALIASES = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "lg": "log"}
UNKNOWN_FUNCTIONS = frozenset("fgFGPuyhvsr")
ALGEBRA = re.compile(
    r"\\(?:int|iint|oint|sum|prod|lim|begin|partial|nabla|lfloor|lceil|lor|land|pmod|bmod|det|max|min|gcd|lcm"
    r"|overline|vec|hat|widehat|frac\s*\{\s*d\b|dots|ldots|cdots)|\bd/d[a-z]"
)
_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau upsilon phi chi psi omega "
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega hbar ell"
)
GREEK = frozenset(_GREEK.split())


def parse(text: str) -> Node:
    """The tree of `text`. Raises `UnparsableError`, `UnsupportedError` or `TooLargeError`."""
    text = normalise(text)
    if len(text) > MAX_LENGTH:
        raise TooLargeError(f"{len(text)} characters; at most {MAX_LENGTH} are parsed")
    if ALGEBRA.search(text):
        raise UnsupportedError("needs computer algebra")
    parser = _Parser(tokenise(text))
    try:
        node = parser.sum()
    except RecursionError:
        raise TooLargeError("nested too deeply to be parsed") from None
    if depth(node) > MAX_TREE:
        raise TooLargeError(f"a tree deeper than {MAX_TREE}")
    if parser.peek().kind != "end":
        raise UnparsableError(f"unexpected {parser.peek().text!r}")
    return node


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.index = 0
        self.depth = 0

    def peek(self) -> Token:
        return self.tokens[self.index]

    def take(self) -> Token:
        token = self.tokens[self.index]
        if token.kind == "end":
            raise UnparsableError("something is missing at the end")
        self.index += 1
        return token

    def accept(self, *texts: str) -> bool:
        if self.peek().text in texts:
            self.index += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise UnparsableError(f"expected {text!r}, found {self.peek().text!r}")

    def sum(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooLargeError(f"nested deeper than {MAX_DEPTH}")
        node = self.product()
        while (sign := self.peek().text) in ("+", "-"):
            self.index += 1
            term = self.product()
            node = Node("add", (node, term if sign == "+" else Node("neg", (term,))))
        self.depth -= 1
        return node

    def product(self) -> Node:
        if self.accept("-"):
            return Node("neg", (self.product(),))
        if self.accept("+"):
            return self.product()
        node = self.power()
        while True:
            if self.accept("*", r"\cdot", r"\times"):
                node = Node("mul", (node, self.signed_power()))
            elif self.accept("/", r"\div"):
                node = Node("div", (node, self.denominator()))
            elif self.starts_factor():
                node = self.juxtaposed(node)
            else:
                return node

    def signed_power(self) -> Node:
        if self.accept("-"):
            return Node("neg", (self.signed_power(),))
        self.accept("+")
        return self.power()

    def denominator(self) -> Node:
        """After a slash, symbols that touch belong together: `t/RC` is t over RC, but `1/2x` is half of x."""
        node = self.signed_power()
        if node.op != "symbol":
            return node
        while self.peek().kind == "letter" and not self.peek().spaced:
            node = Node("mul", (node, self.power()))
        return node

    def starts_factor(self) -> bool:
        token = self.peek()
        if token.kind in ("number", "letter") or token.text in ("(", "{", "["):
            return True
        return token.kind == "command" and token.text not in (r"\cdot", r"\times", r"\div", r"\}", r"\|", r"\$")

    def juxtaposed(self, left: Node) -> Node:
        token = self.peek()
        right = self.power()
        if token.kind == "number":
            return self.mixed(left, right)
        if left.op == "number" and left.digits is None and right.op == "div" and right.name == "frac":
            return _mixed_number(left, right.args[0], right.args[1]) or Node("mul", (left, right))
        return Node("mul", (left, right))

    def mixed(self, left: Node, top: Node) -> Node:
        r"""`6 1/2`; any other number beside a number is no product."""
        if left.op == "number" and left.digits is None and self.accept("/"):
            node = _mixed_number(left, top, self.power())
            if node is not None:
                return node
        raise UnparsableError("two numbers side by side")

    def power(self) -> Node:
        node = self.postfix(self.atom())
        if self.peek().text == "^":
            self.index += 1
            if self.accept(r"\circ"):
                return self.postfix(Node("mul", (node, Node("degree"))))
            node = self.postfix(Node("pow", (node, self.argument(exponent=True))))
        return node

    def postfix(self, node: Node) -> Node:
        while True:
            if self.accept("!"):
                node = Node("factorial", (node,))
            elif self.accept("%", r"\%"):
                node = Node("div", (node, number(100)))
            else:
                return node

    def argument(self, *, exponent: bool = False) -> Node:
        """What a command or `^` takes: a brace group, or a single token (one digit, as TeX reads it)."""
        if self.accept("{"):
            node = self.sum()
            self.expect("}")
            return node
        token = self.peek()
        if exponent and self.accept("-"):
            return Node("neg", (self.argument(exponent=True),))
        if exponent and token.text == "(":
            return self.power()
        if token.kind == "number" and not exponent and len(token.text) > 1 and "." not in token.text:
            rest = Token("number", token.text[1:], False)
            self.tokens[self.index : self.index + 1] = [Token("number", token.text[0], False), rest]
        node = self.atom()
        return Node("pow", (node, self.argument(exponent=True))) if exponent and self.accept("^") else node

    def atom(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return _number(token.text)
        if token.text in ("(", "[", "{", "|"):
            node = self.sum()
            self.expect({"(": ")", "[": "]", "{": "}", "|": "|"}[token.text])
            return Node("abs", (node,)) if token.text == "|" else node
        if token.kind == "letter":
            return self.symbol(token.text)
        if token.kind == "command":
            return self.command(token.text[1:])
        raise UnparsableError(f"unexpected {token.text!r}")

    def command(self, name: str) -> Node:
        if name == "frac":
            return Node("div", (self.argument(), self.argument()), name="frac")
        if name == "sqrt":
            return self.root()
        if name in ("binom", "dbinom", "tbinom"):
            return Node("binom", (self.argument(), self.argument()))
        if name == "pi":
            return Node("pi")
        if name in FUNCTIONS:
            return self.function(ALIASES.get(name, name))
        if name in GREEK:
            return self.symbol("\\" + name)
        raise (UnsupportedError if name in ("infty", "pm", "mp") else UnparsableError)(f"\\{name} is not understood")

    def root(self) -> Node:
        if self.accept("["):
            index = self.sum()
            self.expect("]")
            return Node("pow", (self.argument(), Node("div", (number(1), index))))
        return Node("sqrt", (self.power() if self.peek().text == "(" else self.radicand(),))

    def radicand(self) -> Node:
        token = self.peek()
        return _number(self.take().text) if token.kind == "number" and len(token.text) > 1 else self.argument()

    def function(self, name: str) -> Node:
        base = self.argument() if name == "log" and self.accept("_") else None
        exponent = self.argument(exponent=True) if self.accept("^") else None
        inner = self.atom() if self.peek().text in ("(", "[", "{", "|") else self.bare_argument()
        if base is not None:
            node = Node("div", (Node("function", (inner,), name="ln"), Node("function", (base,), name="ln")))
        elif exponent is not None and exponent == Node("neg", (number(1),)) and f"arc{name}" in FUNCTIONS:
            return Node("function", (inner,), name=f"arc{name}")
        else:
            node = Node("function", (inner,), name=name)
        return Node("pow", (node, exponent)) if exponent is not None else node

    def bare_argument(self) -> Node:
        r"""`\sin 2x \cos x`: the factors up to an operator or the next function."""
        node = self.power()
        while self.starts_factor() and self.peek().text[1:] not in FUNCTIONS - {"sqrt"} and self.peek().text != "(":
            node = self.juxtaposed(node)
        if self.peek().text == "/" and node.op in ("pi", "number", "symbol", "mul"):
            self.index += 1
            node = Node("div", (node, self.denominator()))
        return node

    def symbol(self, name: str) -> Node:
        while True:
            if self.accept("'"):
                name += "'"
            elif self.accept("_"):
                name += "_" + self.subscript()
            else:
                break
        if name == "e":
            return Node("e")
        if name == "i":
            return Node("i")
        if name[0] in UNKNOWN_FUNCTIONS and self.peek().text == "(" and not self.peek().spaced and len(name) <= 3:
            self.index += 1
            args = [self.sum()]
            while self.accept(","):
                args.append(self.sum())
            self.expect(")")
            if name.rstrip("'") in ("f", "g", "F", "G") or name.endswith("'"):
                return Node("call", tuple(args), name=name)
            return Node("mul", (Node("symbol", name=name), args[0]))
        return Node("symbol", name=name)

    def subscript(self) -> str:
        if not self.accept("{"):
            return self.take().text
        text = ""
        while not self.accept("}"):
            if self.peek().kind == "end":
                raise UnparsableError("an unclosed subscript")
            text += self.take().text
        return text


def _number(text: str) -> Node:
    if len(text) > MAX_DIGITS:
        raise TooLargeError(f"a number of {len(text)} digits")
    whole, point, decimals = text.partition(".")
    return Node("number", value=Fraction(text if text[-1] != "." else whole), digits=len(decimals) if point else None)


def _mixed_number(whole: Node, top: Node, bottom: Node) -> Node | None:
    parts = (whole.value, top.value, bottom.value)
    if any(node.op != "number" or node.digits is not None for node in (whole, top, bottom)):
        return None
    a, b, c = parts
    assert a is not None
    assert b is not None
    assert c is not None
    return number(a + b / c) if 0 < b < c else None
