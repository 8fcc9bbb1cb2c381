"""One place of a fleet: a worker process at work there, and another in its stead when it is lost."""

import asyncio
import contextlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipeline.errors import ConfigError, OutageError, TracemillError
from pipeline.fleet.launch import Launched, Launcher
from pipeline.fleet.leases import Hand, Leases
from pipeline.fleet.wire import (
    Answered,
    Asked,
    Beat,
    Counted,
    Exit,
    Failed,
    Hello,
    NotStarted,
    Ready,
    Setup,
    Ticket,
    Wire,
    Withdrawn,
    unpacked,
)

# A worker beats every 2 s from its event loop. To be taken for stalled it must be silent far longer than a busy
# machine, a swapped page or the import of a large library can hold it up: a false alarm costs the minutes in which its
# model loads again, patience only the requests that wait meanwhile.
STALL_S = 60.0
# A worker that was told to end may have an engine to shut down.
END_S = 30.0


@dataclass(frozen=True, slots=True)
class Crew:
    """What the places of a fleet share. `ready` is called for each worker that has loaded its model."""

    node: str
    launcher: Launcher
    leases: Leases
    setup: Callable[[], Setup]
    count: Callable[[str, float], None]
    ready: Callable[[], None]
    restarts: int


class Post:
    """`failures` counts the workers lost here without an answer between, over the whole run."""

    def __init__(self, number: int, crew: Crew) -> None:
        self.number, self.crew = number, crew
        self.failures = 0
        self.closing = False
        self.error: TracemillError | None = None
        self.keeping: asyncio.Task[None] | None = None
        self._launches = 0
        self._heard = math.inf
        self._launched: Launched | None = None
        self._wire: Wire | None = None
        self._hand: Hand | None = None
        self._lost: asyncio.Future[TracemillError | None]  # None where the end of the process tells why

    def open(self, ticket: Callable[[int, int], Ticket], *, has_run: Callable[[], bool]) -> None:
        """Keeps a worker here until `close`, or until it is given up for `error`."""
        self.closing, self.error = False, None
        self.keeping = asyncio.create_task(self._keep(ticket, has_run))

    async def _keep(self, ticket: Callable[[int, int], Ticket], has_run: Callable[[], bool]) -> None:
        while True:
            self._launches += 1
            was_ready, error = await self._one(ticket(self.number, self._launches))
            if self.closing:
                return
            self.failures += 1
            # Where nothing has worked yet, the cause is most likely the same for every worker and every time.
            hopeless = isinstance(error, ConfigError) or not (was_ready or has_run())
            if hopeless or self.failures > self.crew.restarts:
                self.error = error
                return
            self.crew.count("restarts", 1)
            await asyncio.sleep(self.failures - 1)  # what it died of, such as memory not yet free, may need a moment

    async def _one(self, ticket: Ticket) -> tuple[bool, TracemillError]:
        """One worker from its launch to its end: whether it was ever ready, and why it ended."""
        self._lost = asyncio.get_running_loop().create_future()
        self._heard = math.inf if self.crew.launcher.is_remote else asyncio.get_running_loop().time()
        try:
            launched = self._launched = await self.crew.launcher.launch(ticket)
        except OSError as broken:
            return False, OutageError(f"{self._name}: {broken}")
        try:
            either: set[asyncio.Future[Any]] = {self._lost, launched.ended}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if self.closing and self._hand is not None:
                await asyncio.wait({launched.ended}, timeout=END_S)
        finally:
            was_ready = self._hand is not None
            launched.kill()
            end = await launched.ended
            error = self._told(end)
            self._leave(error)
        return was_ready, error

    def _told(self, end: Exit) -> TracemillError:
        error = (self._lost.result() if self._lost.done() else None) or OutageError(end.how)
        said = f"\n{end.said}" if end.said else ""
        kind = ConfigError if isinstance(error, ConfigError) else OutageError
        return kind(f"{self._name}: {error}{said}")

    def _leave(self, reason: TracemillError) -> None:
        if self._hand is not None:
            self.crew.leases.leave(self._hand, reason)
        if self._wire is not None:
            self._wire.abort()
        self._hand = self._wire = self._launched = None
        self._heard = math.inf

    @property
    def _name(self) -> str:
        return f"{self.crew.node}: worker {self.number + 1}"

    # What is said and heard

    async def connected(self, hello: Hello, wire: Wire) -> None:
        """Lets in the process launched last and its keeper, and nobody twice."""
        if hello.launch != self._launches or self._launched is None or self._lost.done():
            wire.close()
            return
        self._heard = asyncio.get_running_loop().time()
        if hello.role == "keeper":
            self._launched.kept_by(wire)
        elif self._wire is not None:
            wire.close()
        else:
            self._wire = wire
            wire.send(self.crew.setup())
            await self._listen(wire)

    async def _listen(self, wire: Wire) -> None:
        lost = self._lost
        with contextlib.suppress(EOFError):
            while not lost.done():
                message = await wire.receive()
                if not lost.done():
                    self._hear(wire, message)
        self._lose(None, lost)

    def _hear(self, wire: Wire, message: Any) -> None:
        self._heard = asyncio.get_running_loop().time()
        match message:
            case Answered(lease, answer):
                self._settle(lease, answer)
            case Failed(lease, data):
                self._fail(lease, unpacked(data))
            case Ready(slots):
                self._hand = Hand(
                    slots, lambda lease, request: wire.send(Asked(lease, request)), lambda n: wire.send(Withdrawn(n))
                )
                self.crew.ready()
                self.crew.leases.join(self._hand)
            case NotStarted(data):
                error = unpacked(data)
                self._lose(error if isinstance(error, TracemillError) else OutageError(str(error)), self._lost)
            case Counted(name, amount):
                self.crew.count(name, amount)
            case Beat():
                pass

    def _settle(self, lease: int, outcome: Any) -> None:
        if self._hand is not None and self.crew.leases.settle(self._hand, lease, outcome):
            self.failures = 0

    def _fail(self, lease: int, error: Exception) -> None:
        """An outage is this worker's: all it holds goes to others. Any other error is the request's own."""
        if isinstance(error, OutageError):
            self._lose(error, self._lost)
        else:
            self._settle(lease, error)

    def _lose(self, error: TracemillError | None, lost: "asyncio.Future[TracemillError | None]") -> None:
        if not lost.done():
            lost.set_result(error)
        if lost is self._lost and self._hand is not None:
            self.crew.leases.pass_over(self._hand)

    # From outside

    def forgive(self, seconds: float) -> None:
        """The driver itself was away so long, and heard nobody."""
        self._heard += seconds

    def check(self, now: float, stall_s: float) -> None:
        if now - self._heard > stall_s and self._launched is not None:
            self._lose(OutageError(f"it has stalled: nothing was heard of it for {stall_s:g} s"), self._lost)

    async def close(self) -> None:
        """Lets the worker end by itself, for a while."""
        if self.keeping is None:
            return
        self.closing = True
        if self._wire is not None:
            self._lose(None, self._lost)
            self._wire.close()
        else:
            self.keeping.cancel()
        await asyncio.gather(self.keeping, return_exceptions=True)
        self.keeping = None
