"""Samples of one problem, drawn side by side and counted in the order of their indices.

The rule sees sample i only when 0 to i - 1 are known, so that neither the speed of a machine nor the length of a text
decides what counts. At its start and after each one known, so many are under way as the rule needs to be able to stop:
nothing is asked beyond the sample at which it stops, unless `ahead` trades tokens for time. What is then still under
way is cancelled; what had come in is in the journal and no row.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from stages._stopping import soonest, stop_reason
from stages.records import Draw, StopReason, StopRule
from verifier import Outcome


class Countable(Protocol):
    """`outcome` is None where nothing verifies in between."""

    @property
    def outcome(self) -> Outcome | None: ...


S = TypeVar("S", bound=Countable)


@dataclass(frozen=True, slots=True)
class Prefix(Generic[S]):
    """The samples that count, and how they came to be so many; `surplus` more had come in."""

    samples: Sequence[S]
    draw: Draw
    surplus: int


@dataclass(slots=True)
class Tally:
    decided: int = 0
    correct: int = 0

    def add(self, outcome: Outcome | None) -> None:
        self.decided += outcome in (Outcome.CORRECT, Outcome.INCORRECT)
        self.correct += outcome is Outcome.CORRECT


async def prefix(
    sample: Callable[[int], Coroutine[Any, Any, S | None]], *, budget: int, rule: StopRule | None, ahead: int = 0
) -> Prefix[S]:
    """Draws samples until the rule or the budget ends it; one that is None (not recorded) ends what a rule counts.

    ahead -- so many samples beyond the known ones at least are under way
    """
    known: list[S] = []
    tally = Tally()
    tasks: dict[int, asyncio.Task[S | None]] = {}
    place, stopped = 0, None
    try:
        while stopped is None:
            wanted = budget if rule is None else max(ahead, _needed(rule, tally, left=budget - place))
            wanted = min(wanted, budget - place)
            if wanted == 1 and place not in tasks:
                drawn = await sample(place)  # alone, it needs no task of its own
            else:
                for index in range(place, place + wanted):
                    if index not in tasks:
                        tasks[index] = asyncio.create_task(sample(index))
                drawn = await tasks[place]
            place += 1
            if drawn is not None:
                known.append(drawn)
                tally.add(drawn.outcome)
            is_over = drawn is None and rule is not None
            stopped = StopReason.UNRECORDED if is_over else _stopped(rule, tally, left=budget - place)
        surplus = sum(_has_come_in(task) for index, task in tasks.items() if index >= place)
    finally:
        if any(index >= place for index in tasks):  # else all of them were awaited
            for task in tasks.values():
                task.cancel()
            await asyncio.gather(*tasks.values(), return_exceptions=True)
    if len(known) < place:
        stopped = StopReason.UNRECORDED
    draw = Draw(budget=budget, rule=rule, stopped=stopped)
    if rule is not None:
        draw = replace(draw, num_decided=tally.decided, num_correct=tally.correct)
    return Prefix(known, draw, surplus)


def _has_come_in(task: asyncio.Task[Any]) -> bool:
    return task.done() and task.exception() is None and task.result() is not None


def _needed(rule: StopRule, tally: Tally, *, left: int) -> int:
    return soonest(rule, tally.decided, tally.correct, within=left)


def _stopped(rule: StopRule | None, tally: Tally, *, left: int) -> StopReason | None:
    if rule is None:
        return None if left else StopReason.FIXED
    return stop_reason(rule, tally.decided, tally.correct) or (None if left else StopReason.BUDGET)
