"""Pairs of plain literals decided in microseconds, as the long way decides them: most answers are mere digits.

A literal has a sign, digits with well-formed thousands, one point and a dollar or percent sign at most. Everything is
a whole number here, in units of the last decimal place that either side writes.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from verifier.finding import Finding
from verifier.numbers.agreement import ENOUGH_DIGITS
from verifier.types import AnswerType, Reason

# Zeros before a whole number make bits of it, and of `0,125` a decimal.
LITERAL = re.compile(
    r"(-?)(?:(\\?\$)(?=[\d.]))?((?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]*|0)?)(?:\.([0-9]+))?((?<=[0-9])\\?%)?"
)
MAX_LENGTH = 40
BITS = frozenset("01")
SAME_TEXT = Finding(Reason.MATCHED_STRING)
SAME_NUMBER = Finding(Reason.MATCHED_NUMBER)
OTHER_NUMBER = Finding(Reason.DIFFERENT_VALUE)
MONEY_AND_SHARE = Finding(Reason.DIFFERENT_TYPE, "money is no measure and no share")


class Literal(NamedTuple):
    """`mantissa` in units of 10 ** -`places`. `exact`: no decimals are written. `sign`: `$`, `%` or nothing."""

    mantissa: int
    places: int
    digits: str
    sign: str
    exact: bool
    whole: bool


@lru_cache(maxsize=8192)
def literal(text: str) -> Literal | None:
    if len(text) > MAX_LENGTH:
        return None
    match = LITERAL.fullmatch(text)
    if match is None:
        return None
    minus, dollar, whole, decimals, percent = match.groups()
    if not (whole or decimals) or (dollar and percent):
        return None
    digits = whole.replace(",", "") + (decimals or "")
    mantissa = int(digits)
    sign = "$" if dollar else "%" if percent else ""
    return Literal(
        -mantissa if minus else mantissa,
        len(decimals or ""),
        digits.lstrip("0") or "0",
        sign,
        decimals is None,
        decimals is None,
    )


def literal_type(gold: str, question: str | None) -> AnswerType | None:
    """The type of a gold that is a literal; None for others, and where bits may have been asked for."""
    found = literal(gold)
    if found is None or (question is not None and BITS.issuperset(gold)):
        return None
    if found.sign:
        return AnswerType.CURRENCY if found.sign == "$" else AnswerType.PERCENT
    return AnswerType.INTEGER if found.whole else AnswerType.DECIMAL


def compare_literals(gold_text: str, answer_text: str) -> Finding | None:
    """The finding where both texts are literals of a numeric type, else None."""
    gold, answer = literal(gold_text), literal(answer_text)
    if gold is None or answer is None:
        return None
    if gold_text == answer_text:
        return SAME_TEXT
    if "%" in (gold.sign, answer.sign) and gold.sign != answer.sign:
        if "$" in (gold.sign, answer.sign):
            return MONEY_AND_SHARE
        same = _agree(_share(gold), _share(answer)) or (_over_one(gold) and _over_one(answer) and _agree(gold, answer))
    else:
        same = _agree(gold, answer)
    return SAME_NUMBER if same else OTHER_NUMBER


def _share(number: Literal) -> Literal:
    if number.sign != "%":
        return number
    return number._replace(places=number.places + 2, whole=False)


def _over_one(number: Literal) -> bool:
    return abs(number.mantissa) > int(10**number.places)


def _agree(gold: Literal, answer: Literal) -> bool:
    """`verifier.numbers.agreement.agree` in whole numbers."""
    places = max(gold.places, answer.places)
    unit: int = 10 ** (places - gold.places)
    own: int = 10 ** (places - answer.places)
    wanted, given = gold.mantissa * unit, answer.mantissa * own
    if wanted == given:
        return True
    if gold.exact:
        return gold.mantissa % int(10**gold.places) != 0 and _approximates(wanted, given, answer, own)
    if (answer.exact and not answer.whole) or own <= unit:
        return 2 * abs(wanted - given) <= unit
    last = _last_place(answer, own)
    return last is not None and 2 * abs(wanted - given) <= last


def _approximates(wanted: int, given: int, answer: Literal, own: int) -> bool:
    """An exact share that is no whole number, by a decimal rounded or cut off."""
    last = None if answer.exact else _last_place(answer, own)
    missing = abs(wanted) - abs(given)
    return last is not None and (wanted > 0) == (given > 0) and (2 * abs(missing) <= last or 0 <= missing < last)


def _last_place(answer: Literal, own: int) -> int | None:
    if len(answer.digits) < ENOUGH_DIGITS:
        return None
    if not answer.whole:
        return own
    zeros = len(answer.digits) - len(answer.digits.rstrip("0"))
    return own * int(10 ** min(zeros, len(answer.digits) - ENOUGH_DIGITS))
