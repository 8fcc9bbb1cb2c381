"""What a run would do and cost, from what was measured: earlier runs, or what this one did so far.

Nothing is guessed: where no run tells, an estimate is None and `unknown` in the table. While a node runs, a plan tells
what is left of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pipeline.artifact import Artifact
from pipeline.config import Node, Recipe
from pipeline.estimates import Rates, Step, asks, spent
from pipeline.keeping import needed_again
from pipeline.lineage import Located
from pipeline.look import survey_of, told_by_key
from pipeline.manifest import Totals
from pipeline.session import last_keys
from pipeline.stage import SourceStage, StreamStage
from pipeline.store import Store


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
        rows_in, rows_out = totals.rows_in, totals.rows_out
        return Step(node=node.name, stage=stage, action="hit", rows_in=rows_in, rows_out=rows_out, asks=asks(node))
    done = Totals.of(one.artifact.reports()) if one else Totals()
    action = "partial" if done.rows_in else "miss"
    given = None if isinstance(node.stage, SourceStage) else _sum(rows[name] for name in node.needs)
    rates = _rates_of(store, node, _so_far(node, one, done, event), keys)
    if rates is not None and given is None and isinstance(node.stage, SourceStage):
        given = rates.rows_in
    if rates is None or given is None:
        return Step(node=node.name, stage=stage, action=action, rows_in=given, rows_out=None, asks=asks(node))
    over = done.rows_in or (event["done"] if event else 0)  # what no shard holds yet is in the journal
    return rates.estimate(node, action, given, max(given - over, 0))


def _again(one: Located) -> Step:
    """As long as it took when its rows were last made."""
    totals, dropped = one.artifact.manifest().totals, one.artifact.spent()
    seconds, core_hours = spent(one.node, totals.seconds)
    return Step(
        node=one.node.name,
        stage=type(one.node.stage).uses(),
        action="again",
        rows_in=totals.rows_in,
        rows_out=totals.rows_out,
        asks=asks(one.node),
        seconds=None if seconds is None else round(seconds, 1),
        core_hours=core_hours,
        bytes=dropped.bytes if dropped else None,
        measured="earlier",
    )


def _rates_of(store: Store, node: Node, so_far: Rates | None, keys: list[str]) -> Rates | None:
    """What this run did, unless the journal answered for it; without rows yet it gives as many as those before."""
    if so_far is not None and so_far.paid and so_far.rows_out is not None:
        return so_far
    then = _earlier(store, node, keys) or _elsewhere(store, node)
    if so_far is None or (then is not None and not so_far.paid):
        return then
    if then is None or then.rows_out is None or so_far.rows_out is not None:
        return so_far
    return replace(so_far, rows_out=then.rows_out * then.times * so_far.rows_in / max(then.rows_in, 1))


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
        dropped = artifact.spent()
        size = artifact.size() + (dropped.bytes if dropped else 0)
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
