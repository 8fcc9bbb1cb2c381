"""Tends a store: retry what failed, bless what drifted, collect what nothing uses."""

from dataclasses import dataclass, replace

import polars as pl

from pipeline.artifact import Artifact
from pipeline.config import Recipe
from pipeline.errors import ConfigError
from pipeline.lineage import Located
from pipeline.look import located, survey_of
from pipeline.remote.opening import open_store
from pipeline.session import last_keys
from pipeline.store import KEY_LENGTH


def retry(recipe: Recipe, name: str) -> list[int]:
    """Forgets the shards of a node that hold quarantined or retryable rows; returns their numbers."""
    one = located(recipe, name)
    with open_store(recipe).lock(one.artifact, name):
        reasons = type(one.node.stage).retryable_reasons
        reports = one.artifact.reports()
        affected = [report.index for report in reports if report.quarantined or reasons & report.rejected.keys()]
        affected += [index for index in _retryable(one) if index not in affected]
        if affected:
            one.artifact.reopen(affected)
    return sorted(affected)


def _retryable(one: Located) -> list[int]:
    wanted = one.node.stage.retryable()
    if wanted is None:
        return []
    paths = [(report.index, one.artifact.rows_of(report.index)) for report in one.artifact.reports()]
    return [index for index, path in paths if pl.scan_parquet(path).filter(wanted).head(1).collect().height]


def bless(recipe: Recipe, name: str) -> dict[str, object]:
    """Accepts the present code and packages of an expensive node for its recorded result; returns the new guard."""
    one = located(recipe, name)
    if not type(one.node.stage).expensive:
        raise ConfigError(f"{name}: {type(one.node.stage).uses()} is cheap, its code is in its key; just run again")
    if one.state == "missing":
        raise ConfigError(f"{name}: there is no result to bless; run first")
    with open_store(recipe).lock(one.artifact, name):
        one.artifact.write_fingerprint(one.fingerprint, name)
        if one.state == "complete":
            one.artifact.commit(replace(one.artifact.manifest(), guard=one.fingerprint.guard))
    return one.fingerprint.guard


@dataclass(frozen=True)
class Garbage:
    """A folder that no recipe's newest run and no node of this recipe uses."""

    path: str
    bytes: int
    artifact: Artifact


def garbage(recipe: Recipe) -> list[Garbage]:
    """What `collect` would remove. The journal is never garbage: it is what was paid for."""
    _, found = survey_of(recipe)
    store = open_store(recipe)
    live = {one.artifact.key for one in found.values() if one}
    for name in {run.name.partition("-")[2] for run in store.recorded_runs()}:
        live |= {key[:KEY_LENGTH] for keys in last_keys(store, name).values() for key in keys[:1]}
    dead = [artifact for artifact in store.artifacts() if artifact.key not in live and artifact.may_go]
    dead += [Artifact(path) for path in (store.root / "scratch").glob("*") if path.is_dir()]
    return [Garbage(artifact.place, artifact.size(), artifact) for artifact in dead]


def collect(recipe: Recipe, dead: list[Garbage]) -> None:
    """Removes garbage, each folder under its lock so that a run that just began is not disturbed."""
    store = open_store(recipe)
    for item in dead:
        with store.lock(item.artifact, item.artifact.key):
            item.artifact.discard()
