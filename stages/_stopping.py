"""When enough attempts at a problem were drawn: a rule over how many were decided and how many of those were right.

The states (decided, correct) in which a rule goes on are, for every number of decided attempts, a run of consecutive
numbers of correct ones. What estimates from a stopped count (`stages/_sequential.py`) relies on that.
"""

from functools import lru_cache
from math import sqrt
from statistics import NormalDist

from stages.records import StopReason, StopRule

LEVEL = 0.95


def check_rule(rule: StopRule, *, budget: int) -> None:
    """Raises `ValueError` for a rule that says nothing or wants more right ones than `budget` attempts can have.

    One that gives up later than the budget ends is none: so the budget alone can be lowered.
    """
    if rule.correct is None and rule.interval is None and rule.give_up is None:
        raise ValueError("stop says nothing; give it `correct`, `interval` or `give_up`, or leave it out")
    if rule.correct is not None and not 1 <= rule.correct <= budget:
        raise ValueError(f"stop.correct is {rule.correct}; of {budget} samples 1 to {budget} can be correct")
    if rule.interval is not None and not 0 < rule.interval < 1:
        raise ValueError(f"stop.interval is {rule.interval:g}; the width of an interval of shares lies between 0 and 1")
    give_up = rule.give_up
    if give_up is not None and not 1 <= give_up.correct <= give_up.attempts:
        raise ValueError(f"stop.give_up is {give_up}; wanted 1 <= correct <= attempts")


@lru_cache(maxsize=100_000)
def stop_reason(rule: StopRule, decided: int, correct: int) -> StopReason | None:
    """Why the rule stops here; None where it goes on."""
    if rule.correct is not None and correct >= rule.correct:
        return StopReason.CORRECT
    if rule.interval is not None and decided and _width(decided, correct) < rule.interval:
        return StopReason.INTERVAL
    if rule.give_up is not None and decided >= rule.give_up.attempts and correct < rule.give_up.correct:
        return StopReason.GAVE_UP
    return None


@lru_cache(maxsize=100_000)
def soonest(rule: StopRule, decided: int, correct: int, *, within: int) -> int:
    """The fewest further decided attempts after which the rule can stop, at most `within`."""
    for more in range(1, within):
        if any(stop_reason(rule, decided + more, correct + right) for right in range(more + 1)):
            return more
    return within


def _width(decided: int, correct: int) -> float:
    low, high = wilson(decided, correct)
    return high - low


def wilson(decided: int, correct: int, level: float = LEVEL) -> tuple[float, float]:
    """The score interval (Wilson 1927) of a share of `decided` >= 1 independent attempts; it stays within [0, 1]."""
    point = NormalDist().inv_cdf((1 + level) / 2)
    share, square = correct / decided, point**2
    centre = (share + square / (2 * decided)) / (1 + square / decided)
    spread = sqrt(share * (1 - share) / decided + square / (4 * decided**2)) * point / (1 + square / decided)
    return (centre - spread if correct else 0.0), (centre + spread if correct < decided else 1.0)
