"""The servers behind an endpoint: who is asked next, how fast, and who is left alone for a while."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from teachers._endpoint_models import Models
from teachers._endpoint_trouble import PassingError
from teachers.errors import TeacherOutageError
from teachers.options import EndpointOptions

# A server that refuses connections is gone; one that fails in other ways may fail now and then, until it has failed
# this often without one answer in between.
SUSPECT_AFTER = 8
LONGEST_WAIT_S = 60.0
# A rate may be exceeded for this long, then it holds.
BURST_S = 1.0


@dataclass
class Rate:
    """So much a minute, first come first served: each taker is told how long to wait, and waits for itself."""

    per_minute: int
    spent_until: float = 0.0

    def reserve(self, cost: float, now: float) -> float:
        """Seconds to wait before `cost` may be spent."""
        start = max(self.spent_until, now - BURST_S)
        self.spent_until = start + cost * 60 / self.per_minute
        return max(0.0, start - now)

    def give_back(self, cost: float) -> None:
        self.spent_until -= cost * 60 / self.per_minute


@dataclass
class Host:
    """One server.

    free_at  -- before this moment of the monotonic clock it is asked nothing
    is_known -- it has said which models it serves since it was last set aside
    setbacks -- how often it was set aside or asked us to wait with no answer begun since
    models   -- what it says it serves
    owner    -- who serves the model by its own word, such as "vllm"
    """

    url: str
    rates: list[tuple[Rate, bool]]
    in_flight: int = 0
    free_at: float = 0.0
    set_back_at: float = 0.0
    is_known: bool = False
    is_probed: bool = False
    setbacks: int = 0
    failures: int = 0
    models: Models = field(default_factory=Models)
    owner: str | None = None
    gives_usage: bool = False
    last_trouble: str = ""

    def alive(self) -> None:
        self.setbacks = self.failures = 0

    def is_free(self) -> bool:
        return time.monotonic() >= self.free_at and not self.is_probed

    async def admit(self, tokens: int) -> None:
        """Waits until the rates allow one more request; a taker that is cancelled gives back what it reserved."""
        now = time.monotonic()
        costs = [(rate, tokens if counts_tokens else 1) for rate, counts_tokens in self.rates]
        try:
            await asyncio.sleep(max((rate.reserve(cost, now) for rate, cost in costs), default=0.0))
        except asyncio.CancelledError:
            for rate, cost in costs:
                rate.give_back(cost)
            raise


@dataclass
class Hosts:
    """All servers. `probe` asks one whether it serves the model; it raises what `respond` may raise."""

    options: EndpointOptions
    probe: Callable[[Host], Awaitable[None]]
    first_wait_s: float
    hosts: Sequence[Host] = ()
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        limits = (self.options.requests_per_minute, False), (self.options.tokens_per_minute, True)
        self.hosts = [
            Host(url=url, rates=[(Rate(limit), counts_tokens) for limit, counts_tokens in limits if limit])
            for url in self.options.urls
        ]

    async def survey(self) -> None:
        """Asks every server which models it serves; returns when one is there, raises `TeacherOutageError` if none."""
        found = await asyncio.gather(*(self._get_to_know(host) for host in self.hosts), return_exceptions=True)
        for wrong in filter(None, found):
            raise wrong
        async with self.place(0, avoid=None):
            pass

    @asynccontextmanager
    async def place(self, tokens: int, *, avoid: Host | None) -> AsyncIterator[Host]:
        """A server that takes one more request now, rather another than `avoid`."""
        while True:
            host = await self._next(avoid)
            host.in_flight += 1
            try:
                await host.admit(tokens)
                if host.is_free():
                    yield host
                    return
            finally:
                host.in_flight -= 1
                self._wake()

    def note(self, host: Host, trouble: PassingError, *, since: float) -> None:
        """Takes in a failure of a request that was sent at the moment `since`."""
        host.last_trouble = f"{host.url}: {trouble}"
        host.failures += 1
        if since < host.set_back_at:
            return  # the same incident: requests under way together fail together
        if trouble.kind == "rate_limited" or trouble.wait_s is not None:
            self._set_back(host, trouble.wait_s)
        elif trouble.kind == "unreachable" or host.failures >= SUSPECT_AFTER:
            host.is_known = False
            self._set_back(host, None)

    def backoff(self, failures: int) -> float:
        """Seconds, twice as many each time, up to a minute; the jitter keeps those that failed together apart."""
        return min(LONGEST_WAIT_S, self.first_wait_s * 2.0 ** (failures - 1)) * random.uniform(0.5, 1.0)

    def _set_back(self, host: Host, wait_s: float | None) -> None:
        if wait_s is not None and wait_s > self.options.timeout_s:
            raise TeacherOutageError(
                f"{host.last_trouble}; it asks to wait {wait_s:.0f} s, longer than endpoint.timeout_s. What is "
                "answered is kept: run again then, or raise endpoint.timeout_s"
            )
        host.setbacks += 1
        host.failures = 0
        host.set_back_at = time.monotonic()
        host.free_at = host.set_back_at + (self.backoff(host.setbacks) if wait_s is None else wait_s)
        self._wake()

    async def _next(self, avoid: Host | None) -> Host:
        while True:
            if all(host.setbacks > self.options.retries for host in self.hosts):
                troubles = "; ".join(host.last_trouble for host in self.hosts)
                raise TeacherOutageError(f"no answer after {self.options.retries} retries: {troubles}")
            free = [host for host in self.hosts if host.is_free() and host.in_flight < self.options.max_in_flight]
            if not free:
                await self._change()
                continue
            host = min(free, key=lambda host: (host is avoid, host.in_flight))
            if host.is_known:
                return host
            await self._get_to_know(host)

    async def _change(self) -> None:
        """Waits until a request ends, a server is set back or found, or the wait of one is over."""
        now = time.monotonic()
        waits = [host.free_at - now for host in self.hosts if host.free_at > now]
        try:
            async with asyncio.timeout(min(waits) * random.uniform(1.0, 1.05) + 0.001 if waits else None):
                await self.changed.wait()
        except TimeoutError:
            return

    async def _get_to_know(self, host: Host) -> None:
        """One asks, the others wait for what it finds."""
        host.is_probed = True
        since = time.monotonic()
        try:
            await self.probe(host)
            host.is_known = True
        except PassingError as trouble:
            host.last_trouble = f"{host.url}: {trouble}"
            if since >= host.set_back_at:
                self._set_back(host, trouble.wait_s)
        finally:
            host.is_probed = False
            self._wake()

    def _wake(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()
