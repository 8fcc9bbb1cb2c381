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
class Account(Counters):
    """What is counted for a shard. Tasks that outlive the row they were begun for hold this and no rows."""

    is_closed: bool = False


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
    account: Account = field(default_factory=Account)
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
        self.account: ContextVar[Account | None] = ContextVar("account of the row's shard", default=None)
        self.spare = Counters()
        self.untold = Counters()
        self.told = 0.0

    def __call__(self, name: str, amount: float) -> None:
        account = self.account.get()
        if amount:
            counters = self.spare if account is None or account.is_closed else account
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
        shard.account.is_closed = True
        spare, self.spare = self.spare, Counters()
        for name, amount in spare.amounts.items():
            shard.account(name, amount)
        return shard.account.amounts | shard.held()
