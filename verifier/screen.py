r"""What must not be given to computer algebra: recognised from the text, before anything is parsed or evaluated.

A killable worker makes a wrong guess here cheap, so this only has to be right about two things: whatever would take
gigabytes before the clock strikes is refused, and no ordinary answer is. Numbers are therefore not judged by their
looks but by size: a bound on the decimal digits of everything that the text could evaluate to.
"""

import math
import re
from dataclasses import dataclass

from verifier.formulas.tree import TooLargeError
from verifier.latex import normalise

MAX_LENGTH = 1_000
MAX_NESTING = 30
MAX_BARS = 12
MAX_CELLS = 40
MAX_DETERMINANT_CELLS = 16
MAX_DIGITS = 4_000.0
MAX_TERMS = 10_000.0
MAX_POWER_OF_SUM = 50.0
ENDLESS = re.compile(r"\d{250}|[a-zA-Z]{40}")
DETERMINANT = re.compile(r"\\det(?![a-zA-Z])|[vV]matrix")
MATRIX_COMMAND = re.compile(
    r"(?:zeros|ones|eye|diag|rref|hstack|vstack|norm|orthogonalize|permutation|companion|jordan)\s*\}?\s*[({]"
)
TOKEN = re.compile(r"\d+(?:\.\d*)?|\.\d+|\\[a-zA-Z]+|\\.|[a-zA-Z]|\S")
OPENING = frozenset({"(", "[", "{", r"\{"})
CLOSING = frozenset({")", "]", "}", r"\}"})
REPEATED = frozenset({r"\sum", r"\prod"})
FACTORIALS = frozenset({r"\Gamma", "!"})
BINOMIALS = frozenset({r"\binom", r"\dbinom", r"\tbinom"})
CONSTANTS = {"e": 0.44, r"\pi": 0.5}


def too_large(text: str) -> str | None:
    """Why `text` is refused, None if it may be tried."""
    text = normalise(text)
    if len(text) > MAX_LENGTH:
        return f"longer than {MAX_LENGTH} characters"
    if _nesting(text) > MAX_NESTING or text.count("|") > MAX_BARS:
        return "nested too deeply"
    if ENDLESS.search(text):
        return "an endless run of digits or letters"
    if MATRIX_COMMAND.search(text):
        return "a matrix made by a command"
    if text.count("&") > (MAX_DETERMINANT_CELLS if DETERMINANT.search(text) else MAX_CELLS):
        return "a large matrix"
    try:
        _Measure(text.replace("**", "^")).sequence(nested=False)
    except TooLargeError as error:
        return str(error)
    except RecursionError:
        return "nested too deeply"
    return None


def _nesting(text: str) -> int:
    depth = deepest = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    return deepest


@dataclass(frozen=True, slots=True)
class _Size:
    """Bounds for a piece of text: log10 of its absolute value, and the decimal digits it takes to write it exactly.

    Symbols count as one, so a power of symbols is as large as its exponent makes it.
    """

    value: float = 0.0
    digits: float = 0.0
    symbolic: bool = False
    several: bool = False

    def beside(self, other: "_Size") -> "_Size":
        """Both in one text: their product bounds sum, difference, quotient and product of what is at least one."""
        symbolic = self.symbolic or other.symbolic
        return _Size(self.value + other.value, self.digits + other.digits, symbolic, self.several or other.several)


class _Measure:
    """Reads a text from left to right, knowing brackets, powers, factorials, binomials, sums and products only.

    Whatever else a command does to its arguments makes numbers no larger. Raises `TooLargeError`.
    """

    def __init__(self, text: str) -> None:
        self.tokens: list[str] = [*TOKEN.findall(text), ""]
        self.index = 0

    def peek(self) -> str:
        return self.tokens[self.index]

    def sequence(self, *, nested: bool) -> _Size:
        """Up to the end or, inside a bracket, to the next that closes one: `[0,1)` is closed by any."""
        size = _Size()
        while token := self.peek():
            if token in CLOSING or token in "+-":
                self.index += 1
                if token in CLOSING and nested:
                    break
                size = size.beside(_Size(several=token in "+-"))
            else:
                size = size.beside(self.power())
        return size

    def power(self) -> _Size:
        size = self.atom()
        while self.peek() in ("^", "!", "_"):
            mark = self.tokens[self.index]
            self.index += 1
            if mark == "!":
                size = _factorial(size)
            elif mark == "_":
                size = size.beside(self.atom())
            else:
                size = _raised(size, self.exponent())
        return size

    def exponent(self) -> _Size:
        """Exponents of exponents are read first: `a^b^c` is `a^(b^c)`."""
        while self.peek() in ("-", "+"):
            self.index += 1
        return self.power()

    def atom(self) -> _Size:
        token = self.peek()
        if not token or token in CLOSING:
            return _Size()
        self.index += 1
        if token in OPENING:
            return self.sequence(nested=True)
        if token.lstrip(".")[:1].isdecimal():
            return _literal(token)
        if token in REPEATED:
            return self.repeated()
        if token in BINOMIALS:
            return _binomial(self.atom(), self.atom())
        if token in FACTORIALS:
            return _factorial(self.atom())
        if token == r"\exp":
            return _raised(_Size(CONSTANTS["e"]), self.atom())
        return _Size(CONSTANTS.get(token, 0.0), symbolic=len(token) == 1 and token.isalpha() and token not in CONSTANTS)

    def repeated(self) -> _Size:
        r"""The limits of `\sum` and `\prod`: how often the body is taken."""
        while self.peek() in ("_", "^"):
            self.index += 1
            if self.atom().value > math.log10(MAX_TERMS):
                raise TooLargeError("a sum or product of many terms")
        return _Size()


def _literal(token: str) -> _Size:
    value = float(token)
    log = max(0.0, math.log10(value)) if value else 0.0
    return _Size(log, float(len(token)) if "." in token else max(log, 0.1))


def _checked(size: _Size, what: str) -> _Size:
    if max(size.value, size.digits) > MAX_DIGITS:
        raise TooLargeError(what)
    return size


def _raised(base: _Size, exponent: _Size) -> _Size:
    times = 10 ** min(exponent.value, 12.0)
    if base.symbolic and base.several and times > MAX_POWER_OF_SUM:
        raise TooLargeError("a large power of a sum")
    symbolic = base.symbolic or exponent.symbolic
    digits = (base.digits or 1.0) * times
    return _checked(_Size(base.value * times, digits, symbolic, base.several), "a tower of powers")


def _factorial(size: _Size) -> _Size:
    digits = math.lgamma(10 ** min(size.value, 9.0) + 1) / math.log(10)
    return _checked(_Size(digits, digits, size.symbolic, size.several), "a large factorial")


def _binomial(top: _Size, bottom: _Size) -> _Size:
    digits = 10 ** min(top.value, 9.0) * math.log10(2)
    return _checked(_Size(digits, digits, top.symbolic or bottom.symbolic), "a large binomial")
