"""One formula from left to right: atoms, groups, indices, charges, hydrates."""

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from verifier.chemistry.elements import FORMULA_SYMBOLS

MAX_NESTING = 6
_SUB = r"\s*(?:\{([^{}]*)\}|(-?\d+|[a-z](?![a-z])|\([a-z]{1,2}\)))"
_SUPER = r"\s*(?:\{([^{}]*)\}|(\d*[-+]+|[-+]\d+|\d+))"
SUBSCRIPT = re.compile(rf"_{_SUB}")
SUPERSCRIPT = re.compile(rf"\^{_SUPER}")
PRESCRIPT = re.compile(r"\s*(?:_\s*(?P<below>\{[^{}]*\}|-?\d+)|\^\s*(?P<above>\{[^{}]*\}|\d+))")
COUNT = re.compile(r"\d+(?:\.\d+(?!\d*\s*[A-Z(]))?")
NUMBER = re.compile(r"\d+(?:\.\d+)?\s*")
BLANK = re.compile(r"[ {}]*(?=_)")
CHARGE = re.compile(r"(\d*)\s*([-+]+)|([-+])\s*(\d+)")
TRAILING = re.compile(r"(?P<spaced>\s+\d)?\s*(?:(?P<signs>[-+]+)|(?P<sign>[-+])(?P<number>\d))\s*$")
OXIDATION = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8}
OXIDISED = re.compile(r"\(\s*([IV]+)\s*\)")
BONDS = {"=": "=", r"\equiv": "≡", "≡": "≡", "#": "≡"}
BOND = re.compile(r"\s*(-(?=\s*[A-Z(\[])|=|\\equiv|≡|#)\s*")
HYDRATE = re.compile(r"\s*(?:\\cdot|·|\*|\.(?=\s*\d*\s*\(?[A-Z]))\s*")
ELEMENT = re.compile(r"[A-Z][a-z]?")


@dataclass(frozen=True, slots=True)
class Unit:
    """An atom, a bracket with what it holds, or a drawn multiple bond. `count` is text: `2`, `n`, `2n+2`."""

    name: str
    count: str = "1"
    inner: tuple["Unit", ...] = ()


Part = tuple[Fraction, tuple[Unit, ...]]


class NoFormulaError(Exception):
    """The text stops being a formula somewhere."""


class FormulaReader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.index = 0
        self.charge = 0
        self.bare = False

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.index)
        if found and found.end() > self.index:
            self.index = found.end()
            return found
        return None

    def parts(self) -> tuple[Part, ...]:
        found: list[Part] = [(Fraction(1), self.units(0))]
        while self.match(HYDRATE):
            number = self.match(NUMBER)
            found.append((Fraction(number[0].strip()) if number else Fraction(1), self.units(0)))
        if self.index < len(self.text) or not all(units for _, units in found):
            raise NoFormulaError
        return tuple(found)

    def units(self, nesting: int) -> tuple[Unit, ...]:
        units: list[Unit] = []
        while self.index < len(self.text):
            if nesting == 0 and units and self.trailing_charge(units):
                break
            before = self.index
            if not self.unit(units, nesting):
                break
            if self.index == before:
                raise NoFormulaError
        return tuple(units)

    def unit(self, units: list[Unit], nesting: int) -> bool:
        """One more unit or sign of the formula; False where none stands here."""
        char = self.text[self.index]
        if char in "{} ":
            self.index += 1
        elif units and (match := self.match(OXIDISED)):
            if len(units) == 1 and match[1] in OXIDATION and nesting == 0 and self.index == len(self.text):
                self.charge = OXIDATION[match[1]]
        elif char in "([":
            units.append(self.group(nesting))
        elif char == "^":
            self.superscript(units)
        elif char == "_" and units:
            units[-1] = replace(units[-1], count=self.count())
        elif units and (match := self.match(BOND)):
            if match[1] != "-":
                units.append(Unit(BONDS[match[1]]))
        elif match := ELEMENT.match(self.text, self.index):
            units.append(self.atom(match[0]))
        else:
            return False
        return True

    def group(self, nesting: int) -> Unit:
        opening = self.text[self.index]
        if nesting >= MAX_NESTING:
            raise NoFormulaError
        self.index += 1
        inner = self.units(nesting + 1)
        closing = self.text[self.index : self.index + 1]
        if not inner or closing != {"(": ")", "[": "]"}[opening]:
            raise NoFormulaError
        self.index += 1
        return Unit(opening, self.count(), inner)

    def atom(self, letters: str) -> Unit:
        symbol = letters if letters in FORMULA_SYMBOLS else letters[0]
        if symbol not in FORMULA_SYMBOLS:
            raise NoFormulaError
        self.index += len(symbol)
        return Unit(symbol, self.count())

    def count(self) -> str:
        """The index of what was just read. `bare`: digits on the line, of which the last may be a charge."""
        self.bare = False
        self.match(BLANK)
        if match := self.match(SUBSCRIPT):
            return (match[1] or match[2] or "").replace(" ", "") or "1"
        if match := self.match(COUNT):
            self.bare = True
            return match[0]
        return "1"

    def superscript(self, units: list[Unit]) -> None:
        match = self.match(SUPERSCRIPT)
        content = (match[1] or match[2] or "").strip() if match else ""
        if content in OXIDATION and len(units) == 1:
            self.charge = OXIDATION[content]
        elif charge := CHARGE.fullmatch(content):
            self.charge += _charge(charge)
            self.bare = False
        else:
            raise NoFormulaError

    def trailing_charge(self, units: list[Unit]) -> bool:
        """Reads signs at the end. After bare digits: `Fe3+` and `SO42-` end in the charge, `NH4+` in an index."""
        match = TRAILING.match(self.text, self.index)
        if match is None:
            return False
        signs = match["signs"] or match["sign"]
        if len(set(signs)) != 1:
            raise NoFormulaError
        size = int(match["number"] or match["spaced"] or 0)
        last = units[-1]
        if not size and len(signs) == 1 and self.bare:
            whole = last.name == "[" or (len(units) == 1 and len(last.count) == 1 and (last.name, signs) != ("I", "-"))
            if whole or len(last.count) > 1:
                size = int(last.count[-1])
                units[-1] = replace(last, count=last.count[:-1] or "1")
        self.charge += (size or len(signs)) * (1 if signs[0] == "+" else -1)
        self.index = len(self.text)
        return True


def _charge(match: re.Match[str]) -> int:
    if match[3]:
        return int(match[4]) * (1 if match[3] == "+" else -1)
    if len(set(match[2])) != 1:
        raise NoFormulaError
    return int(match[1] or len(match[2])) * (1 if match[2][0] == "+" else -1)
