"""How long a node will take and what it will cost, scaled from what was measured. Where nothing tells, None."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.config import Node
from pipeline.manifest import Totals
from pipeline.stage import FileStage, StreamStage, TableStage

GPU_SECONDS = "gpu_seconds"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One node: `action` is hit, partial, miss or, of rows that were dropped and are needed, again.

    Estimates are None where nothing measured tells, and for a hit.

    asks       -- whether it asks a teacher, or any other that it waits for
    seconds    -- wall time, with the workers of now
    tokens     -- answered by a teacher, at most: what the journal holds already is not asked again
    core_hours -- of all workers, a core each; None where the stage asks
    gpu_hours  -- of all workers; None where the stage holds no GPU for itself
    cost       -- in `currency`, where the stage knows a price
    bytes      -- disk
    measured   -- on what: "so far" (this result's finished part), "earlier" (runs of this node), "elsewhere" (the store
                  has a result of the same stage and model)
    """

    node: str
    stage: str
    action: str
    rows_in: int | None
    rows_out: int | None
    asks: bool
    seconds: float | None = None
    tokens: int | None = None
    core_hours: float | None = None
    gpu_hours: float | None = None
    cost: float | None = None
    currency: str | None = None
    bytes: int | None = None
    measured: str | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Rates:
    """What was measured; `times` is how many times the requests of then a row needs now. None is unknown."""

    measured: str
    rows_in: int
    rows_out: float | None
    seconds: float
    counters: Mapping[str, float]
    bytes: int | None
    times: float = 1.0

    @classmethod
    def of(cls, measured: str, then: Totals, bytes_: int, times: float = 1.0) -> "Rates":
        return cls(
            measured=measured,
            rows_in=then.rows_in,
            rows_out=then.rows_out,
            seconds=then.seconds,
            counters=then.counters,
            bytes=bytes_,
            times=times,
        )

    def estimate(self, node: Node, action: str, given: int, left: int) -> Step:
        """The step for `given` rows, of which so many are left."""
        per_row = self.times / max(self.rows_in, 1)
        scale = per_row * left
        counters = {name: amount * scale for name, amount in self._all_asked().items()}
        seconds, core_hours = spent(node, self._seconds(node, scale))
        gpu_hours, cost = None, None
        if isinstance(node.stage, StreamStage):
            gpus = _gpus(node.stage, node)
            gpu_hours = seconds * gpus / 3600 if gpus and seconds is not None else None
            cost = node.stage.cost(counters, gpu_hours or 0.0) if gpu_hours or not gpus else None
            cost = cost if cost and cost[0] else None  # of tokens and GPU-hours that were not counted
        return Step(
            node=node.name,
            stage=type(node.stage).uses(),
            action=action,
            rows_in=given,
            rows_out=None if self.rows_out is None else round(self.rows_out * per_row * given),
            asks=asks(node),
            seconds=None if seconds is None else round(seconds, 1),
            tokens=round(counters["tokens"]) if "tokens" in counters else None,
            core_hours=core_hours,
            gpu_hours=None if gpu_hours is None else round(gpu_hours, 3),
            cost=round(cost[0], 4) if cost else None,
            currency=cost[1] if cost else None,
            bytes=None if self.bytes is None else round(self.bytes * scale),
            measured=self.measured,
        )

    def _seconds(self, node: Node, scale: float) -> float | None:
        """None where every request of then was answered by the journal, which tells nothing of a teacher."""
        paid = self.paid
        if not paid:
            return None
        held = self.counters.get(GPU_SECONDS)
        if held and isinstance(node.stage, StreamStage) and (gpus := _gpus(node.stage, node)):
            return held * scale / paid / gpus
        return self.seconds * scale / paid

    def _all_asked(self) -> dict[str, float]:
        """The counters of then, had no answer come from the journal."""
        counters = {name: amount for name, amount in self.counters.items() if name != GPU_SECONDS}
        if reused := counters.pop("reused", 0):
            counters["asked"] = counters.get("asked", 0) + reused
        return counters

    @property
    def paid(self) -> float:
        """The share of the requests of then that a teacher answered; 1 where there were none."""
        asked, reused = (self.counters.get(name, 0) for name in ("asked", "reused"))
        return asked / (asked + reused) if asked + reused else 1.0


def asks(node: Node) -> bool:
    return isinstance(node.stage, StreamStage)


def spent(node: Node, seconds: float | None) -> tuple[float | None, float | None]:
    """Wall time and core-hours of a node whose shards, one after the other, would take so many seconds.

    Tables and files are made in one go; what a stage that asks takes was divided by its workers before.
    """
    if seconds is None or asks(node):
        return seconds, None
    workers = 1 if isinstance(node.stage, (TableStage, FileStage)) else node.run.workers
    return seconds / workers, round(seconds / 3600, 3)


def _gpus(stage: StreamStage[Any, Any], node: Node) -> int:
    return stage.gpus_per_responder() * node.run.workers
