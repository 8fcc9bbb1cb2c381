"""Ratios `3:4`, `1 : 2 : 5`, `3 to 4`: equal up to a common factor, in order. One of two terms is also a number."""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from verifier.finding import Case, Finding, verdict_of
from verifier.formulas.tree import TooLargeError, UnparsableError
from verifier.formulas.values import inexact, same_value
from verifier.latex import normalise, plain_text, split_top
from verifier.numbers.agreement import agree
from verifier.numbers.number import Number, parse_number
from verifier.numbers.statements import statement
from verifier.types import Reason

CLOCK = re.compile(r"\d{1,2}:[0-5]\d(?::\d{2})?")
COLON = r"\s*:\s*"
COLON_OR_TO = r"\s*(?::|\bto\b|\\colon)\s*"


def is_ratio(text: str) -> bool:
    """Whether a gold is one: with colons; "3 to 4" may be a range."""
    return len(terms(text, joint=COLON)) > 1


def terms(text: str, *, joint: str = COLON_OR_TO) -> tuple[Number, ...]:
    """The terms, none where `text` is no ratio."""
    said = statement(normalise(text)).values
    parts = split_top(plain_text(said[-1]), joint) if said else []
    try:
        numbers = tuple(parse_number(part) for part in parts if part)
    except (UnparsableError, TooLargeError):
        return ()
    return numbers if len(numbers) == len(parts) > 1 and all(number.value for number in numbers[1:]) else ()


def compare_ratios(case: Case) -> Finding | None:
    """None where the gold is no ratio."""
    gold = terms(case.gold, joint=COLON_OR_TO)
    if not gold:
        return None
    answer = terms(case.answer)
    if answer:
        same = len(gold) == len(answer) and all(
            same_value(_product(g, answer[0]), _product(a, gold[0])) for g, a in zip(gold, answer, strict=True)
        )
        return verdict_of(same, match=Reason.MATCHED_NUMBER)
    try:
        number = parse_number(statement(case.answer).values[-1])
    except (UnparsableError, TooLargeError, IndexError):
        return Finding(Reason.ANSWER_UNPARSABLE, "no ratio")
    same = len(gold) == 2 and agree(_quotient(gold), number)
    return verdict_of(same, match=Reason.MATCHED_NUMBER)


def agrees_with_ratio(gold: Number, answer: str) -> bool:
    """Whether `3:4` stands for a gold of 3/4; `10:30` is a time."""
    given = () if CLOCK.fullmatch(answer.strip()) else terms(answer, joint=COLON)
    return len(given) == 2 and agree(gold, _quotient(given))


def _product(left: Number, right: Number) -> Any:
    one, other = _of_one_kind(left, right)
    return one * other


def _quotient(ratio: Sequence[Number]) -> Number:
    one, other = _of_one_kind(*ratio)
    return Number(one / other)


def _of_one_kind(left: Number, right: Number) -> tuple[Any, Any]:
    """Both exact or neither."""
    if isinstance(left.value, Fraction) and isinstance(right.value, Fraction):
        return left.value, right.value
    return inexact(left.value), inexact(right.value)
