"""Runs a stream stage: rows in flight across shard borders, every answer journalled before it is used.

A shard, which is a slice of an input file, is committed when its last row is done; until then its finished rows wait in
its outbox and their answers in the journal, so that a killed run asks only for what was never answered. `fn` is pure
given its answers: replay is resume.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from pipeline.cycles import seldom_collecting
from pipeline.desk import Desk
from pipeline.errors import BudgetError, TracemillError
from pipeline.executors import Executor
from pipeline.fleet import responder_of
from pipeline.interrupt import is_cancelled, run_until_told, to_its_end
from pipeline.journal import Journal
from pipeline.mixing import Lookahead, mixed
from pipeline.openshard import OpenShard, Tally
from pipeline.outbox import Fault, Outbox, Result, write_lines
from pipeline.schema import Record
from pipeline.shard import ShardTask, broken, fault_of
from pipeline.stage import StreamFn, StreamStage
from pipeline.watch import Watch

# Rows that are filed together: one at a time would cost more than all the rest.
FILED_TOGETHER = 64
# Rows may also wait for something else, such as their verification; too many would only fill the memory.
ROWS_PER_SLOT, ROWS_BESIDE = 4, 256
UNCOMMITTED = 4
# Rows are begun until there is no room, and then not before a quarter of it is free: a few at once cost less.
ROOM_AGAIN = 0.75
# At most so many, and a few beside what the slots hold, before it is looked at what they ask: a look costs a turn.
BEGUN_TOGETHER = 16


@dataclass
class Stream:
    """The rows of all shards, as many in flight as keep the desk's slots busy."""

    fn: StreamFn[Any, Any]
    desk: Desk
    tally: Tally
    watch: Watch
    rows: set[asyncio.Task[None]] = field(default_factory=set)
    shards: dict[OpenShard, None] = field(default_factory=dict)
    whole: list[OpenShard] = field(default_factory=list)
    committing: asyncio.Task[None] | None = None
    failure: BaseException | None = None
    begun: int = 0
    awaited: Callable[[], bool] = bool
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    last_row: float = field(default_factory=time.monotonic)

    async def run(self, tasks: Sequence[ShardTask]) -> None:
        """Raises what a row or a commit could not bear, or what ended the desk."""
        self.desk.moved = self._look
        try:
            try:
                await self._all(tasks)
            finally:
                await self._stop()
        except BudgetError:
            self._show_quarantine()
            raise

    async def _all(self, tasks: Sequence[ShardTask]) -> None:
        stage = tasks[0].stage
        assert isinstance(stage, StreamStage)
        lookahead: Lookahead[OpenShard] = Lookahead()
        for task in mixed(tasks):
            lookahead.add(*await self._open(task))
            await self._begin(lookahead.due())
        await self._begin(lookahead.rest(stage.effort))
        await self._until(lambda: not self.rows and self.committing is None)

    # Opening rows

    async def _open(self, task: ShardTask) -> tuple[OpenShard, list[Record]]:
        assert task.stage.row_in is not None
        assert task.stage.row_out is not None
        rows = await asyncio.to_thread(list, task.source.rows(task.stage.row_in))
        shard = OpenShard(task, Outbox(task.stage.row_out, task.context.scratch / f"{task.index:05d}"), len(rows))
        self.shards[shard] = None
        self._settle(shard)
        return shard, rows

    async def _begin(self, drawn: Iterator[tuple[OpenShard, Any]]) -> None:
        together = max(1, min(BEGUN_TOGETHER, self.desk.slots // BEGUN_TOGETHER))
        for shard, row in drawn:
            self._check()
            if not self._has_room(1.0):
                await self._until(lambda: self._has_room(ROOM_AGAIN))
            self.begun += 1
            task = asyncio.create_task(self._answer(shard, row, self.begun))
            self.rows.add(task)
            task.add_done_callback(self._end)
            if self.begun % together == 0:
                await asyncio.sleep(0)  # so that what they ask is seen

    def _has_room(self, share: float) -> bool:
        """Whether less than this share of the room for requests that wait and for rows is taken."""
        slots = self.desk.slots
        few_rows = len(self.rows) < share * (ROWS_PER_SLOT * slots + ROWS_BESIDE)
        return self.desk.waiting < share * slots and few_rows and len(self.whole) < UNCOMMITTED

    async def _until(self, holds: Callable[[], bool]) -> None:
        """Waits for it."""
        self.awaited = holds
        while not self._is_time():
            self.wake.clear()
            await self.wake.wait()
        self._check()

    def _is_time(self) -> bool:
        return self.awaited() or self.failure is not None or self.desk.failure.done()

    def _check(self) -> None:
        """Raises what a row, a commit or the desk could not bear."""
        if self.desk.failure.done():
            self.desk.failure.result()
        if self.failure:
            raise self.failure

    def _look(self) -> None:
        if self._is_time():
            self.wake.set()

    def _end(self, task: asyncio.Task[None]) -> None:
        self.rows.discard(task)
        if not task.cancelled():
            self.failure = self.failure or task.exception()
        self._look()

    # Finishing them

    async def _answer(self, shard: OpenShard, row: Record, place: int) -> None:
        self.tally.account.set(shard.account)
        try:
            result = await self.fn(row, partial(self.desk.ask, place))
        except TracemillError:
            raise
        except asyncio.CancelledError as error:
            if is_cancelled():
                raise
            result = Fault.of(error)  # the stage's own: nobody cancelled this row
        except Exception as error:  # noqa: BLE001  # a fault of this row goes to quarantine, whatever it is
            result = fault_of(error)
        self._finish(shard, row, result)

    def _finish(self, shard: OpenShard, row: Record, result: Result) -> None:
        now = time.monotonic()
        shard.seconds += now - self.last_row
        self.last_row = now
        shard.done.append((row, result))
        shard.left -= 1
        self.tally.tell("rows", 1)
        if isinstance(result, Fault) or not shard.left or len(shard.done) >= FILED_TOGETHER:
            failed = len(shard.outbox.quarantine)
            shard.file()
            if len(shard.outbox.quarantine) > failed:
                self._judge()
        self._settle(shard)

    def _judge(self) -> None:
        boxes = [shard.outbox for shard in self.shards]
        self.watch.judge(sum(box.rows_in for box in boxes), sum(len(box.quarantine) for box in boxes))

    def _settle(self, shard: OpenShard) -> None:
        if shard.left:
            return
        self.whole.append(shard)
        if self.committing is None:
            self.committing = asyncio.create_task(self._commit())
            self.committing.add_done_callback(self._end)

    async def _commit(self) -> None:
        """Commits what is whole, one shard after another, while rows go on."""
        while self.whole:
            shard = self.whole[0]
            report = await asyncio.to_thread(
                shard.outbox.commit,
                shard.task.artifact,
                shard.task.index,
                expected=shard.task.source.num_rows,
                seconds=shard.seconds,
                counters=self.tally.close(shard),
            )
            del self.whole[0], self.shards[shard]
            self.watch.committed(report)
            self._look()
        self.committing = None

    def _show_quarantine(self) -> None:
        """Of shards that are not whole too: what failed is to be looked at. The next run writes it anew."""
        for shard in self.shards:
            write_lines(shard.task.artifact, "quarantine", shard.task.index, shard.outbox.quarantine)

    async def _stop(self) -> None:
        """Takes back rows in flight; a commit that is under way ends first."""
        for task in self.rows:
            task.cancel()
        await asyncio.gather(*self.rows, return_exceptions=True)
        if self.committing is not None:
            await asyncio.gather(self.committing, return_exceptions=True)
        self.tally.flush()


def run_stream(tasks: Sequence[ShardTask], journal: Callable[[str], Journal], watch: Watch, executor: Executor) -> None:
    """Runs the stage over all shards on one event loop; interrupted, it lets what was answered reach the journal.

    `journal` opens that of a model, which is named by its digest.
    """
    with seldom_collecting():
        run_until_told(_run(tasks, journal, watch, executor))


async def _run(
    tasks: Sequence[ShardTask], open_journal: Callable[[str], Journal], watch: Watch, executor: Executor
) -> None:
    stage, tally = tasks[0].stage, Tally(watch.live)
    assert isinstance(stage, StreamStage)
    context = replace(tasks[0].context, count=tally)
    try:
        responder = responder_of(stage, context, executor)
        slots = context.run.max_in_flight or responder.slots
        journal = open_journal(responder.digest)
        desk = Desk(responder, journal, slots=slots, restarts=context.run.restarts, count=tally)
        ticking = asyncio.create_task(watch.tick())
        try:
            with stage.open(context) as fn:
                await Stream(fn, desk, tally, watch).run(tasks)
        finally:
            ticking.cancel()
            await to_its_end(_close(desk, journal))
    except TracemillError:
        raise
    except Exception as error:  # the stage broke outside of any row
        raise broken(context.node, error) from error


async def _close(desk: Desk, journal: Journal) -> None:
    try:
        await desk.close()
    finally:
        await journal.close()
