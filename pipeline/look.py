"""Looks at a store through a recipe: states, rows, rejects, quarantine, reasons for a key."""

from pathlib import Path
from typing import Any

import polars as pl

from pipeline import files
from pipeline.config import Recipe
from pipeline.errors import ConfigError
from pipeline.fingerprint import differences
from pipeline.lineage import Located, Survey
from pipeline.manifest import Totals
from pipeline.progress import last_told
from pipeline.remote.opening import open_store
from pipeline.session import last_keys
from pipeline.store import KEY_LENGTH, Store


def survey_of(recipe: Recipe) -> tuple[Survey, dict[str, Located | None]]:
    survey = Survey(recipe, open_store(recipe))
    return survey, survey.walk()


def located(recipe: Recipe, name: str) -> Located:
    """The node's artifact; raises `ConfigError` where there is no such node or its inputs are unfinished."""
    survey, found = survey_of(recipe)
    if name not in found:
        raise ConfigError(f"there is no node {name!r}; nodes: {', '.join(found)}")
    one = found[name]
    if one is None:
        waits = next(above for above in survey.recipe.nodes[name].above if _unfinished(found[above]))
        while found[waits] is None:  # the first that a run would begin with, of which `why` can tell
            waits = next(above for above in survey.recipe.nodes[waits].above if _unfinished(found[above]))
        raise ConfigError(
            f"{name}: its input {waits!r} is not finished, or is out of date, so its result is not known yet; "
            f"run first (what was run with --set or --limit is looked at with the same), or see `tracemill why "
            f"{recipe.path} {waits}`"
        )
    return one


def _unfinished(found: Located | None) -> bool:
    return found is None or found.state != "complete"


def status(recipe: Recipe) -> list[dict[str, Any]]:
    """One row a node: state, counts, shards done of all; of an unfinished one what its run last told."""
    survey, found = survey_of(recipe)
    told = told_by_key(survey.store, recipe.name)
    rows: list[dict[str, Any]] = []
    for name, one in found.items():
        if one is None:
            rows.append({"node": name, "stage": type(recipe.nodes[name].stage).uses(), "state": "unknown"})
            continue
        reports = one.artifact.reports()
        totals = Totals.of(reports)
        runs = one.state != "complete" and one.artifact.key in told
        rows.append(
            {
                "node": name,
                "stage": type(one.node.stage).uses(),
                "state": one.state,
                "key": one.artifact.key,
                "shards": len(reports),
                "rows_in": totals.rows_in,
                "kept": totals.kept,
                "rows_out": totals.rows_out,
                "rejected": dict(totals.rejected),
                "quarantined": totals.quarantined,
                **({"progress": told[one.artifact.key]} if runs else {}),
            }
        )
    return rows


def told_by_key(store: Store, name: str) -> dict[str, dict[str, Any]]:
    """What the newest run of a recipe last told of its nodes: it may be running elsewhere."""
    records = [run for run in store.recorded_runs() if run.name.partition("-")[2] == name]
    if not records:
        return {}
    keys, events = files.read_json(records[-1] / "run.json")["keys"], last_told(store.events(records[-1]))
    return {key[:KEY_LENGTH]: events[node] for node, key in keys.items() if node in events}


def why(recipe: Recipe, name: str) -> list[str]:
    """Why a node is reused or will run, in lines such as `config.samples: 4 -> 2`."""
    one = located(recipe, name)
    store = open_store(recipe)
    if one.state != "missing":
        whole = one.state == "complete"
        recorded = one.artifact.manifest().guard if whole else one.artifact.fingerprint()["guard"]
        changes = differences(recorded, one.fingerprint.guard)
        if changes:
            bless = f"tracemill bless {recipe.path} {name}"
            return [f"{name} stops a run: bump its `version`, or {bless}; what changed under it:", *changes]
    if one.state == "complete":
        return [f"{name} is reused: its key {one.artifact.key} is in the store"]
    lines = [f"{name} is {one.state}: its key is {one.artifact.key}"]
    for key in last_keys(store, recipe.name).get(name, []):
        earlier = store.artifact(type(one.node.stage).uses(), key)
        if earlier.key != one.artifact.key and earlier.has_fingerprint:
            changes = differences(earlier.fingerprint()["payload"], one.fingerprint.payload)
            return [*lines, f"against {earlier.key} of an earlier run:", *changes]
    return [*lines, "no earlier run of this recipe has this node"]


def place(recipe: Recipe, name: str) -> Path:
    """Where a finished node's result lies: the folder of a file stage, else the folder of its row files."""
    one = located(recipe, name)
    if one.state != "complete":
        raise ConfigError(f"{name} is {one.state}: there is no finished result yet; run first")
    if one.artifact.is_spent:
        raise ConfigError(_dropped(recipe, name))
    return one.artifact.folder if one.node.stage.row_out is None else one.artifact.path / "data"


def rows(recipe: Recipe, name: str, kind: str, limit: int) -> list[dict[str, Any]]:
    """The first rows of a node's `data`, `rejects` or `quarantine`, in shard order."""
    artifact = located(recipe, name).artifact
    found: list[dict[str, Any]] = []
    if kind == "data" and artifact.is_spent:
        return found
    for path in artifact.side_files(kind):
        if len(found) >= limit:
            break
        found += pl.read_parquet(path, n_rows=limit - len(found)).to_dicts()
    return found


def nothing_to_show(recipe: Recipe, name: str, kind: str) -> str:
    """Why there are no such rows: the result has none, or it is not the one the recipe and the code make now."""
    one = located(recipe, name)
    if kind == "data" and one.artifact.is_spent:
        return _dropped(recipe, name)
    if one.state == "complete":
        return f"{name} has no {'rows' if kind == 'data' else kind} in the store"
    found = f"{len(one.artifact.reports())} of its shards are done, without such rows"
    if one.state == "missing":
        store = open_store(recipe)
        keys = last_keys(store, recipe.name).get(name, [])
        is_stale = any(store.artifact(type(one.node.stage).uses(), key).is_complete for key in keys)
        found = "its earlier result is out of date" if is_stale else "it has not run yet"
    return f"{name}: {found}; `tracemill why {recipe.path} {name}` tells more"


def _dropped(recipe: Recipe, name: str) -> str:
    return (
        f"{name}: its rows were dropped (keep: results); `tracemill run {recipe.path} --only {name}` makes them again"
    )


def reasons(recipe: Recipe, name: str) -> dict[str, int]:
    return dict(Totals.of(located(recipe, name).artifact.reports()).rejected)
