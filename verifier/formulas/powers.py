"""Powers, and what they are made of: numbers, names, brackets, commands."""

from fractions import Fraction

from verifier.formulas.operands import BARS, CLOSING, Operands
from verifier.formulas.tokens import Token
from verifier.formulas.tree import Node, TooLargeError, UnparsableError, number

MAX_DIGITS = 400


class Powers(Operands):
    def power(self) -> Node:
        node = self.postfix(self.atom())
        if self.peek().text == "^":
            self.index += 1
            if self.accept(r"\circ"):
                return self.postfix(Node("mul", (node, Node("degree"))))
            node = self.postfix(Node("pow", (node, self.exponent())))
        return node

    def postfix(self, node: Node) -> Node:
        while True:
            if self.accept_run("!", "!"):
                node = Node("factorial", (node,), name="double")
            elif self.accept("!"):
                node = Node("factorial", (node,))
            elif self.accept("%", r"\%"):
                node = Node("div", (node, number(100)))
            else:
                return node

    def argument(self) -> Node:
        """What a command takes: a brace group, or a single token (one digit, as TeX reads it)."""
        token = self.peek()
        if token.kind == "number" and len(token.text) > 1 and "." not in token.text:
            rest = Token("number", token.text[1:], False)
            self.tokens[self.index : self.index + 1] = [Token("number", token.text[0], False), rest]
        return self.enclosed("{") if self.accept("{") else self.atom()

    def exponent(self) -> Node:
        """What stands after `^`: a group, or all of a number, as plain text means it."""
        if self.accept("{"):
            return self.enclosed("{")
        if self.accept("-"):
            return Node("neg", (self.exponent(),))
        node = self.atom()
        return Node("pow", (node, self.exponent())) if self.accept("^") else node

    def atom(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return self.literal(token)
        if token.text in CLOSING:
            return self.enclosed(token.text)
        if token.text in BARS:
            return self.absolute()
        if token.kind == "letter":
            return self.symbol(token.text)
        if token.kind == "command":
            return self.command(token.text[1:])
        raise UnparsableError(f"unexpected {token.text!r}")

    def literal(self, token: Token) -> Node:
        text = token.text
        if len(text) > MAX_DIGITS:
            raise TooLargeError(f"a number of {len(text)} digits")
        whole, point, decimals = text.partition(".")
        value = Fraction(text if text[-1] != "." else whole)
        return Node("number", value=value, digits=len(decimals) if point else None)
