"""Looks at a store through a recipe: states, rows, rejects, quarantine, reasons for a key."""

from pathlib import Path
from typing import Any

import polars as pl

from pipeline import files
from pipeline.causes import changes as changes_since
from pipeline.config import Recipe
from pipeline.errors import ConfigError
from pipeline.fingerprint import differences
from pipeline.graph import no_node
from pipeline.lineage import Located, Survey
from pipeline.manifest import Totals
from pipeline.progress import last_told
from pipeline.remote.opening import open_store
from pipeline.session import last_keys
from pipeline.stage import SourceStage
from pipeline.store import KEY_LENGTH, Store

_NONE = {"data": "gave no rows", "rejects": "rejected nothing", "quarantine": "has no rows that failed"}


def survey_of(recipe: Recipe) -> tuple[Survey, dict[str, Located | None]]:
    survey = Survey(recipe, open_store(recipe))
    return survey, survey.walk()


def located(recipe: Recipe, name: str) -> Located:
    """The node's artifact; raises `ConfigError` where there is no such node or its inputs are unfinished."""
    survey, found = survey_of(recipe)
    if name not in found:
        raise ConfigError(no_node(name, found))
    one = found[name]
    if one is None:
        _check_store(survey.store)
        waits = next(above for above in survey.recipe.nodes[name].above if _unfinished(found[above]))
        while found[waits] is None:  # the first that a run would begin with, of which `why` can tell
            waits = next(above for above in survey.recipe.nodes[waits].above if _unfinished(found[above]))
        raise ConfigError(
            f"{name}: its input {waits!r} is not finished, or is out of date, so its result is not known yet; "
            f"run first (what was run with --set or --limit is looked at with the same), or see `tracemill why "
            f"{recipe.path} {waits}`{_other_limit(recipe, survey.store)}"
        )
    return one


def _check_store(store: Store) -> None:
    """Raises `ConfigError` where nothing was ever run: in another folder, `store: data` is another place."""
    if told := no_store(store):
        raise ConfigError(told)


def no_store(store: Store) -> str:
    """Where none is: in which place, and what to do; else nothing."""
    if store.exists or store.recorded_runs():
        return ""
    return (
        f"there is no store at {store} (what a recipe names counts from the folder one works in); run first, or name "
        "the store by --store"
    )


def _other_limit(recipe: Recipe, store: Store) -> str:
    """Where the last run read more or fewer rows of a source by its `limit` than this command asks about."""
    last = _last_run(store, recipe.name)
    ran = files.read_json(last / "run.json")["recipe"]["nodes"] if last else {}
    for name, node in recipe.nodes.items():
        default = getattr(type(node.stage), "limit", None)
        now, then = getattr(node.stage, "limit", None), ((ran.get(name) or {}).get("with") or {}).get("limit", default)
        if isinstance(node.stage, SourceStage) and name in ran and now != then:
            way = f"with --limit {then} this looks at it" if then else "without --limit this looks at it"
            return f"; the last run had {f'limit {then}' if then else 'no limit'} at {name}, now it is {now}: {way}"
    return ""


def _last_run(store: Store, name: str) -> Path | None:
    return next((run for run in reversed(store.recorded_runs()) if run.name.partition("-")[2] == name), None)


def _unfinished(found: Located | None) -> bool:
    return found is None or found.state != "complete"


def status(recipe: Recipe) -> list[dict[str, Any]]:
    """One row a node: state, counts, shards done of all; of an unfinished one what its run last told.

    One that is `waiting` has no key before those above it are complete.
    """
    survey, found = survey_of(recipe)
    told = told_by_key(survey.store, recipe.name)
    rows: list[dict[str, Any]] = []
    for name, one in found.items():
        if one is None:
            rows.append({"node": name, "stage": type(recipe.nodes[name].stage).uses(), "state": "waiting"})
            continue
        reports = one.artifact.reports()
        totals = Totals.of(reports)
        runs = one.state != "complete" and one.artifact.key in told
        rows.append(
            {
                "node": name,
                "stage": type(one.node.stage).uses(),
                "state": _shown_state(one),
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


def _shown_state(one: Located) -> str:
    """`begun` where a run has begun it and no shard is whole yet: what was answered is in the journal."""
    return "begun" if one.state == "missing" and one.artifact.has_fingerprint else one.state


def told_by_key(store: Store, name: str) -> dict[str, dict[str, Any]]:
    """What the newest run of a recipe last told of its nodes: it may be running elsewhere."""
    last = _last_run(store, name)
    if last is None:
        return {}
    keys, events = files.read_json(last / "run.json")["keys"], last_told(store.events(last))
    return {key[:KEY_LENGTH]: events[node] for node, key in keys.items() if node in events}


def why(recipe: Recipe, name: str) -> list[str]:
    """Why a node is reused or will run, in lines such as `config.samples: 4 -> 2`."""
    one = located(recipe, name)
    if one.state != "missing":
        whole = one.state == "complete"
        recorded = one.artifact.manifest().guard if whole else one.artifact.fingerprint()["guard"]
        changes = differences(recorded, one.fingerprint.guard)
        if changes:
            bless = f"tracemill bless {recipe.path} {name}"
            return [f"{name} stops a run: bump its `version`, or {bless}; what changed under it:", *changes]
    if one.state == "complete":
        return [f"{name} is reused: its key {one.artifact.key} is in the store"]
    lines = [f"{name} is {_shown_state(one)}: its key is {one.artifact.key}"]
    survey, _ = survey_of(recipe)
    keys = last_keys(survey.store, recipe.name)
    for key in keys.get(name, []):
        earlier = survey.store.artifact(type(one.node.stage).uses(), key)
        if earlier.key != one.artifact.key and earlier.has_fingerprint:
            changes = changes_since(survey, keys, name, earlier.fingerprint()["payload"])
            return [*lines, f"against {earlier.key} of an earlier run:", *changes]
    return [*lines, "no earlier run of this recipe has this node"]


def place(recipe: Recipe, name: str) -> Path:
    """Where a finished node's result lies: the folder of a file stage, else the folder of its row files."""
    one = located(recipe, name)
    if one.state != "complete":
        store = open_store(recipe)
        _check_store(store)
        found = f"{name} is {_shown_state(one)}: there is no finished result yet; run first"
        raise ConfigError(found + _other_limit(recipe, store))
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
    """Why there are no such rows. Raises `ConfigError` where there is no result, or only one that is out of date."""
    one = located(recipe, name)
    more = f"`tracemill why {recipe.path} {name}` tells more"
    if one.state == "missing":
        store = open_store(recipe)
        _check_store(store)
        raise ConfigError(f"{name}: {_why_missing(one, store, recipe.name)}; {more}{_other_limit(recipe, store)}")
    if kind == "data" and one.artifact.is_spent:
        return _dropped(recipe, name)
    if one.state == "partial":
        return f"{name}: {len(one.artifact.reports())} of its shards are done, without such rows; {more}"
    if kind == "data" and one.node.stage.row_out is None:
        return f"{name} gives a folder and no rows: tracemill show {recipe.path} {name} --path"
    return f"{name} {_NONE[kind]}"


def _why_missing(one: Located, store: Store, recipe: str) -> str:
    if one.artifact.has_fingerprint:
        return "it was begun, and none of its shards is whole yet; run again to go on"
    keys = last_keys(store, recipe).get(one.node.name, [])
    is_stale = any(store.artifact(type(one.node.stage).uses(), key).is_complete for key in keys)
    return "its earlier result is out of date" if is_stale else "it has not run yet"


def _dropped(recipe: Recipe, name: str) -> str:
    return (
        f"{name}: its rows were dropped (keep: results); `tracemill run {recipe.path} --only {name}` makes them again"
    )


def totals(recipe: Recipe, name: str) -> Totals:
    """The counts of a node's shards."""
    return Totals.of(located(recipe, name).artifact.reports())
