"""Formulas of logic and of Boolean algebra, read into one tree for all spellings of the operators."""

import itertools
import re
from dataclasses import dataclass
from functools import lru_cache

from verifier.latex import plain_text

MAX_LENGTH = 400
MAX_DEPTH = 30
_SPELLINGS = {
    "not": r"\neg \lnot \sim ¬ ~ !",
    "and": r"\land \wedge \& && & \cdot \times *",
    "or": r"\lor \vee \| || | +",
    "xor": r"\oplus \veebar ⊕ ^",
    "nand": r"\uparrow",
    "nor": r"\downarrow",
    "implies": r"\to \implies \Rightarrow \supset -> => -->",
    "iff": r"\leftrightarrow \Leftrightarrow \longleftrightarrow \iff \equiv <-> <=> ↔ ⇔ \odot",
    "forall": r"\forall ∀",
    "exists": r"\exists ∃",
    "over": r"\overline \bar",
}
OPERATORS = {spelling: name for name, spellings in _SPELLINGS.items() for spelling in spellings.split()}
WORDS = {"not", "and", "or", "xor", "nand", "nor", "implies", "iff", "xnor"}
# Loosest first; implication binds to the right.
BINARY = ("iff", "implies", "or", "xor", "and")
FREE_ORDER = frozenset({"iff", "or", "xor", "and", "nand", "nor"})
RELATIONS = frozenset({"=", "<", ">", r"\le", r"\ge", r"\neq", r"\in", r"\notin", r"\subseteq"})
TOKEN = re.compile(
    r"\s*(?:(?P<command>\\[a-zA-Z]+|\\[&|])|(?P<sign><-+>|<=+>|-+>|=+>|&&|\|\||[-~!&|+^*¬∀∃⊕↔⇔=<>])|(?P<name>[A-Za-z][A-Za-z0-9]*"
    r"(?:_\{?\w+\}?)?)|(?P<constant>[01](?!\d))|(?P<bracket>[()\[\]{}])|(?P<prime>')|(?P<comma>[,.:])|(?P<number>\d+))"
)


class NoFormulaError(ValueError):
    """The text is no formula of logic."""


@dataclass(frozen=True, slots=True)
class Formula:
    """`op` with its arguments; an atom has none and is its `name`."""

    op: str
    args: tuple["Formula", ...] = ()
    name: str = ""

    def key(self) -> str:
        """Equal for formulas that differ in the order of free operands only."""
        if not self.args:
            return self.name
        keys = [arg.key() for arg in self.args]
        return f"{self.op}{self.name}({','.join(sorted(keys) if self.op in FREE_ORDER else keys)})"


@lru_cache(maxsize=2048)
def read_logic(text: str) -> Formula:
    """Raises `NoFormulaError`."""
    if len(text) > MAX_LENGTH:
        raise NoFormulaError("too long")
    parser = _Parser(_tokens(plain_text(text).strip().strip("$")))
    found = parser.binary(0)
    if parser.index < len(parser.tokens):
        raise NoFormulaError(parser.tokens[parser.index])
    return found


def _tokens(text: str) -> list[str]:
    """Operators by name, all else as written; capital letters that touch are single variables."""
    tokens: list[str] = []
    index = 0
    text = text.rstrip(" .;")
    while index < len(text):
        match = TOKEN.match(text, index)
        if match is None:
            raise NoFormulaError(text[index])
        index = match.end()
        token = match[0].strip()
        if match["name"] and (token.isupper() or token in ("and", "or", "not", "xor", "iff", "implies")):
            word = token.lower()
            tokens += [word] if word in WORDS else list(token) if token.isalpha() else [token]
        elif token not in (r"\left", r"\right"):
            tokens.append(OPERATORS.get(token, token))
    return tokens


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.index = 0
        self.depth = 0

    def peek(self) -> str:
        return self.tokens[self.index] if self.index < len(self.tokens) else ""

    def take(self) -> str:
        self.index += 1
        if self.index > len(self.tokens):
            raise NoFormulaError("the end")
        return self.tokens[self.index - 1]

    def binary(self, level: int) -> Formula:
        if level == len(BINARY):
            return self.juxtaposed()
        op = BINARY[level]
        parts = [self.binary(level + 1)]
        while self.peek() == op or (op == "and" and self.peek() in ("nand", "nor", "xnor")):
            found = self.take()
            if found != op:
                parts = [Formula(found, (parts[-1], self.binary(level + 1)))]
                continue
            parts.append(self.binary(level if op == "implies" else level + 1))
        if len(parts) == 1:
            return parts[0]
        flat = [inner for part in parts for inner in (part.args if part.op == op != "implies" else (part,))]
        return Formula(op, tuple(flat))

    def juxtaposed(self) -> Formula:
        parts = [self.unary()]
        while self.peek() in ("not", "over", "(", "[", "{") or _is_variable(self.peek()):
            parts.append(self.unary())
        return parts[0] if len(parts) == 1 else Formula("and", tuple(parts))

    def unary(self) -> Formula:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NoFormulaError("nested too deeply")
        token = self.take()
        if token in ("not", "over"):
            found = Formula("not", (self.unary(),))
        elif token in ("forall", "exists"):
            found = self.quantified(token)
        else:
            found = self.primary(token)
        while self.peek() == "'":
            self.take()
            found = Formula("not", (found,))
        self.depth -= 1
        return found

    def quantified(self, op: str) -> Formula:
        once = self.peek() == "not" and self.take() != ""
        name = self.take()
        while self.peek() == ",":
            self.take()
            if self.peek() in ("forall", "exists"):
                break
        while self.peek() in (".", ":"):
            self.take()
        if self.peek() in ("forall", "exists") or self.peek() == "not":
            body = self.unary()
        else:
            body = self.binary(BINARY.index("implies"))
        return Formula(op, (body,), f"{'!' if once else ''}{name}")

    def primary(self, token: str) -> Formula:
        if token in ("(", "[", "{"):
            inner = self.binary(0)
            if self.take() != {"(": ")", "[": "]", "{": "}"}[token]:
                raise NoFormulaError("an open bracket")
            return inner
        if not re.fullmatch(r"\\?[A-Za-z]\w*(?:_\{?\w+\}?)?|\d+", token) or token in OPERATORS.values():
            raise NoFormulaError(token)
        if self.peek() == "(" and self.has_terms():
            token += self.terms()
        if self.peek() in RELATIONS:
            token += self.take() + self.take()
            if self.peek() == "(" and self.has_terms():
                token += self.terms()
        return Formula("atom", name=token)

    def has_terms(self) -> bool:
        """Whether the bracket holds arguments, as in `P(x, y)`, and is no factor, as in `A(B + C)`."""
        inner = list(itertools.takewhile(lambda token: token != ")", self.tokens[self.index + 1 :]))
        if self.index + 1 + len(inner) == len(self.tokens):
            raise NoFormulaError("an open bracket")
        return bool(inner) and all(token == "," or token.islower() or token.isdecimal() for token in inner) and not (
            set(inner) & WORDS
        )  # fmt: skip

    def terms(self) -> str:
        end = self.tokens.index(")", self.index)
        found = "".join(self.tokens[self.index : end + 1])
        self.index = end + 1
        return found


def _is_variable(token: str) -> bool:
    return len(token) == 1 and (token.isalpha() or token in "01")
