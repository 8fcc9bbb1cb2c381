"""Numbers as they are written: the exact value, with the precision and the share sign that the spelling carries."""

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from verifier.formulas.evaluate import evaluate
from verifier.formulas.expressions import parse
from verifier.formulas.tree import Node, TooLargeError, UnparsableError
from verifier.formulas.values import context, real
from verifier.latex import is_enclosed, normalise, plain_text
from verifier.numbers.number_words import ordinal, spelled
from verifier.numbers.numerals import canonical, repeating

LITERAL = re.compile(r"-?(?:\d+(?:\.(\d*))?|\.(\d+))")
MAX_LITERAL = 300
TEN = Node("number", value=Fraction(10))
SHARE_SIGNS = {
    100: r"\\?%|(?<![a-z])(?:per\s?cent(?:age)?(?:[\s\-]points?)?|pct\.?)(?![a-z])",
    1_000: r"‰|\\(?:permil|textperthousand)(?![a-z])|(?<![a-z])per\s?mill?e?(?![a-z])",
    10_000: r"(?<![a-z])basis\spoints?(?![a-z])|(?<![a-z])bps?(?![a-z])",
}
SHARE_SIGN = re.compile("|".join(f"(?P<per_{per}>{pattern})" for per, pattern in SHARE_SIGNS.items()), re.IGNORECASE)
UNENDED = re.compile(r"(\.\d+)\s*\\dots$")
SIGN_IN_WORDS = re.compile(r"(minus|negative|plus|positive)\s+(?=[\d.\\(])", re.IGNORECASE)
DIGITS_AND_PART = re.compile(
    r"(-?\s?\d+)\s+(?:and|&)\s+(\d+)\s*/\s*(\d+)|(-?\s?\d+)\s+(?:and|&)\s+\\frac\s*\{?(\d+)\}?\s*\{?(\d+)\}?"
)
OPENING_RUN = re.compile(r"(?:[({]\s*){31}")  # counted, for Python's own limit is another in each process
OUT_OF = re.compile(r"(.+?)\s+(?:out\s+of|in)\s+(?:every\s+|each\s+)?(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Number:
    """A real or complex value. `ulp` is one unit of the last written digit; None where the spelling is exact.

    `digits` counts significant digits of a decimal. `per`: the value counts hundredths (100, a percent sign stood
    there), thousandths or ten-thousandths; 1 without a sign.
    """

    value: Any
    ulp: Fraction | None = None
    digits: int = 0
    per: int = 1
    integer_literal: bool = False

    @property
    def percent(self) -> bool:
        return self.per > 1

    def scaled(self, factor: Fraction) -> "Number":
        """In another unit: the number of significant digits stays."""
        ulp = None if self.ulp is None else self.ulp * abs(factor)
        value = self.value * (factor if isinstance(self.value, Fraction) else real(factor))
        if ulp and value and not _is_power_of_ten(factor):
            ulp = min(ulp, Fraction(10) ** (_magnitude(value) + 1 - self.digits))
        return replace(self, value=value, ulp=ulp, integer_literal=self.integer_literal and factor == 1)


def _is_power_of_ten(factor: Fraction) -> bool:
    return 1 in (factor.numerator, factor.denominator) and re.fullmatch("10*", str(max(factor, 1 / factor))) is not None


def _magnitude(value: Any) -> int:
    """The place of the first significant digit: 0 for 1 to 9.99, -1 for 0.1."""
    ctx = context()
    return int(ctx.floor(ctx.log10(abs(real(value) if isinstance(value, Fraction) else value))))


@lru_cache(maxsize=16384)
def parse_number(text: str) -> Number:
    """The number `text` spells. Raises `UnparsableError` or `TooLargeError`."""
    if found := _literal(text):
        return found
    text = plain_text(normalise(text)).strip().removeprefix("+").strip()
    sign = SHARE_SIGN.search(text)
    if sign and sign.end() == len(text):
        return replace(parse_number(text[: sign.start()]), per=_per(sign))
    if is_enclosed(text) and text[0] in "({":
        if OPENING_RUN.match(text):
            raise TooLargeError("nested too deeply")
        return parse_number(text[1:-1])
    return _literal(text) or _in_words(text) or _in_digits(text)


def _per(sign: re.Match[str]) -> int:
    return int((sign.lastgroup or "per_1").removeprefix("per_"))


def _literal(text: str) -> Number | None:
    """Mere digits with a sign and a point: by far the most numbers."""
    match = LITERAL.fullmatch(text)
    if match is None or len(text) > MAX_LITERAL or not text.isascii():
        return None
    decimals = match[1] or match[2]
    if decimals is None and "." not in text:
        value = int(text)
        return Number(Fraction(value), digits=len(str(abs(value)).rstrip("0")), integer_literal=True)
    places = len(decimals or "")
    mantissa = int(text.replace(".", ""))
    scale = 10**places
    return Number(Fraction(mantissa, scale), ulp=Fraction(1, scale), digits=len(str(abs(mantissa))))


def _in_words(text: str) -> Number | None:
    found = spelled(text)
    if found is not None:
        return _written(found.value, found.decimals)
    place = ordinal(text)
    return Number(Fraction(place), integer_literal=True) if place is not None else None


def _written(value: Fraction, decimals: int | None) -> Number:
    if decimals is None:
        return Number(value, digits=len(str(abs(value.numerator)).rstrip("0")), integer_literal=value.denominator == 1)
    return Number(value, ulp=Fraction(1, 10**decimals), digits=len(str(abs(int(value * 10**decimals)))))


def _in_digits(text: str) -> Number:
    text = SIGN_IN_WORDS.sub(lambda m: "-" if m[1][0] in "mnMN" else "", text)
    text = canonical(text)
    value = repeating(text)
    if value is not None:
        return Number(value)
    text = UNENDED.sub(r"\1", text)
    if text.endswith(r"\dots"):
        raise UnparsableError("a whole number goes on without an end")
    if match := DIGITS_AND_PART.fullmatch(text):
        text = r"{} \frac{{{}}}{{{}}}".format(*(part for part in match.groups() if part is not None))
    return _literal(text) or _precision(parse(text))


def parse_share(text: str) -> Number:
    """`5 out of 36`, `1 in 4`. Raises `UnparsableError`."""
    match = OUT_OF.fullmatch(plain_text(normalise(text)).strip())
    if match is None:
        raise UnparsableError("no share")
    top, bottom = (parse_number(part) for part in match.groups())
    whole = [isinstance(n.value, Fraction) and n.value.denominator == 1 and n.per == 1 for n in (top, bottom)]
    if not all(whole) or not 0 <= top.value <= bottom.value or not bottom.value:
        raise UnparsableError("no share")
    return Number(top.value / bottom.value)


def _precision(node: Node) -> Number:
    inner = node
    while inner.op == "neg":
        inner = inner.args[0]
    if (
        inner.op == "mul"
        and inner.args[0].op == "number"
        and inner.args[1].op == "pow"
        and inner.args[1].args[0] == TEN
    ):
        exponent = evaluate(inner.args[1].args[1])
        if isinstance(exponent, Fraction) and exponent.denominator == 1:
            inner = inner.args[0]
            value = evaluate(node)  # first: it refuses an exponent that would fill the memory
            ulp = Fraction(10) ** (int(exponent) - (inner.digits or 0))
            return Number(value, ulp=ulp, digits=_significant(inner))
    value = evaluate(node)
    if inner.op != "number":
        return Number(value)
    return _written(value, inner.digits)


def _significant(node: Node) -> int:
    assert node.value is not None
    return len(str(abs(int(node.value * 10 ** (node.digits or 0)))))
