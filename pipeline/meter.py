"""How fast a node goes: what was counted, rates of late, what it has cost, the time left.

Counts come by the thousand a second, so they only add up here; what is shown of them is made when it is shown.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pipeline.amounts import clock, money
from pipeline.stage import StreamStage

EVERY_S = 10.0  # between two lines, or two events, of a node
WINDOW_S = 120.0  # rates are those of the last one or two windows


@dataclass(frozen=True)
class Span:
    """What was counted over some seconds."""

    counters: Mapping[str, float]
    seconds: float


class Readings(Protocol):
    """What a person sees of counters beside the rows: `lately` for rates, `whole` (of this run) for sums."""

    def __call__(self, lately: Span, whole: Span) -> list[str]: ...


def rates(lately: Span, whole: Span) -> list[str]:
    """The rate of each counter."""
    return [f"{amount / lately.seconds:,.0f} {name}/s" for name, amount in sorted(lately.counters.items()) if amount]


def readings_of(stage: StreamStage[Any, Any], workers: int) -> Readings:
    """The stage's own readings, and what its teachers have cost in this run."""
    gpus = stage.gpus_per_responder() * workers

    def readings(lately: Span, whole: Span) -> list[str]:
        cost = stage.cost(whole.counters, whole.seconds * gpus / 3600)
        return stage.readings(lately.counters, lately.seconds) + ([money(*cost)] if cost else [])

    return readings


@dataclass(frozen=True)
class Mark:
    """Where a node stood at a moment."""

    at: float
    done: int
    counters: Mapping[str, float]


class Meter:
    """Rows and counters of a running node, their rates of late, and the time left at that rate.

    Rates are taken over the last two to four minutes, so that neither the loading of a model nor a burst of recorded
    answers falsifies them for long. Where there are readings of its own, the clock starts with the first count.
    """

    def __init__(
        self, total: int, unit: str, readings: Readings | None = None, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.total, self.unit, self.now = total, unit, now
        self.readings = readings or rates
        self.done = 0
        self.counters: dict[str, float] = {}
        self.started = self.told = now()
        self.older = self.newer = None if readings else self._mark(self.started)
        self.first = self.older

    @property
    def has_begun(self) -> bool:
        return bool(self.done or self.counters)

    def advance(self, amount: int) -> None:
        self._look()
        self.done += amount
        if self.first is None:
            self.first = self._mark(self.now())

    def count(self, name: str, amount: float) -> None:
        self._look()
        self.counters[name] = self.counters.get(name, 0) + amount

    def _look(self) -> None:
        now = self.now()
        if self.newer is None:
            self.older = self.newer = self._mark(now)
        elif now - self.newer.at >= WINDOW_S:
            self.older, self.newer = self.newer, self._mark(now)

    def _mark(self, now: float) -> Mark:
        return Mark(now, self.done, dict(self.counters))

    def is_due(self) -> bool:
        """Whether something is to be told again; says so once."""
        now = self.now()
        if now - self.told < EVERY_S:
            return False
        self.told = now
        return True

    def elapsed(self) -> float:
        return round(self.now() - self.started, 3)

    def text(self) -> str:
        speed = self._speed()
        rate = f"{speed:,.1f} {self.unit}/s" if speed >= 1 else f"{60 * speed:,.1f} {self.unit}/min"
        told = " · ".join(([rate] if speed else []) + self.read())
        return told or ("no answer yet" if self.readings is not rates and not self.done else "")

    def read(self) -> list[str]:
        now, since, counters = self.now(), self.older, dict(self.counters)
        if since is None:
            return []
        recent = {name: amount - since.counters.get(name, 0) for name, amount in counters.items()}
        return self.readings(Span(recent, max(now - since.at, 1.0)), Span(counters, now - self.started))

    def _speed(self) -> float:
        """Units a second, of late; before the first of them came, many had long been under way."""
        if self.older is None or self.first is None:
            return 0.0
        since = max(self.older, self.first, key=lambda mark: mark.at)
        return (self.done - since.done) / max(self.now() - since.at, 1.0)

    def left_s(self) -> float | None:
        """Seconds to the end at the rate of late; None before it can be told and at the end."""
        speed = self._speed()
        return (self.total - self.done) / speed if speed and self.done < self.total else None

    def remaining(self) -> str:
        left = self.left_s()
        return "" if left is None else f"{clock(left)} left"
