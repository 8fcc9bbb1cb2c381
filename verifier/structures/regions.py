"""Sets of real numbers as unions of intervals with texts for ends: union, intersection, one spelling for equal sets."""

import itertools
import math
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cmp_to_key, lru_cache
from typing import Any

from verifier.formulas.tree import TooLargeError, UnparsableError
from verifier.formulas.values import is_real, real, same_value
from verifier.numbers.readings import parse_quantity

INFINITE = re.compile(r"([-+])?\s*(?:\\infty|infinity|inf|oo)")
MAX_PIECES = 64
MAX_WHOLE = 10**12


class NoIntervalError(ValueError):
    """The text is no union of intervals in solved form."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Ends are texts, None is infinity. `closed` None: the wording leaves open whether the end belongs to it."""

    low: str | None
    high: str | None
    low_closed: bool | None = False
    high_closed: bool | None = False


LINE = Interval(None, None)


@dataclass(frozen=True, slots=True)
class Region:
    """`name`: the variable where it is named; `whole`: only the integers in the intervals are meant."""

    pieces: tuple[Interval, ...]
    name: str | None = None
    whole: bool = False

    @property
    def is_line(self) -> bool:
        return self.pieces == (LINE,)

    def union(self, other: "Region") -> "Region":
        return Region(united(self.pieces + other.pieces), self._one_name(other), self.whole or other.whole)

    def meet(self, other: "Region") -> "Region":
        return Region(common(self.pieces, other.pieces), self._one_name(other), self.whole or other.whole)

    def _one_name(self, other: "Region") -> str | None:
        if self.name and other.name and self.name != other.name:
            raise NoIntervalError(f"{self.name} and {other.name}")
        return self.name or other.name


@lru_cache(maxsize=8192)
def end_value(text: str) -> Any | None:
    """The end as a real number in base units, None where it has no such value."""
    try:
        quantity = parse_quantity(text)
    except (UnparsableError, TooLargeError):
        return None
    number = quantity.number.scaled(quantity.unit.factor) if quantity.unit else quantity.number
    if not is_real(number.value):
        return None
    value = real(number.value) if isinstance(number.value, Fraction) else number.value.real
    return value / 100 if quantity.number.percent else value


def between(low: str, high: str, *, low_closed: bool | None, high_closed: bool | None) -> Interval:
    """The interval from `low` to `high`. Raises `NoIntervalError` where an infinite end has the wrong sign."""
    return Interval(_end(low, "-"), _end(high, "+"), low_closed, high_closed)


def _end(text: str, sign: str) -> str | None:
    match = INFINITE.fullmatch(text.strip())
    if match and (match[1] or "+") != sign:
        raise NoIntervalError(f"{text} at the wrong end")
    return None if match else text.strip()


def point(text: str) -> Interval:
    return Interval(text, text, True, True)


def half_line(relation: str, value: str) -> tuple[Interval, ...]:
    """What stands in `relation` to `value`."""
    if relation == "=":
        return (point(value),)
    if relation == "!=":
        return without_points([value])
    closed = relation.endswith("=")
    low, high = (None, value) if relation[0] == "<" else (value, None)
    if match := INFINITE.fullmatch(value.strip()):
        if (match[1] or "+") == ("+" if low is None else "-"):
            return (LINE,)
        raise NoIntervalError(f"beyond {value}")
    return (Interval(low, high, closed and low is not None, closed and high is not None),)


def _order(left: str, right: str) -> int:
    """Raises `NoIntervalError` where the two cannot be compared, such as `a` and `b`."""
    if left == right:
        return 0
    a, b = end_value(left), end_value(right)
    if a is None or b is None:
        raise NoIntervalError(f"which of {left} and {right} is greater?")
    return 0 if same_value(a, b) else -1 if a < b else 1


def _low_order(left: Interval, right: Interval) -> int:
    if left.low is None or right.low is None:
        return (left.low is not None) - (right.low is not None)
    return _order(left.low, right.low) or bool(right.low_closed) - bool(left.low_closed)


def _is_empty(piece: Interval) -> bool:
    if piece.low is None or piece.high is None:
        return False
    order = _order(piece.low, piece.high)
    return order > 0 or (order == 0 and not (piece.low_closed and piece.high_closed))


def united(pieces: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """Sorted and merged; as they stand where their ends cannot be compared."""
    if len(pieces) > MAX_PIECES:
        raise NoIntervalError(f"more than {MAX_PIECES} intervals")
    try:
        ordered = sorted((piece for piece in pieces if not _is_empty(piece)), key=cmp_to_key(_low_order))
        merged: list[Interval] = []
        for piece in ordered:
            if merged and _touches(merged[-1], piece):
                merged[-1] = _joined(merged[-1], piece)
            else:
                merged.append(piece)
    except NoIntervalError:
        return pieces
    return tuple(merged)


def _touches(first: Interval, second: Interval) -> bool:
    """`second` begins inside of `first` or where it ends, and one of the two has the point between them."""
    if first.high is None or second.low is None:
        return True
    order = _order(second.low, first.high)
    return order < 0 or (order == 0 and bool(first.high_closed or second.low_closed))


def _joined(first: Interval, second: Interval) -> Interval:
    if first.high is None or second.high is None:
        return replace(first, high=None, high_closed=False)
    order = _order(first.high, second.high)
    if order == 0:
        return replace(first, high_closed=bool(first.high_closed or second.high_closed))
    return first if order > 0 else replace(first, high=second.high, high_closed=second.high_closed)


def common(first: tuple[Interval, ...], second: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """The intersection. Raises `NoIntervalError` where ends that matter cannot be compared."""
    met = [_met(a, b) for a, b in itertools.product(first, second)]
    return united(tuple(piece for piece in met if not _is_certainly_empty(piece)))


def _is_certainly_empty(piece: Interval) -> bool:
    try:
        return _is_empty(piece)
    except NoIntervalError:
        return False


def _met(a: Interval, b: Interval) -> Interval:
    low, low_closed = _tighter((a.low, a.low_closed), (b.low, b.low_closed), sign=1)
    high, high_closed = _tighter((a.high, a.high_closed), (b.high, b.high_closed), sign=-1)
    return Interval(low, high, low_closed, high_closed)


def _tighter(
    a: tuple[str | None, bool | None], b: tuple[str | None, bool | None], *, sign: int
) -> tuple[str | None, bool | None]:
    if a[0] is None or b[0] is None:
        return b if a[0] is None else a
    order = _order(a[0], b[0]) * sign
    if order == 0:
        return a[0], a[1] and b[1]
    return a if order > 0 else b


def without_points(ends: list[str]) -> tuple[Interval, ...]:
    """The line without some points."""
    pieces: tuple[Interval, ...] = (LINE,)
    for end in ends:
        pieces = common(pieces, (Interval(None, end), Interval(end, None)))
    return pieces


def integers(pieces: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """One spelling for the integers in `pieces`: `2 < n < 6` and `3, 4, 5` reach from 5/2 to 11/2."""
    halves = [
        Interval(
            _half_below(piece.low, piece.low_closed, sign=1), _half_below(piece.high, piece.high_closed, sign=-1),
            piece.low is not None, piece.high is not None,
        )
        for piece in pieces
    ]  # fmt: skip
    return united(tuple(halves))


def _half_below(end: str | None, closed: bool | None, *, sign: int) -> str | None:
    """The end moved outward to the half before the outermost integer inside; `sign` 1 at the lower end."""
    value = None if end is None else end_value(end)
    if end is None or value is None or abs(value) > MAX_WHOLE:
        return end
    nearest = round(float(value))
    whole = same_value(value, Fraction(nearest))
    inside = nearest + (0 if closed else sign) if whole else sign * math.ceil(float(value) * sign)
    return f"{2 * inside - sign}/2"
