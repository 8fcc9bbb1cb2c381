"""Many responders as one: worker processes hold them, the event loop, the journal and the stage's `fn` stay here."""

import asyncio
import contextlib
import pickle
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pipeline.context import Context
from pipeline.errors import ConfigError, OutageError, TracemillError
from pipeline.fleet.launch import Launcher
from pipeline.fleet.leases import Leases
from pipeline.fleet.post import STALL_S, Crew, Post
from pipeline.fleet.wire import Address, Hello, Setup, Ticket, admit
from pipeline.responder import Answer
from pipeline.stage import StreamStage

LOOK_S = 1.0
# A look that comes later than this says that the driver itself was held up, stopped or asleep.
LATE_S = 5.0


def unheard(name: str, amount: float) -> None:
    """What a context counts with on its way to a worker."""


class Fleet:
    """`run.workers` responders, each started again up to `run.restarts` times without an answer in between.

    Serves as long as one of them does. `close` leaves it to be started again; the failures stay counted.
    """

    def __init__(
        self, stage: StreamStage[Any, Any], context: Context, launcher: Launcher, *, stall_s: float = STALL_S
    ) -> None:
        self.stage, self.context, self.launcher, self.stall_s = stage, context, launcher, stall_s
        self.model = stage.responder(context)  # never started: it knows the digest and how to read answers
        self.leases = Leases(patience=context.run.restarts)
        self.secret = secrets.token_bytes(32)
        self.has_run = False
        self.up = asyncio.Event()
        restarts = context.run.restarts
        crew = Crew(context.node, launcher, self.leases, lambda: self._setup, context.count, self._is_up, restarts)
        self.posts = [Post(number, crew) for number in range(context.run.workers)]
        self._address: Address = ""
        self._setup = Setup(b"", None)
        self._looking: asyncio.Task[None] | None = None
        self._serving: set[asyncio.Task[None]] = set()

    @property
    def digest(self) -> str:
        return self.model.digest

    @property
    def slots(self) -> int:
        return self.model.slots * len(self.posts)

    def decode(self, payload: Mapping[str, Any]) -> Any:
        return self.model.decode(payload)

    async def start(self) -> None:
        """Returns when the first worker is ready; raises why there is none."""
        self.up.clear()
        self._setup = self._packed()
        self._address = await self.launcher.open(self._connected)
        self._looking = asyncio.create_task(self._look())
        for post in self.posts:
            self._open(post)
        await self.up.wait()
        if error := self._hopeless():
            raise error

    async def respond(self, request: Any) -> Answer:
        if error := self._hopeless():
            raise error
        answer: Answer = await self.leases.answer(request)
        return answer

    async def close(self) -> None:
        left = [*self._serving, *([self._looking] if self._looking else [])]
        await asyncio.gather(*(post.close() for post in self.posts))
        await self.launcher.close()
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        self._looking = None
        self.leases.give_up(OutageError(f"{self.context.node}: its workers were closed"))

    # Places

    def _open(self, post: Post) -> None:
        post.open(self._ticket, has_run=lambda: self.has_run)
        assert post.keeping is not None
        post.keeping.add_done_callback(lambda task: self._given_up(post, task))

    def _ticket(self, post: int, launch: int) -> Ticket:
        return Ticket(self._address, self.secret, post, launch)

    def _packed(self) -> Setup:
        try:
            work = pickle.dumps((self.stage, replace(self.context, count=unheard)))
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise ConfigError(f"{self.context.node}: cannot be sent to worker processes: {error}") from error
        return Setup(work, self.digest if self.launcher.is_remote else None)

    def _is_up(self) -> None:
        first, self.has_run = not self.has_run, True
        self.up.set()
        if first:  # a place given up while nothing had worked yet is worth another try now
            for post in self.posts:
                if post.error is not None and not isinstance(post.error, ConfigError):
                    self._open(post)

    def _given_up(self, post: Post, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (broken := task.exception()):
            post.error = OutageError(f"{self.context.node}: worker {post.number + 1}: {broken!r}")
        if error := self._hopeless():
            self.leases.give_up(error)
            self.up.set()

    def _hopeless(self) -> TracemillError | None:
        """Why there is no worker and will be none; None as long as there may be one."""
        errors = [post.error for post in self.posts if post.error is not None]
        if not errors or len(errors) < len(self.posts):
            return None
        wrong = next((error for error in errors if isinstance(error, ConfigError)), None)
        return wrong or OutageError(str(errors[-1]))

    # Connections

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        # Cancelled by `close` alone; asyncio would complain of a callback that ends as a cancelled one.
        with contextlib.suppress(EOFError, asyncio.CancelledError):
            if wire := await admit(reader, writer, self.secret):
                hello: Hello = await wire.receive()
                await self.posts[hello.post].connected(hello, wire)

    async def _look(self) -> None:
        """Finds the workers that have stalled."""
        loop = asyncio.get_running_loop()
        last = loop.time()
        while True:
            await asyncio.sleep(LOOK_S)
            now = loop.time()
            away, last = now - last - LOOK_S, now
            for post in self.posts:
                if away > LATE_S:
                    post.forgive(away)
                post.check(now, self.stall_s)
