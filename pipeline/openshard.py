"""A shard of a stream while its rows are in flight, and what is counted on their behalf."""

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

from pipeline.outbox import Outbox, Result
from pipeline.schema import Record
from pipeline.shard import Counters, ShardTask
from pipeline.stage import StreamStage

LIVE_EVERY_S = 0.25


@dataclass(eq=False)
class OpenShard:
    """A shard that is not committed yet: rows `left` to answer, rows `done` and not filed.

    seconds -- wall time from the row done before each of its own, whichever shard that was of; so the seconds of all
               shards are those of the node
    """

    task: ShardTask
    outbox: Outbox
    left: int
    done: list[tuple[Record, Result]] = field(default_factory=list)
    counters: Counters = field(default_factory=Counters)
    seconds: float = 0.0

    def file(self) -> None:
        done, self.done = self.done, []
        self.outbox.put([row for row, _ in done], [result for _, result in done])

    def held(self) -> dict[str, float]:
        """How long GPUs were held, by all workers together: what `plan` estimates GPU-hours from."""
        assert isinstance(self.task.stage, StreamStage)
        gpus = self.task.stage.gpus_per_responder() * self.task.context.run.workers
        return {"gpu_seconds": round(self.seconds * gpus, 3)} if gpus else {}


class Tally:
    """Counts what a row's task and the tasks it starts count, for the row's shard, and tells a few times a second.

    What is counted on behalf of no row, or too late for its shard, goes to the shard that is closed next.
    """

    def __init__(self, live: Callable[[str, float], None]) -> None:
        self.live = live
        self.of: ContextVar[OpenShard | None] = ContextVar("shard of the row", default=None)
        self.spare = Counters()
        self.closed: set[int] = set()
        self.untold = Counters()
        self.told = 0.0

    def __call__(self, name: str, amount: float) -> None:
        shard = self.of.get()
        counters = self.spare if shard is None or shard.task.index in self.closed else shard.counters
        if amount:
            counters(name, amount)
        self.tell(name, amount)

    def tell(self, name: str, amount: float) -> None:
        self.untold(name, amount)
        if time.monotonic() - self.told >= LIVE_EVERY_S:
            self.flush()

    def flush(self) -> None:
        self.told, untold, self.untold = time.monotonic(), self.untold, Counters()
        for name, amount in untold.amounts.items():
            self.live(name, amount)

    def close(self, shard: OpenShard) -> dict[str, float]:
        """What was counted for a shard, once and for all."""
        self.closed.add(shard.task.index)
        spare, self.spare = self.spare, Counters()
        for name, amount in spare.amounts.items():
            shard.counters(name, amount)
        return shard.counters.amounts | shard.held()
