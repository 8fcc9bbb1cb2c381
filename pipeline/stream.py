"""Runs a stream stage: rows in flight across shard borders, every answer journalled before it is used.

A shard is committed when its last row is done; until then its finished rows wait in memory and their answers in the
journal, so that a killed run asks only for what was never answered. `fn` is pure given its answers: replay is resume.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.errors import OutageError, TracemillError
from pipeline.executors import Executor
from pipeline.fleet import responder_of
from pipeline.journal import Journal, request_key
from pipeline.manifest import ShardReport
from pipeline.outbox import Fault, Outbox
from pipeline.schema import Record
from pipeline.shard import Counters, ShardTask, broken
from pipeline.stage import Responder, StreamFn, StreamStage

Committed = Callable[[ShardReport], None]


class Desk:
    """Answers requests: from the journal, from one already under way, or from the responder."""

    def __init__(
        self, responder: Responder, journal: Journal, *, slots: int, count: Callable[[str, float], None]
    ) -> None:
        self.responder = responder
        self.journal = journal
        self.count = count
        self.slots = asyncio.Semaphore(slots)
        self.starting: asyncio.Task[None] | None = None
        self.under_way: dict[str, asyncio.Task[Any]] = {}

    async def ask(self, request: Any) -> Any:
        key = request_key(self.responder.digest, request.payload())
        recorded = self.journal.get(key)
        if recorded is not None:
            self.count("reused", 1)
            return self.responder.decode(recorded)
        if key not in self.under_way:
            self.under_way[key] = asyncio.create_task(self._fetch(key, request))
            self.under_way[key].add_done_callback(lambda _: self.under_way.pop(key, None))
        return await asyncio.shield(self.under_way[key])

    async def _fetch(self, key: str, request: Any) -> Any:
        async with self.slots:
            if self.starting is None:
                self.starting = asyncio.create_task(self._start())
            await asyncio.shield(self.starting)
            answer = await self.responder.respond(request)
        await self.journal.put(key, answer.payload())
        self.count("asked", 1)
        return answer

    async def _start(self) -> None:
        try:
            await self.responder.start()
            self.count("asked", 0)  # here the clock of the progress begins
        except TracemillError:
            raise
        except Exception as error:  # no row is to blame for it
            raise OutageError(f"the teacher did not start: {type(error).__name__}: {error}") from error

    async def close(self) -> None:
        tasks = list(self.under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self.starting is not None:
            await asyncio.gather(self.starting, return_exceptions=True)
            await self.responder.close()


@dataclass
class OpenShard:
    """A shard some of whose rows are still in flight."""

    task: ShardTask
    outbox: Outbox
    in_flight: int = 0
    exhausted: bool = False

    @property
    def is_whole(self) -> bool:
        return self.exhausted and not self.in_flight


@dataclass
class Stream:
    """The rows of all shards, at most `window` of them in flight."""

    fn: StreamFn[Any, Any]
    desk: Desk
    committed: Committed
    counters: Counters
    live: Callable[[str, float], None]
    window: int
    in_flight: set[asyncio.Task[None]] = field(default_factory=set)
    whole: list[OpenShard] = field(default_factory=list)
    last_commit: float = field(default_factory=time.monotonic)

    async def run(self, tasks: Sequence[ShardTask]) -> None:
        try:
            for shard, row in self._rows(tasks):
                if row is None:
                    shard.exhausted = True
                    self._settle(shard)
                else:
                    shard.in_flight += 1
                    self.in_flight.add(asyncio.create_task(self._answer(shard, row)))
                await self._step(self.window)
            await self._step(1)
        finally:
            for task in self.in_flight:
                task.cancel()
            await asyncio.gather(*self.in_flight, return_exceptions=True)

    def _rows(self, tasks: Sequence[ShardTask]) -> Iterator[tuple[OpenShard, Record | None]]:
        for task in tasks:
            assert task.stage.row_in is not None
            assert task.stage.row_out is not None
            shard = OpenShard(task, Outbox(task.stage.row_out))
            for row in task.source.rows(task.stage.row_in):
                yield shard, row
            yield shard, None

    async def _step(self, limit: int) -> None:
        """Waits until fewer than `limit` rows are in flight; raises what a row could not bear; commits whole shards."""
        while len(self.in_flight) >= limit:
            done, self.in_flight = await asyncio.wait(self.in_flight, return_when=asyncio.FIRST_COMPLETED)
            failed = [task for task in done if task.exception()]  # looks at all, or asyncio reports the rest
            if failed:
                failed[0].result()
        while self.whole:
            shard = self.whole.pop(0)
            now = time.monotonic()
            seconds, self.last_commit = now - self.last_commit, now
            amounts, self.counters.amounts = self.counters.amounts | _held(shard.task, seconds), {}
            index, artifact = shard.task.index, shard.task.artifact
            expected = shard.task.source.num_rows
            report = await asyncio.to_thread(
                shard.outbox.commit, artifact, index, expected=expected, seconds=seconds, counters=amounts
            )
            self.committed(report)

    async def _answer(self, shard: OpenShard, row: Record) -> None:
        try:
            result = await self.fn(row, self.desk.ask)
        except TracemillError:
            raise
        except Exception as error:  # noqa: BLE001  # a fault of this row goes to quarantine, whatever it is
            result = Fault.of(error)
        shard.outbox.put([row], [result])
        self.live("rows", 1)
        shard.in_flight -= 1
        self._settle(shard)

    def _settle(self, shard: OpenShard) -> None:
        if shard.is_whole:
            self.whole.append(shard)


def _held(task: ShardTask, seconds: float) -> dict[str, float]:
    """How long GPUs were held, by all workers together: what `plan` estimates GPU-hours from."""
    assert isinstance(task.stage, StreamStage)
    gpus = task.stage.gpus_per_responder() * task.context.run.workers
    return {"gpu_seconds": round(seconds * gpus, 3)} if gpus else {}


def run_stream(
    tasks: Sequence[ShardTask],
    journal_root: Path,
    committed: Committed,
    live: Callable[[str, float], None],
    executor: Executor,
) -> None:
    """Runs the stage over all shards on one event loop; `committed` is told of each shard, `live` of each count."""
    asyncio.run(_run(tasks, journal_root, committed, live, executor))


async def _run(
    tasks: Sequence[ShardTask],
    journal_root: Path,
    committed: Committed,
    live: Callable[[str, float], None],
    executor: Executor,
) -> None:
    stage, counters = tasks[0].stage, Counters()
    assert isinstance(stage, StreamStage)

    def count(name: str, amount: float) -> None:
        counters(name, amount)
        live(name, amount)

    context = replace(tasks[0].context, count=count)
    try:
        responder = responder_of(stage, context, executor)
        slots = context.run.max_in_flight or responder.slots
        journal = Journal(journal_root, responder.digest)
        desk = Desk(responder, journal, slots=slots, count=count)
        try:
            with stage.open(context) as fn:
                await Stream(fn, desk, committed, counters, live, window=slots + 1).run(tasks)
        finally:
            await desk.close()
            await journal.close()
    except TracemillError:
        raise
    except Exception as error:  # the stage broke outside of any row
        raise broken(context.node, error) from error
