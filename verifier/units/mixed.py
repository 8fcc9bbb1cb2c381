"""Sums of quantities in falling units: `2 hours 30 minutes`, `5'6"`, `12° 30'`, `1h20m`, "an hour and a half"."""

import itertools
import re
from fractions import Fraction
from functools import lru_cache

from verifier.latex import normalise, plain_text
from verifier.numbers.number import Number
from verifier.numbers.number_words import spelled
from verifier.units.unit import Unit, UnknownUnitError, parse_unit, same_dimension

MAX_TEXT = 100
PIECE = re.compile(
    r"\s*(?:(?P<amount>\d{1,15}(?:\.(?P<decimals>\d{1,9}))?)|(?P<words>[a-z]+(?:-[a-z]+)?)(?=\s))\s*"
    r"(?P<unit>°|''|'|\"|[a-zA-Z]+)\.?(?:\s*(?:,\s*and\s+|,|\band\s+(?!a\s)|&))?"
)
AND_A_PART = re.compile(r"\s*and an? (half|quarter)")
PARTS = {"half": Fraction(1, 2), "quarter": Fraction(1, 4)}
# What a mark or short name means after degrees, after hours, and else.
AFTER_DEGREES = {"'": "arcminute", "''": "arcsecond", '"': "arcsecond", "min": "arcminute", "m": "arcminute"}
AFTER_DEGREES |= {"minutes": "arcminute", "minute": "arcminute", "seconds": "arcsecond", "s": "arcsecond"}
AFTER_HOURS = {"m": "minute"}
MARKS = {"°": "degree", "'": "foot", "''": "inch", '"': "inch"}


@lru_cache(maxsize=4096)
def sum_of_units(text: str) -> tuple[Number, Unit] | None:
    """The total in the smallest unit; None where `text` is no sum of at least two quantities of one dimension.

    "An hour" counts as one too: it has a quantity without a number.
    """
    plain = re.sub(r"\^\s*\\circ\s*", "°", plain_text(normalise(text))).strip()
    negative = plain.startswith("-")
    plain = plain.removeprefix("-")
    if len(plain) > MAX_TEXT or not re.search(r"[°'\"a-zA-Z]", plain):
        return None
    pieces, end = _pieces(plain)
    part = AND_A_PART.fullmatch(plain, end)
    if len(pieces) + bool(part) + plain.startswith(("a ", "an ")) < 2 or not (part or end == len(plain)):
        return None
    units = [unit for _, unit in pieces]
    if any(one.factor <= other.factor or not same_dimension(one, other) for one, other in itertools.pairwise(units)):
        return None
    smallest = units[-1]
    total = sum((amount * unit.factor for amount, unit in pieces), Fraction(0)) / smallest.factor
    total += PARTS[part[1]] if part else 0
    match = re.search(r"\.(\d+)\D*$", plain)
    ulp = Fraction(1, 10 ** len(match[1])) if match else None
    digits = len(str(int(total / ulp))) if ulp else 0
    return Number(-total if negative else total, ulp=ulp, digits=digits), smallest


def _pieces(text: str) -> tuple[list[tuple[Fraction, Unit]], int]:
    """The leading quantities, and where they end."""
    pieces: list[tuple[Fraction, Unit]] = []
    index, first = 0, ""
    while match := PIECE.match(text, index):
        amount = _amount(match["amount"] or match["words"])
        name = match["unit"]
        context = AFTER_DEGREES if first in ("degree", "degrees", "deg") else AFTER_HOURS if pieces else {}
        name = context.get(name) or MARKS.get(name, name)
        unit = _unit(name)
        if amount is None or unit is None or unit.offset:
            break
        first = first or name
        pieces.append((amount, unit))
        index = match.end()
    return pieces, index


def _amount(text: str) -> Fraction | None:
    if text[0].isdigit():
        return Fraction(text)
    found = spelled(text)
    return Fraction(1) if text in ("a", "an") else found.value if found else None


def _unit(name: str) -> Unit | None:
    try:
        return parse_unit(name)
    except UnknownUnitError:
        return None
