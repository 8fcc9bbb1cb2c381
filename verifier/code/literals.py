"""Values as programming languages write them: strings, numbers, truth values, lists, tuples, sets, dictionaries."""

import re
from dataclasses import dataclass
from fractions import Fraction

MAX_LENGTH = 1_000
MAX_DEPTH = 12
STRING = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?(?![\w.])")
NAME = re.compile(r"-?[A-Za-z_][\w.]*")
BLANK = re.compile(r"\s*")
ESCAPED_BRACE = re.compile(r"\\([{}_#$%&])")
CONSTANTS = {"True": True, "true": True, "False": False, "false": False}
NOTHING = frozenset({"None", "null", "nil", "NULL"})
CLOSING = {"[": "]", "(": ")", "{": "}"}


class NoLiteralError(ValueError):
    """The text is no literal."""


@dataclass(frozen=True, slots=True)
class Literal:
    """`kind` is string, number, truth, nothing, name, list, tuple, set or dict; a dict holds its pairs by key."""

    kind: str
    value: object


def read_literal(text: str) -> Literal:
    """Raises `NoLiteralError`."""
    text = ESCAPED_BRACE.sub(r"\1", text).strip()
    if len(text) > MAX_LENGTH:
        raise NoLiteralError("too long")
    reader = _Reader(text)
    found = reader.value(0)
    if reader.skip() < len(text):
        raise NoLiteralError(text[reader.index :])
    return found


def same_literal(gold: Literal, answer: Literal) -> bool:
    """Equal values; the quotes around a string that stands alone may be missing, unless it would become a number."""
    if gold == answer:
        return True
    kinds = {gold.kind, answer.kind}
    return kinds == {"string", "name"} and gold.value == answer.value


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.index = 0

    def skip(self) -> int:
        match = BLANK.match(self.text, self.index)
        self.index = match.end() if match else self.index
        return self.index

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self.text, self.index)
        self.index = match.end() if match else self.index
        return match

    def value(self, depth: int) -> Literal:
        if depth > MAX_DEPTH:
            raise NoLiteralError("nested too deeply")
        self.skip()
        opening = self.text[self.index : self.index + 1]
        if opening in CLOSING and opening:
            self.index += 1
            return self.dictionary_or_set(depth) if opening == "{" else self.sequence(opening, depth)
        if match := self.match(STRING):
            content = match[1] if match[1] is not None else match[2]
            return Literal("string", re.sub(r"\\(['\"\\])", r"\1", content))
        if match := self.match(NUMBER):
            return Literal("number", Fraction(match[0].rstrip(".")))
        if match := self.match(NAME):
            if match[0] in CONSTANTS:
                return Literal("truth", CONSTANTS[match[0]])
            return Literal("nothing", None) if match[0] in NOTHING else Literal("name", match[0])
        raise NoLiteralError(self.text[self.index :])

    def closes(self, closing: str) -> bool:
        self.skip()
        if self.text.startswith(closing, self.index):
            self.index += 1
            return True
        return False

    def expect(self, sign: str) -> None:
        self.skip()
        if not self.text.startswith(sign, self.index):
            raise NoLiteralError(f"{sign} expected")
        self.index += 1

    def sequence(self, opening: str, depth: int) -> Literal:
        items: list[Literal] = []
        comma = False
        while not self.closes(CLOSING[opening]):
            if items:
                self.expect(",")
                comma = True
                if self.closes(CLOSING[opening]):
                    break
            items.append(self.value(depth + 1))
        if opening == "(" and len(items) == 1 and not comma:
            return items[0]
        return Literal("list" if opening == "[" else "tuple", tuple(items))

    def dictionary_or_set(self, depth: int) -> Literal:
        pairs: dict[Literal, Literal | None] = {}
        keyed = True
        while not self.closes("}"):
            if pairs:
                self.expect(",")
                if self.closes("}"):
                    break
            key = self.value(depth + 1)
            self.skip()
            has_value = self.text.startswith(":", self.index)
            if pairs and has_value != keyed:
                raise NoLiteralError("half a dictionary")
            keyed = has_value
            self.index += has_value
            pairs[key] = self.value(depth + 1) if has_value else None
        if not keyed:
            return Literal("set", frozenset(pairs))
        return Literal("dict", frozenset(pairs.items()))
