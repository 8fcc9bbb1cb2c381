"""What a run would do and cost, from what was measured: earlier runs, or what this one did so far.

Nothing is guessed: where no run tells, an estimate is None and `unknown` in the table. While a node runs, a plan tells
what is left of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.artifact import Artifact
from pipeline.config import Node, Recipe
from pipeline.keeping import needed_again
from pipeline.lineage import Located
from pipeline.look import survey_of, told_by_key
from pipeline.manifest import Totals
from pipeline.session import last_keys
from pipeline.stage import SourceStage, StreamStage
from pipeline.store import Store

GPU_SECONDS = "gpu_seconds"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One node: `action` is hit, partial, miss or, of rows that were dropped and are needed, again.

    Estimates are None where nothing measured tells, and for a hit.

    seconds    -- wall time; of stages that hold GPUs with the workers of now, of others with those of then
    tokens     -- answered by a teacher, at most: what the journal holds already is not asked again
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
    seconds: float | None = None
    tokens: int | None = None
    gpu_hours: float | None = None
    cost: float | None = None
    currency: str | None = None
    bytes: int | None = None
    measured: str | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def plan(recipe: Recipe) -> list[Step]:
    """The nodes in run order."""
    survey, found = survey_of(recipe)
    keys, told = last_keys(survey.store, recipe.name), told_by_key(survey.store, recipe.name)
    rows: dict[str, int | None] = {}
    again = frozenset(needed_again(survey, [name for name, one in found.items() if not one or one.state != "complete"]))
    steps = []
    for node in survey.order:
        one = found[node.name]
        if one and node.name in again:
            steps.append(_again(one))
            rows[node.name] = steps[-1].rows_out
            continue
        event = told.get(one.artifact.key) if one else None
        step = _step(survey.store, node, one, event, keys.get(node.name, []), rows)
        rows[node.name] = step.rows_out
        steps.append(step)
    return steps


def _step(
    store: Store,
    node: Node,
    one: Located | None,
    event: Mapping[str, Any] | None,
    keys: list[str],
    rows: Mapping[str, int | None],
) -> Step:
    stage = type(node.stage).uses()
    if one and one.state == "complete":
        totals = one.artifact.manifest().totals
        return Step(node=node.name, stage=stage, action="hit", rows_in=totals.rows_in, rows_out=totals.rows_out)
    done = Totals.of(one.artifact.reports()) if one else Totals()
    action = "partial" if done.rows_in else "miss"
    given = None if isinstance(node.stage, SourceStage) else _sum(rows[name] for name in node.needs)
    rates = _so_far(node, one, done, event) or _earlier(store, node, keys) or _elsewhere(store, node)
    if rates is None:
        return Step(node=node.name, stage=stage, action=action, rows_in=given, rows_out=None)
    given = rates.rows_in if given is None else given
    over = done.rows_in or (event["done"] if event else 0)  # what no shard holds yet is in the journal
    return rates.estimate(node, action, given, max(given - over, 0))


def _again(one: Located) -> Step:
    """As long as it took when its rows were last made."""
    totals, spent = one.artifact.manifest().totals, one.artifact.spent()
    return Step(
        node=one.node.name,
        stage=type(one.node.stage).uses(),
        action="again",
        rows_in=totals.rows_in,
        rows_out=totals.rows_out,
        seconds=round(totals.seconds, 1),
        bytes=spent.bytes if spent else None,
        measured="earlier",
    )


@dataclass(frozen=True, kw_only=True)
class Rates:
    """What was measured; `times` is how many times the requests of then a row needs now. None is unknown."""

    measured: str
    rows_in: int
    rows_out: int | None
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
        seconds, gpu_hours, cost = self._seconds(node, scale), None, None
        if isinstance(node.stage, StreamStage):
            gpus = _gpus(node.stage, node)
            gpu_hours = seconds * gpus / 3600 if gpus and seconds is not None else None
            cost = node.stage.cost(counters, gpu_hours or 0.0) if gpu_hours or not gpus else None
        return Step(
            node=node.name,
            stage=type(node.stage).uses(),
            action=action,
            rows_in=given,
            rows_out=None if self.rows_out is None else round(self.rows_out * per_row * given),
            seconds=None if seconds is None else round(seconds, 1),
            tokens=round(counters["tokens"]) if "tokens" in counters else None,
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


def _gpus(stage: StreamStage[Any, Any], node: Node) -> int:
    return stage.gpus_per_responder() * node.run.workers


def _so_far(node: Node, one: Located | None, done: Totals, event: Mapping[str, Any] | None) -> Rates | None:
    """Of the shards that are whole, or before there are any of what the run last told."""
    if one is None or isinstance(node.stage, SourceStage):
        return None
    if done.rows_in:
        return Rates.of("so far", done, one.artifact.size())
    if event is None or not event["done"] or not isinstance(node.stage, StreamStage):
        return None
    return Rates(
        measured="so far",
        rows_in=event["done"],
        rows_out=None,
        seconds=event["seconds"],
        counters=event["counters"],
        bytes=None,
    )


def _earlier(store: Store, node: Node, keys: list[str]) -> Rates | None:
    stage = type(node.stage).uses()
    return _rates("earlier", node, (store.artifact(stage, key) for key in keys))


def _elsewhere(store: Store, node: Node) -> Rates | None:
    """Of the newest result of the same stage and model, whatever recipe asked for it."""
    if not isinstance(node.stage, StreamStage):
        return None
    stage = type(node.stage).uses()
    whole = [one for one in store.artifacts() if one.path.parent.name == stage and one.is_complete]
    return _rates("elsewhere", node, sorted(whole, key=lambda one: one.finished_at(), reverse=True))


def _rates(measured: str, node: Node, artifacts: Iterable[Artifact]) -> Rates | None:
    """Of the first finished one that can be compared, before all of one that asked a teacher."""
    silent = None
    for artifact in artifacts:
        times = _times(node, artifact) if artifact.is_complete else None
        if times is None:
            continue
        spent = artifact.spent()
        size = artifact.size() + (spent.bytes if spent else 0)
        rates = Rates.of(measured, artifact.manifest().totals, size, times)
        if rates.paid:
            return rates
        silent = silent or rates
    return silent


def _times(node: Node, artifact: Artifact) -> float | None:
    if not isinstance(node.stage, StreamStage):
        return 1.0
    return node.stage.compared_with(artifact.fingerprint()["payload"]["config"])


def _sum(counts: Iterable[int | None]) -> int | None:
    known = list(counts)
    return None if any(count is None for count in known) else sum(count for count in known if count is not None)
