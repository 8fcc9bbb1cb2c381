"""Numbers as they are written: the exact value with the precision that the spelling carries, and when two agree."""

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from verifier.evaluate import context, evaluate, real, same_value
from verifier.expressions import parse
from verifier.latex import normalise, plain_text
from verifier.tree import Node, UnparsableError

ENOUGH_DIGITS = 4
_TO_NINETEEN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
TO_NINETEEN = _TO_NINETEEN.split()
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
WORDS = {word: value for value, word in enumerate(TO_NINETEEN)}
WORDS |= {word: 10 * value for value, word in enumerate(TENS, start=2)}
WORDS |= {f"{ten}-{one}": WORDS[ten] + WORDS[one] for ten in TENS for one in TO_NINETEEN[1:10]}
WORDS |= {"dozen": 12, "hundred": 100, "one hundred": 100, "thousand": 1000, "one thousand": 1000}
THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
SPACED_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d,])")
E_NOTATION = re.compile(r"(?<![a-zA-Z])(\d[\d,]*(?:\.\d*)?|\.\d+)\s?[eE]\s?([-+]?\d{1,4})(?![\d.a-zA-Z^])")
TIMES_TEN = re.compile(
    r"(?<=[\d.])\s*(?:[xX*]|\\cdot|\\times)\s*10\s*(?:\^|\*\*)\s*(?:\{([-+]?\d+)\}|\(?([-+]?\d+)\)?)"
)
REPEATING = re.compile(r"(-?)(\d*)\.(\d*)\\(?:overline|bar)\s*\{?(\d+)\}?")
PERCENT = re.compile(r"\s*(?:\\?%|\bper\s?cent\b|\bpercent\b)\s*$", re.IGNORECASE)
RATIO = re.compile(r"(\d+(?:\.\d+)?)\s*(?::|\bto\b)\s*(\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Number:
    """A real or complex value. `ulp` is one unit of the last written digit; None where the spelling is exact.

    `digits` counts significant digits of a decimal. `percent`: a percent sign stood there, `value` is before it.
    """

    value: Any
    ulp: Fraction | None = None
    digits: int = 0
    percent: bool = False
    integer_literal: bool = False

    def scaled(self, factor: Fraction) -> "Number":
        ulp = None if self.ulp is None else self.ulp * abs(factor)
        value = self.value * (factor if isinstance(self.value, Fraction) else real(factor))
        return replace(self, value=value, ulp=ulp, integer_literal=self.integer_literal and factor == 1)


def spell_numbers(text: str) -> str:
    """Thousands separators out, `1.5e3` and `1.5 x 10^3` in one spelling."""
    text = THOUSANDS.sub(lambda m: m[0].replace(",", ""), text)
    text = SPACED_THOUSANDS.sub(lambda m: m[0].replace(" ", ""), text)
    text = E_NOTATION.sub(r"\1\\times 10^{\2}", text)
    return TIMES_TEN.sub(lambda m: rf"\times 10^{{{m[1] or m[2]}}}", text)


def parse_number(text: str) -> Number:
    """The number `text` spells. Raises `UnparsableError` or `TooLargeError`."""
    text = plain_text(normalise(text)).strip()
    percent = PERCENT.search(text)
    if percent:
        text = text[: percent.start()]
    text = text.removeprefix("+").strip()
    if text.lower() in WORDS:
        return Number(Fraction(WORDS[text.lower()]), percent=bool(percent))
    if repeating := REPEATING.fullmatch(text):
        return Number(_repeating(repeating), percent=bool(percent))
    node = parse(spell_numbers(text))
    return replace(_precision(node), percent=bool(percent))


def parse_ratio(text: str) -> Number:
    match = RATIO.fullmatch(plain_text(normalise(text)))
    if match is None or not Fraction(match[2]):
        raise UnparsableError("no ratio")
    return Number(Fraction(match[1]) / Fraction(match[2]))


def _repeating(match: re.Match[str]) -> Fraction:
    sign, whole, fixed, cycle = match.groups()
    value = Fraction(int(whole or 0)) + Fraction(int(fixed or 0), 10 ** len(fixed))
    value += Fraction(int(cycle), (10 ** len(cycle) - 1) * 10 ** len(fixed))
    return -value if sign else value


def _precision(node: Node) -> Number:
    inner, power = node, 0
    while inner.op == "neg":
        inner = inner.args[0]
    scientific = inner.op == "mul" and inner.args[0].op == "number" and inner.args[1].op == "pow"
    if scientific and inner.args[1].args[0] == Node("number", value=Fraction(10)):
        exponent = evaluate(inner.args[1].args[1])
        if isinstance(exponent, Fraction) and exponent.denominator == 1:
            power, inner = int(exponent), inner.args[0]
            value = evaluate(node)
            ulp = Fraction(10) ** (power - (inner.digits or 0))
            return Number(value, ulp=ulp, digits=_significant(inner))
    value = evaluate(node)
    if inner.op != "number":
        return Number(value)
    if inner.digits is None:
        return Number(value, digits=len(str(abs(value.numerator)).rstrip("0")), integer_literal=True)
    return Number(value, ulp=Fraction(1, 10**inner.digits), digits=_significant(inner))


def _significant(node: Node) -> int:
    assert node.value is not None
    return len(str(int(node.value * 10 ** (node.digits or 0))).lstrip("0")) or 1


def is_real(value: Any) -> bool:
    return isinstance(value, Fraction) or bool(abs(context().im(value)) <= abs(value) * context().mpf(10) ** -30)


def agree(gold: Number, answer: Number) -> bool:
    """Whether the answer agrees by the policy: percent signs, then the precision that the gold carries."""
    if gold.percent == answer.percent:
        return _agree(gold, answer)
    with_sign, bare = (gold, answer) if gold.percent else (answer, gold)
    share = with_sign.scaled(Fraction(1, 100))
    if _agree(share, bare) if gold.percent else _agree(bare, share):
        return True
    return bool(is_real(with_sign.value) and abs(with_sign.value) > 1 and _agree(gold, answer))


def _agree(gold: Number, answer: Number) -> bool:
    if same_value(gold.value, answer.value):
        return True
    if not is_real(gold.value) or not is_real(answer.value):
        return False
    g, a = gold.value, answer.value
    if not (isinstance(g, Fraction) and isinstance(a, Fraction)):
        g, a = _real_part(g), _real_part(a)
    if gold.ulp is None:
        return not _is_whole(gold.value) and _rounds_to(g, a, answer)
    own_ulp = Fraction(1) if answer.integer_literal else answer.ulp
    if own_ulp is None or own_ulp <= gold.ulp:
        return bool(_real_part(abs(g - a)) <= real(gold.ulp) / 2 * (1 + real(Fraction(1, 10**20))))
    return answer.digits >= ENOUGH_DIGITS and bool(_real_part(abs(g - a)) <= real(own_ulp) / 2)


def _rounds_to(exact: Any, decimal: Any, answer: Number) -> bool:
    """Whether a decimal answer is the exact gold, rounded or cut off at four or more significant digits."""
    if answer.ulp is None or answer.digits < ENOUGH_DIGITS:
        return False
    ulp = real(answer.ulp)
    cut = _real_part(abs(exact) - abs(decimal))
    same_sign = (exact > 0) == (decimal > 0)
    return bool(same_sign and (abs(cut) <= ulp / 2 or 0 <= cut < ulp))


def _real_part(value: Any) -> Any:
    return real(value) if isinstance(value, Fraction) else context().re(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, Fraction) and value.denominator == 1
