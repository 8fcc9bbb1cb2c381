"""Unit texts as powers of named units: products, quotients, brackets, "per", "square", "cubed"."""

import re
from fractions import Fraction
from typing import NamedTuple

from verifier.units.names import Name, resolve, split_run
from verifier.units.table import LOOSE_RUNS

# Enough for any real unit (the gravitational constant has m^3); kilometres to the millionth would fill the memory.
MAX_POWER = 12
MAX_TOKENS = 24
MAX_DEPTH = 4
POWER_BEFORE = {"square": 2, "sq": 2, "cubic": 3, "cu": 3, "inverse": -1, "reciprocal": -1}
POWER_AFTER = {"squared": 2, "cubed": 3}
TOKEN = re.compile(
    r"\s*(?:(?P<power>\^\s*(?:\{\s*[-+]?\d{1,3}(?:/\d{1,2})?\s*\}|\(\s*[-+]?\d{1,3}(?:/\d{1,2})?\s*\)|[-+]?\d{1,3})"
    r"|(?<=[a-zA-ZμΩ])(?:-[1-9]|[234])(?![\d.a-zA-Z]))|(?P<name>°[CF]?|[%‰]|[a-zA-ZμΩÅ]+)|(?P<over>/)|(?P<times>\*|-(?=[a-zA-Z]))"
    r"|(?P<open>[({])|(?P<close>[)}])|(?P<one>1(?=\s*/)))"
)
# Torques and actions are often written without a blank; elsewhere `Nm` would need a sign that these are units.
RUNS = re.compile(r"/|\bper\b|\^\s*[{(]?\s*-|(?<=[a-zA-Z])-\d|^[kMmμ]?[NJ](?:m|s)(?![a-zA-Z])")
COUNTED = re.compile(r"[a-z]{3,20}")
# A letter with a power is more often a variable: of these alone, only areas and volumes are written without a font.
LONE_LETTER = re.compile(r"[a-zA-Z]\s*\^?\s*\{?\d\}?")
AREA = re.compile(r"m\s*\^?\s*\{?[23]\}?")


class UnknownUnitError(ValueError):
    """No unit text that the table knows."""


class Parts(NamedTuple):
    factors: tuple[tuple[Name, Fraction], ...]
    label: str = ""


def parts_of(text: str, *, upright: bool, loose: bool) -> Parts:
    """The factors of a spelled unit text. Raises `UnknownUnitError`.

    upright -- the text was set in a font of units, so letters in it are no variables
    loose   -- second meanings are wanted: of names that have two, and of symbols that may be products (`ms`)
    """
    if not upright and LONE_LETTER.fullmatch(text) and not AREA.fullmatch(text):
        raise UnknownUnitError(text)
    reader = _Reader(text, runs=upright or bool(RUNS.search(text)), loose=loose)
    factors = tuple(reader.product(0))
    if not factors or (reader.label and not reader.divided) or (not upright and _is_algebra(text)):
        raise UnknownUnitError(text)
    return Parts(factors, reader.label)


def _is_algebra(text: str) -> bool:
    """`m g h`: small letters side by side are a product of variables."""
    return re.fullmatch(r"μ?[a-z](?:[ *]+[a-z](?:\^\{?\d\}?)?)+", text) is not None


def _tokens(text: str) -> list[tuple[str, str]]:
    """A slash divides by all that follows it up to its bracket's end."""
    tokens: list[tuple[str, str]] = []
    index = 0
    while index < len(text):
        match = TOKEN.match(text, index)
        if match is None or len(tokens) == MAX_TOKENS:
            raise UnknownUnitError(text)
        tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
        index = match.end()
    return tokens


class _Reader:
    def __init__(self, text: str, *, runs: bool, loose: bool) -> None:
        self.tokens = _tokens(text)
        self.index = 0
        self.runs = runs
        self.loose = loose
        self.label = ""
        self.divided = False

    def product(self, depth: int) -> list[tuple[Name, Fraction]]:
        """Factors up to the closing bracket; `last` is where begins what a power after it would raise."""
        factors: list[tuple[Name, Fraction]] = []
        sign, pending, last = 1, 1, 0
        while self.index < len(self.tokens):
            kind, text = self.tokens[self.index]
            self.index += 1
            if kind == "over" or text == "per":
                sign, self.divided = -1, True
            elif kind == "power" or text.lower() in POWER_AFTER:
                power = POWER_AFTER.get(text.lower()) or _power(text)
                factors[last:] = [(name, _bounded(each * power)) for name, each in factors[last:]]
            elif text.lower() in POWER_BEFORE:
                pending *= POWER_BEFORE[text.lower()]
            elif kind == "name" or kind == "open":
                inner = self.bracket(depth) if kind == "open" else [(name, Fraction(1)) for name in self.names(text)]
                factors += [(name, _bounded(power * sign * pending)) for name, power in inner]
                last = len(factors) - (len(inner) if kind == "open" else 1)
                pending = 1
            elif kind == "close":
                if depth == 0:
                    raise UnknownUnitError("a bracket too many")
                return factors
        if depth or pending != 1:
            raise UnknownUnitError("an open bracket or a power of nothing")
        return factors

    def bracket(self, depth: int) -> list[tuple[Name, Fraction]]:
        if depth == MAX_DEPTH:
            raise UnknownUnitError("nested too deeply")
        return self.product(depth + 1)

    def names(self, text: str) -> tuple[Name, ...]:
        run = split_run(text) if self.runs else None
        if run and self.loose and text in LOOSE_RUNS:
            return run
        if name := resolve(text, loose=self.loose):
            return (name,)
        if run:
            return run
        if self.label or not COUNTED.fullmatch(text):
            raise UnknownUnitError(text)
        self.label = text
        return ()


def _power(text: str) -> Fraction:
    try:
        return Fraction(text.strip("^{}() "))
    except ZeroDivisionError:
        raise UnknownUnitError(text) from None


def _bounded(power: Fraction) -> Fraction:
    if abs(power) > MAX_POWER:
        raise UnknownUnitError(f"a power of {power}")
    return power
