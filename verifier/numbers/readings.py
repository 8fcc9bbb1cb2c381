"""Reading a statement as one quantity: a number with its unit, currency, scale word, share sign or counted noun."""

import itertools
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from verifier.formulas.tree import UnparsableError, UnsupportedError
from verifier.latex import plain_text
from verifier.numbers import change_words
from verifier.numbers.agreement import restates
from verifier.numbers.money import money
from verifier.numbers.number import SHARE_SIGN, Number, parse_number, parse_share
from verifier.numbers.number_words import leading
from verifier.numbers.scale_words import without_scale
from verifier.numbers.statements import statement
from verifier.units.grammar import UnknownUnitError
from verifier.units.mixed import sum_of_units
from verifier.units.nouns import noun
from verifier.units.spelling import is_upright
from verifier.units.unit import Unit, parse_unit

UNIT_START = re.compile(
    r"(?<![a-zA-Z\\])(?:[a-zA-ZµμΩÅ°%]|\^\\circ|\\(?:mu|Omega|ohm|degree|AA|%|text|mathrm|frac\s*\{\s*\\?[a-zA-Z]))"
)
PER = re.compile(r"\s*(?:/|\\/)\s*$")
DEGREES = re.compile(r"\^\\circ\s*$")
FUNCTION = re.compile(r"\\(?:sin|cos|tan|cot|sec|csc|arc)|\b(?:sin|cos|tan|arc)|\+")
# After a root or a fraction a lone letter is a variable, unless it was set as a unit.
LETTER = re.compile(r"[a-zA-Z](?:\s*\^?\s*\{?\d\}?)?")
BRACKETED = re.compile(r"(?<=[\d}])\s+[(\[]\s*([a-zA-Z°μ%][^()\[\]]{0,20}?)\s*[)\]]$")
COMPOSED = re.compile(r"\\(?!times|cdot)[a-zA-Z]+")
OF = re.compile(r"^\s*(?:of\s+(?:an?\s+|the\s+|one\s+)?|an?\s+)?")
# `x = 3 and y = 4` is no chain of equal values.
JOINT = re.compile(r"[,;]|\b(?:and|or)\b")
FIGURES = re.compile(r"\d|\\")
MAX_STARTS = 24


@dataclass(frozen=True, slots=True)
class Quantity:
    """`unit` None: no unit stood there. `label`: words after the number that are no unit ("apples").

    `worth`: of one counted coin in the currency (cents: 1/100). `rounded`: a rounded value given beside an exact one.
    """

    number: Number
    unit: Unit | None = None
    unit_text: str = ""
    label: str = ""
    currency: str = ""
    worth: Fraction = Fraction(1)
    rounded: Number | None = None


def value_part(text: str) -> str:
    r"""The text of the value: the right side of `x = 5`, the exact side of `\pi/2 \approx 1.57`, no "about"."""
    parts = statement(text).values
    if len(parts) < 2:
        return parts[0] if parts else ""
    place = _telling(tuple(_one(part) for part in parts))
    return parts[-1 if place is None else place]


@lru_cache(maxsize=16384)
def parse_quantity(text: str, *, upright: bool = False) -> Quantity:
    """Raises `UnparsableError` or `TooLargeError`.

    upright -- letters after the number are known to be words and units, not variables
    """
    upright = upright or is_upright(text)
    said = statement(text)
    if len(said.values) == 1:
        return _quantity(said.values[0], upright=upright)
    if not said.values:
        raise UnparsableError("nothing is said")
    read = tuple(_one(part, upright=upright) for part in said.values)
    unread = [part for part, found in zip(said.values, read, strict=True) if found is None]
    if (read[0] is None and not said.named) or any(JOINT.search(part) for part in unread):
        raise UnparsableError(f"{text[:40]!r} is no solved equation")
    place = _telling(read)
    last = read[-1]
    if place is None or last is None:
        return _quantity(said.values[-1], upright=upright)
    found = read[place]
    assert found is not None
    return found if place == len(read) - 1 else replace(found, rounded=last.number)


def _telling(read: tuple[Quantity | None, ...]) -> int | None:
    """Which of the equal values counts: the last, or a more exact one before it that the last restates in decimals."""
    last = read[-1]
    if last is None:
        return None
    for place, found in enumerate(read[:-1]):
        if (
            found
            and (found.unit, found.label) in ((last.unit, last.label), (None, ""))
            and restates(last.number, found.number)
        ):
            return place
    return len(read) - 1


def _one(text: str, *, upright: bool = False) -> Quantity | None:
    try:
        return _quantity(text, upright=upright)
    except UnparsableError:
        return None


def _quantity(text: str, *, upright: bool = False) -> Quantity:
    if change := change_words.BEFORE.match(text):
        return replace(_quantity(text[change.end() :], upright=upright), label=change[1].lower())
    if (paid := _paid(text, upright=upright)) is not None:
        return paid
    shorter, power = without_scale(BRACKETED.sub(r" \1", text))
    read = _split(shorter, upright=upright) or _summed(shorter)
    if read is None:
        raise UnparsableError(f"{text[:40]!r} is no quantity")
    return replace(read, number=read.number.scaled(Fraction(10) ** power)) if power else read


def _paid(text: str, *, upright: bool) -> Quantity | None:
    found = money(text)
    if found is None:
        return None
    remark = change_words.AFTER.fullmatch(found.amount)
    amount = _amount(remark[1] if remark else found.amount)
    if amount is None:
        return None
    number = amount.scaled(Fraction(10) ** found.power) if found.power else amount
    unit, label = _measure(f"/{found.rate}", upright=upright) if found.rate else (None, remark[2] if remark else "")
    if found.rate and unit is None and not label:
        raise UnparsableError(f"per {found.rate[:40]!r} is no rate")
    return Quantity(number, unit, found.rate, label, found.currency, found.worth)


def _amount(text: str) -> Number | None:
    shorter, power = without_scale(text)
    number = _number(shorter)
    return number.scaled(Fraction(10) ** power) if number and power else number


def _split(text: str, *, upright: bool) -> Quantity | None:
    """The number at the start and what follows it."""
    if not (DEGREES.search(text) and not FUNCTION.search(text)):
        number = _number(text)
        if number is not None:
            return Quantity(number)
    if (found := _in_words(text, upright=upright) or _shared(text)) is not None:
        return found
    for match in itertools.islice(UNIT_START.finditer(text), MAX_STARTS):
        head, rest = text[: match.start()], text[match.start() :].strip()
        if slash := PER.search(head):
            head, rest = head[: slash.start()], "/" + rest
        number = _number(_trimmed(head)) if FIGURES.search(head) else None
        if number is None or (LETTER.fullmatch(rest) and COMPOSED.search(head) and not upright):
            continue
        found = _measured(number, rest, touching=head[-1:] != " ", upright=upright)
        if found is not None:
            return found
    return None


def _trimmed(head: str) -> str:
    trimmed = head.rstrip(" *~\\").removesuffix(r"\cdot").removesuffix(r"\times").strip("-~ ")
    return "-" + trimmed if head.lstrip().startswith("-") and trimmed else trimmed


def _measured(number: Number, rest: str, *, touching: bool, upright: bool) -> Quantity | None:
    unit, label = _measure(rest, touching=touching, upright=upright)
    if unit is not None:
        return Quantity(number, unit, unit_text=plain_text(rest))
    return Quantity(number, unit_text=label, label=label) if label else None


def _measure(rest: str, *, touching: bool = False, upright: bool) -> tuple[Unit | None, str]:
    """The unit that `rest` names, else the noun for what is counted."""
    try:
        return parse_unit(rest, upright=upright), ""
    except UnknownUnitError:
        return None, noun(plain_text(rest), touching=touching, upright=upright)


def _in_words(text: str, *, upright: bool) -> Quantity | None:
    """`twenty-five students`, `half an hour`, `two thirds of a cup`, `2 and a half hours`."""
    plain = plain_text(text)
    found = leading(plain)
    if found is None or found.end >= len(plain) or plain[found.end] != " ":
        return None
    rest = OF.sub("", plain[found.end :]).strip()
    return _measured(parse_number(plain[: found.end]), rest, touching=False, upright=upright)


def _shared(text: str) -> Quantity | None:
    """`25% of the voters`, `5 out of 36`."""
    plain = plain_text(text)
    sign = SHARE_SIGN.search(plain)
    if sign and (number := _number(plain[: sign.end()])) is not None:
        label = plain[sign.end() :].strip(" .").lower()
        return Quantity(number, label=label) if re.fullmatch(r"[a-z][a-z \-'/.]{1,40}", label) else None
    try:
        return Quantity(parse_share(text))
    except UnsupportedError:
        raise
    except UnparsableError:
        return None


def _number(text: str) -> Number | None:
    if not text:
        return None
    try:
        return parse_number(text)
    except UnsupportedError:
        raise
    except UnparsableError:
        return None


def _summed(text: str) -> Quantity | None:
    """`2 hours 30 minutes`: a unit without a text of its own, because several stood there."""
    found = sum_of_units(text)
    return Quantity(*found) if found else None
