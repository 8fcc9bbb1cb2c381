"""Reading a number with what stands around it: unit, currency, scale word, percent sign."""

import itertools
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from verifier.latex import plain_text, split_top
from verifier.numbers import Number, parse_number
from verifier.tree import UnparsableError, UnsupportedError
from verifier.unit_grammar import UnknownUnitError
from verifier.units import Unit, parse_unit, same_dimension

SCALES = {"hundred": 2, "thousand": 3, "million": 6, "mn": 6, "billion": 9, "bn": 9, "trillion": 12, "tn": 12}
SCALE = re.compile(rf"(?<=[\d\s}}])({'|'.join(SCALES)})s?\b", re.IGNORECASE)
CURRENCIES = {
    "$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD", "us$": "USD", "€": "EUR", "eur": "EUR", "euro": "EUR",
    "euros": "EUR", "£": "GBP", "gbp": "GBP", "¥": "JPY", "yen": "JPY", "jpy": "JPY",
    "₹": "INR", "rs": "INR", "rs.": "INR", "inr": "INR", "rupees": "INR", "rupee": "INR", "yuan": "CNY", "rmb": "CNY",
    "cny": "CNY", "chf": "CHF", "cad": "CAD", "aud": "AUD", "krw": "KRW", "won": "KRW",
}  # fmt: skip
CENTS = frozenset({"¢", "cent", "cents"})
_NAMES = "|".join(sorted((re.escape(name) for name in CURRENCIES), key=len, reverse=True))
CURRENCY_BEFORE = re.compile(rf"^([-+]?)\s*\\?({_NAMES})(?![a-zA-Z])\s*", re.IGNORECASE)
CURRENCY_AFTER = re.compile(rf"\s*\\?({_NAMES}|¢|\bcents?)$", re.IGNORECASE)
HEDGE = re.compile(r"^(?:about|approximately|approx\.?|roughly|around|exactly|nearly|\\approx|~|≈)\s*", re.IGNORECASE)
COPULA = re.compile(r"^[A-Z][A-Za-z' ]{1,60}\s(?:is|are|was|were|equals|equal to|of)\s+(?=[-−+$\\\d])")
UNIT_START = re.compile(
    r"(?<![a-zA-Z\\])(?:[a-zA-ZµμΩÅ°%]|\^\\circ|\\(?:mu|Omega|ohm|degree|AA|%|text|mathrm|frac\s*\{\s*\\?[a-zA-Z]))"
)
NAME = re.compile(r"(?:\\?[A-Za-z]+[A-Za-z0-9_{}\\'.,^*]*|\|[^|=]+\||[a-zA-Z]\([^()=]*\)|\\[a-z]+\{?[^=]{0,20}\}?)")
DEGREES = re.compile(r"\^\\circ\s*$")
FUNCTION = re.compile(r"\\(?:sin|cos|tan|cot|sec|csc|arc)|\b(?:sin|cos|tan|arc)|\+")


@dataclass(frozen=True, slots=True)
class Quantity:
    """`unit` None: no unit stood there. `label`: words after the number that are no unit ("apples")."""

    number: Number
    unit: Unit | None = None
    unit_text: str = ""
    label: str = ""
    currency: str = ""


def value_part(text: str) -> str:
    r"""The right side of `x = 5`, the exact side of `\pi/2 \approx 1.57`, the text without "about"."""
    parts = [part for part in split_top(text, r"\\approx|≈|(?<![<>!\\])=") if part]
    if len(parts) > 1:
        equals = [part for part in split_top(text, r"=") if part]
        text = equals[-1] if len(equals) > 1 else parts[0]
        exact = [part for part in split_top(text, r"\\approx|≈") if part]
        text = exact[0] if exact else text
        if len(exact) > 1 and NAME.fullmatch(exact[0]) and not exact[0].startswith((r"\frac", r"\sqrt", r"\pi")):
            text = exact[-1]
        if equals and not re.search(r"\d", text) and re.search(r"\d", equals[0]):
            text = equals[0]
    return HEDGE.sub("", COPULA.sub("", text)).strip()


@lru_cache(maxsize=8192)
def parse_quantity(text: str) -> Quantity:
    """Raises `UnparsableError` or `TooLargeError`."""
    text = value_part(text)
    text, currency, factor = _currency(text)
    text, power = _scale(text)
    found = _split(text) or _duration(text)
    if found is None:
        raise UnparsableError(f"{text[:40]!r} is no quantity")
    factor *= Fraction(10) ** power
    number = found.number.scaled(factor) if factor != 1 else found.number
    return replace(found, number=number, currency=currency)


def _currency(text: str) -> tuple[str, str, Fraction]:
    text = re.sub(r"^(-?)\s*\\\$", r"\1$", text)
    after = CURRENCY_AFTER.search(plain_text(text))
    if after and after[1].lower() in CENTS:
        return plain_text(text)[: after.start()].removeprefix("$").strip(), "USD", Fraction(1, 100)
    before = CURRENCY_BEFORE.match(plain_text(text))
    if before and re.match(r"[\d.\\-]", plain_text(text)[before.end() :]):
        rest = before[1] + plain_text(text)[before.end() :]
        again = CURRENCY_AFTER.search(rest)
        return (rest[: again.start()] if again else rest), CURRENCIES[before[2].lower()], Fraction(1)
    if after and re.search(r"[\d})]\s*$|(?:illion|thousand)\s*$", plain_text(text)[: after.start()]):
        return plain_text(text)[: after.start()].strip(), CURRENCIES[after[1].lower()], Fraction(1)
    return text, "", Fraction(1)


def _scale(text: str) -> tuple[str, int]:
    plain = plain_text(text)
    match = SCALE.search(plain)
    if match is None or not re.search(r"\d", plain[: match.start()]):
        return text, 0
    return (plain[: match.start()] + plain[match.end() :]).strip(), SCALES[match[1].lower()]


def _split(text: str) -> Quantity | None:
    if not (DEGREES.search(text) and not FUNCTION.search(text)):
        number = _number(text)
        if number is not None:
            return Quantity(number)
    positions = [match.start() for match in UNIT_START.finditer(text)][:24]
    for position in positions:
        head = text[:position].rstrip(" *~\\").removesuffix(r"\cdot").removesuffix(r"\times").strip("-~ ")
        if position and text[:position].lstrip().startswith("-"):
            head = "-" + head.lstrip("-")
        number = _number(head) if head else None
        if number is None:
            continue
        rest = text[position:].strip()
        try:
            return Quantity(number, parse_unit(rest), unit_text=plain_text(rest))
        except UnknownUnitError:
            label = plain_text(rest).strip().lower()
            if re.fullmatch(r"[a-z][a-z \-'/]{1,40}", label) and (len(label) > 2 or r"\text" in rest):
                return Quantity(number, unit_text=label, label=label)
    return None


def _number(text: str) -> Number | None:
    try:
        return parse_number(text)
    except UnsupportedError:
        raise
    except UnparsableError:
        return None


def _duration(text: str) -> Quantity | None:
    """`2 hours 30 minutes`, `5 ft 3 in`: a sum of quantities of one dimension."""
    pieces = re.findall(r"(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\.?(?:\s*(?:,|and)?\s*)", plain_text(text))
    if len(pieces) < 2 or re.sub(r"[\d.\sa-zA-Z,]", "", text):
        return None
    total, units = Fraction(0), []
    for amount, name in pieces:
        try:
            units.append(parse_unit(name))
        except UnknownUnitError:
            return None
        total += Fraction(amount) * units[-1].factor
    falling = all(one.factor > other.factor for one, other in itertools.pairwise(units))
    if not falling or any(not same_dimension(unit, units[0]) for unit in units):
        return None
    return Quantity(Number(total), Unit(Fraction(1), units[0].dimension))
