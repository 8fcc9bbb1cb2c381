"""A worker of a fleet: one responder in a process of its own, which answers what the driver leases to it.

It ends when the connection does. Whatever its responder started ends with it, in whatever way it ended itself.
"""

import asyncio
import os
import pickle
import subprocess
import sys
import threading
from dataclasses import replace
from typing import Any

from pipeline.context import Context
from pipeline.errors import OutageError, TracemillError
from pipeline.executors.local import start_worker
from pipeline.fleet.process import decoded
from pipeline.fleet.wire import (
    Answered,
    Asked,
    Beat,
    Counted,
    Failed,
    NotStarted,
    Ready,
    Setup,
    Ticket,
    Wire,
    Withdrawn,
    connect,
    packed,
)
from pipeline.interrupt import response_of
from pipeline.responder import Responder
from pipeline.stage import StreamStage

BEAT_S = 2.0
# Reads nothing until this process has ended, then ends its group: an engine does not notice that nobody asks any more.
GUARD = ("/bin/sh", "-c", "read -r line; kill -KILL 0")


def main() -> None:
    start_worker(int(sys.argv[1]))
    ticket = decoded(sys.stdin.buffer.read())
    _set_guard()
    asyncio.run(work(ticket))


def _set_guard() -> None:
    """The pipe's other end is closed by the end of this process and by nothing before it."""
    watched, _ = os.pipe()
    subprocess.Popen(GUARD, stdin=watched, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(watched)


async def work(ticket: Ticket) -> None:
    """Serves until the driver closes the connection or goes."""
    try:
        wire = await connect(ticket, "worker")
        setup = await wire.receive()
    except (EOFError, OSError) as error:
        sys.exit(f"no place for this worker: {error}")
    await Shift(wire).serve(setup)


class Shift:
    """What a worker has in hand, by lease."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.loop, self.thread = asyncio.get_running_loop(), threading.get_ident()
        self.responder: Responder | None = None
        self.answering: dict[int, asyncio.Task[None]] = {}

    async def serve(self, setup: Setup) -> None:
        """Listens from the start, so that a driver that goes while a model loads is noticed."""
        chores = [asyncio.create_task(self._beat()), asyncio.create_task(self._start(setup))]
        try:
            while True:
                self._take(await self.wire.receive())
        except EOFError:
            pass  # the driver has closed, or gone
        finally:
            left = [*chores, *self.answering.values()]
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
            if self.responder is not None:
                await self.responder.close()

    def _take(self, message: Asked | Withdrawn) -> None:
        match message:
            case Asked(lease, request):
                task = asyncio.create_task(self._answer(lease, request))
                self.answering[lease] = task
                task.add_done_callback(lambda _: self.answering.pop(lease, None))
            case Withdrawn(lease):
                if lease in self.answering:
                    self.answering[lease].cancel()

    async def _beat(self) -> None:
        """From the event loop: one that no longer turns answers nothing, whatever the other threads do."""
        while True:
            self.wire.send(Beat())
            await asyncio.sleep(BEAT_S)

    async def _start(self, setup: Setup) -> None:
        try:
            stage, context = pickle.loads(setup.work)
            self.responder = await self._started(stage, replace(context, count=self._count), setup.digest)
        except TracemillError as error:
            self.wire.send(NotStarted(packed(error)))
        except Exception as error:  # noqa: BLE001  # no request is to blame for it, and the driver decides what follows
            reason = OutageError(f"the teacher did not start: {type(error).__name__}: {error}")
            self.wire.send(NotStarted(packed(reason)))
        else:
            self.wire.send(Ready(self.responder.slots))

    async def _started(self, stage: StreamStage[Any, Any], context: Context, digest: str | None) -> Responder:
        responder = stage.responder(context)
        if digest is not None and await asyncio.to_thread(lambda: responder.digest) != digest:
            raise OutageError(
                f"{context.node}: the model on this worker's machine is not the driver's; "
                "give all machines the same files under the same path"
            )
        await responder.start()
        return responder

    async def _answer(self, lease: int, request: Any) -> None:
        assert self.responder is not None
        try:
            self.wire.send(Answered(lease, await response_of(self.responder, request)))
        except Exception as error:  # noqa: BLE001  # it belongs to this request: the driver sorts out whose it is
            self.wire.send(Failed(lease, packed(error)))

    def _count(self, name: str, amount: float) -> None:
        """From any thread; on the loop's own at once, so that it comes before the answer it was counted for."""
        said = Counted(name, amount)
        if threading.get_ident() == self.thread:
            self.wire.send(said)
        else:
            self.loop.call_soon_threadsafe(self.wire.send, said)
