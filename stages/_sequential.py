"""What a count that was stopped by a rule says of a pass rate: without bias, and with an interval that covers it.

The share of correct attempts is biased where the count decided when to stop: stopping at the second correct one favours
lucky beginnings. The estimate here (Girshick, Mosteller and Savage 1946) is the chance that the first attempt was
correct, given where the count stopped: paths through one correct first attempt over all paths. For a fixed number that
is the plain share, and for a stop at the k-th correct of n attempts (k - 1) / (n - 1) (Haldane 1945).

The interval inverts two exact tests, as Clopper and Pearson (1934) do, on an order of the stopping points (Jennison and
Turnbull 1983): a count that ran off at the upper end says more the sooner it did, at the lower end likewise, and
between them counts at the budget are ordered by their number of correct ones. Two paths with more and less correct
attempts never change places in this order, so that the tests are monotone and the bounds an interval. Nothing in it
looks beyond the stopping point, and so neither attempts that stayed undecided nor a recording that ran out spoil it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log, log1p

from stages._stopping import LEVEL, stop_reason
from stages.records import StopRule

FIXED = StopRule()
HALVINGS = 50


# Where a count may stop: decided, correct, and how many orders of outcomes lead there.
Point = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Walk:
    """All ways to `decided` attempts: stops before, above and below what went on, and the paths to each last state."""

    above: tuple[Point, ...]
    below: tuple[Point, ...]
    last: Mapping[int, int]


@lru_cache(maxsize=10_000)
def estimate(rule: StopRule, decided: int, correct: int) -> float:
    """The unbiased estimate of a pass rate from a count that stopped at `decided` >= 1 attempts.

    Raises `ValueError` where the rule would have stopped the count before.
    """
    paths = _walk(rule, decided).last.get(correct, 0)
    if not paths:
        raise ValueError(f"{rule} stops before {correct} of {decided} attempts are correct")
    return _walk(rule, decided, first_correct=True).last.get(correct, 0) / paths


@lru_cache(maxsize=10_000)
def interval(rule: StopRule, decided: int, correct: int, level: float = LEVEL) -> tuple[float, float]:
    """Bounds of a pass rate that cover it in at least a share `level` of counts, whatever it is."""
    walk, tail = _walk(rule, decided), (1 - level) / 2
    here = (decided, correct, walk.last[correct])
    if _ended_below(rule, walk, decided, correct):
        lower = (*walk.below, *_states(walk, decided, range(correct)))
        low = _root(lambda rate: _chance(lower, rate) - (1 - tail))
        high = _root(lambda rate: _chance((*lower, here), rate) - tail)
    else:
        higher = (*walk.above, *_states(walk, decided, range(correct + 1, decided + 1)))
        low = _root(lambda rate: tail - _chance((*higher, here), rate))
        high = _root(lambda rate: (1 - tail) - _chance(higher, rate))
    return (low if correct else 0.0), (high if correct < decided else 1.0)


def _chance(points: Sequence[Point], rate: float) -> float:
    """That a count stops at one of them, for a pass rate strictly between 0 and 1."""
    right, wrong = log(rate), log1p(-rate)
    return sum(exp(log(paths) + correct * right + (decided - correct) * wrong) for decided, correct, paths in points)


def _states(walk: Walk, decided: int, corrects: Sequence[int]) -> list[Point]:
    return [(decided, correct, walk.last[correct]) for correct in corrects if correct in walk.last]


def _ended_below(rule: StopRule, walk: Walk, decided: int, correct: int) -> bool:
    """Whether the count ran off at the lower end, while with as many attempts others went on."""
    if stop_reason(rule, decided, correct) is None:
        return False
    going_on = [other for other in walk.last if stop_reason(rule, decided, other) is None]
    return bool(going_on) and correct < min(going_on)


@lru_cache(maxsize=1_000)
def _walk(rule: StopRule, decided: int, *, first_correct: bool = False) -> Walk:
    """Paths counted forward: from (0, 0), or from (1, 1) alone."""
    open_states: dict[int, int] = {1: 1} if first_correct else {0: 1}
    above: list[Point] = []
    below: list[Point] = []
    for number in range(1 if first_correct else 0, decided):
        going_on = {correct: paths for correct, paths in open_states.items() if _goes_on(rule, number, correct)}
        for correct, paths in open_states.items():
            if correct not in going_on:
                side = below if going_on and correct < min(going_on) else above
                side.append((number, correct, paths))
        open_states = _next(going_on)
    return Walk(tuple(above), tuple(below), open_states)


def _goes_on(rule: StopRule, decided: int, correct: int) -> bool:
    return not decided or stop_reason(rule, decided, correct) is None


def _next(states: Mapping[int, int]) -> dict[int, int]:
    following: dict[int, int] = {}
    for correct, paths in states.items():
        following[correct] = following.get(correct, 0) + paths
        following[correct + 1] = following.get(correct + 1, 0) + paths
    return following


def _root(falling: Callable[[float], float]) -> float:
    """Where a function that falls from a positive value crosses zero, in (0, 1), by halving."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return (low + high) / 2
