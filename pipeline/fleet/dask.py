"""Workers on a Dask cluster: a task that runs as long as its worker process does, on the machine Dask picks for it.

The task starts the process, keeps a connection of its own to the driver and ends with the one or the other: so the
driver can have a process killed that has stalled, hears its last words, and leaves nothing behind when it dies. It
occupies a thread of its Dask worker all the while, as it should: a responder is what that thread is lent for.
"""

import asyncio
import contextlib
import os
from typing import Any

from pipeline.errors import ConfigError
from pipeline.fleet.gpus import gpu_shares, held_gpus, visible_gpus
from pipeline.fleet.launch import Connected, Launched, Launcher
from pipeline.fleet.process import Process
from pipeline.fleet.wire import READ_AHEAD, Address, Enough, Exit, Ticket, Wire, connect

RESOURCE = "GPU"
LOOK_S = 1.0
LAST_WORDS_S = 5.0


class DaskLauncher(Launcher):
    """`client` is a `distributed.Client`; `cluster` the one on this machine, if it is ours, grown to `workers`.

    Its workers offer no GPUs and need not: they have the driver's, whose number is known. A cluster may be without any
    worker that could take the task for `wait_s`, as while its workers are started again.
    """

    is_remote = True

    def __init__(self, client: Any, cluster: Any, *, workers: int, gpus: int, wait_s: float) -> None:
        self.client, self.cluster, self.workers, self.gpus = client, cluster, workers, gpus
        self.wait_s = wait_s
        self._server: asyncio.Server | None = None
        self._watches: set[asyncio.Task[None]] = set()

    async def open(self, connected: Connected) -> Address:
        from distributed.comm.addressing import get_address_host

        if self.cluster is not None:
            gpu_shares(visible_gpus(os.environ), workers=self.workers, each=self.gpus)
            if len(self.cluster.workers) < self.workers:
                await asyncio.to_thread(self.cluster.scale, self.workers)
        elif self.gpus and (offers := await self.offers()) and max(offers) < self.gpus:
            raise ConfigError(self.vacancy)
        # The address under which the scheduler sees this process is one that its workers can reach.
        host = get_address_host(self.client.scheduler_comm.comm.local_address)
        self._server = await asyncio.start_server(connected, host, 0, limit=READ_AHEAD)
        return host, self._server.sockets[0].getsockname()[1]

    @property
    def vacancy(self) -> str:
        where = self.client.scheduler.address
        if not self.gpus:
            return f"the Dask cluster at {where} has no workers; start some: dask worker {where}"
        return (
            f"no worker of the Dask cluster at {where} offers {self.gpus} GPUs; "
            f'start some: dask worker {where} --nthreads 1 --resources "{RESOURCE}={self.gpus}"'
        )

    async def offers(self) -> list[float]:
        """GPUs of each worker of the cluster, free or not; empty where the scheduler does not answer."""
        try:
            workers = (await asyncio.to_thread(self.client.scheduler_info))["workers"]
        except OSError:
            return []
        return [worker["resources"].get(RESOURCE, 0) for worker in workers.values()]

    async def has_place(self) -> bool:
        """Whether there is a worker that could take a task, now or when it is free."""
        return self.cluster is not None or max(await self.offers(), default=-1) >= self.gpus

    async def launch(self, ticket: Ticket) -> Launched:
        future = self.client.submit(
            keep,
            ticket,
            self.gpus,
            key=f"tracemill-responder-{ticket.secret[:4].hex()}-{ticket.post}-{ticket.launch}",
            pure=False,
            resources={RESOURCE: self.gpus} if self.gpus and self.cluster is None else None,
        )
        launched = DaskTask(self, future)
        watch = asyncio.create_task(launched.watch())
        self._watches.add(watch)
        watch.add_done_callback(self._watches.discard)
        return launched

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None
        await asyncio.gather(*self._watches, return_exceptions=True)


class DaskTask(Launched):
    """One task on the cluster and the process it keeps."""

    def __init__(self, launcher: DaskLauncher, future: Any) -> None:
        self._launcher, self._future = launcher, future
        self._ended: asyncio.Future[Exit] = asyncio.get_running_loop().create_future()
        self._wire: Wire | None = None
        self._hearing: asyncio.Task[None] | None = None

    @property
    def ended(self) -> "asyncio.Future[Exit]":
        return self._ended

    def kept_by(self, wire: Wire) -> None:
        if self._wire is not None:
            wire.close()
            return
        self._wire = wire
        self._hearing = asyncio.create_task(self._hear(wire))

    def kill(self) -> None:
        """The keeper kills its process and tells what that last wrote; one that does not is not waited for."""
        if self._wire is None:
            self._end(Exit("called off"))
        elif not self._ended.done():
            self._wire.send(Enough())
            asyncio.get_running_loop().call_later(LAST_WORDS_S, self._end, Exit("killed"))

    async def watch(self) -> None:
        """Until the end: looks whether there is, or may soon be, a worker to run the task; then calls the task off."""
        loop = asyncio.get_running_loop()
        seen = loop.time()
        while not self._ended.done():
            if self._wire is not None or await self._launcher.has_place():
                seen = loop.time()
            elif loop.time() - seen > self._launcher.wait_s:
                self._end(Exit(self._launcher.vacancy))
            if self._future.done() and self._wire is None:
                self._end(Exit(await asyncio.to_thread(self._failure)))
            await asyncio.wait({self._ended}, timeout=LOOK_S)
        if self._wire is not None:
            self._wire.close()
        # Were it left to Dask, a task whose worker died would be run again, beside the one launched in its stead.
        with contextlib.suppress(OSError):
            await asyncio.to_thread(self._launcher.client.cancel, [self._future], force=True)

    def _failure(self) -> str:
        """Why a task has ended before its process had a word; a cancelled one has no error."""
        if self._future.status != "error":
            return f"its Dask task ended ({self._future.status})"
        error = self._future.exception()
        return f"its Dask task failed: {type(error).__name__}: {error}"

    async def _hear(self, wire: Wire) -> None:
        try:
            self._end(await wire.receive())
        except EOFError:
            self._end(Exit("its Dask worker has gone"))

    def _end(self, end: Exit) -> None:
        if not self._ended.done():
            self._ended.set_result(end)


def keep(ticket: Ticket, gpus: int) -> None:
    """The task: one worker process, until it or the driver ends."""
    with held_gpus(gpus) as share:
        asyncio.run(_keep(ticket, share))


async def _keep(ticket: Ticket, share: str | None) -> None:
    try:
        wire = await connect(ticket, "keeper")
    except (EOFError, OSError):
        return  # the driver has gone, or has launched another in the place of this one
    process = await Process.start(ticket, gpus=share)
    leaving = asyncio.create_task(_wanted(wire))
    try:
        either: set[asyncio.Future[Any]] = {process.ended, leaving}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    finally:
        process.kill()
        wire.send(await process.ended)
        leaving.cancel()
        wire.close()


async def _wanted(wire: Wire) -> None:
    """Until the driver has had enough, or has gone."""
    with contextlib.suppress(EOFError):
        await wire.receive()
