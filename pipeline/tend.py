"""Tends a store: retry what failed, bless what drifted, collect what nothing uses."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from pipeline import files
from pipeline.config import Recipe
from pipeline.errors import ConfigError
from pipeline.lineage import Located
from pipeline.look import located, survey_of
from pipeline.session import last_keys
from pipeline.store import KEY_LENGTH, Artifact, Store


def retry(recipe: Recipe, name: str) -> list[int]:
    """Forgets the shards of a node that hold quarantined or retryable rows; returns their numbers."""
    one = located(recipe, name)
    with Store(recipe.store).lock(one.artifact, name):
        affected = [report.index for report in one.artifact.reports() if report.quarantined]
        affected += [index for index in _retryable(one) if index not in affected]
        if affected:
            one.artifact.reopen(affected)
    return sorted(affected)


def _retryable(one: Located) -> list[int]:
    wanted = one.node.stage.retryable()
    if wanted is None:
        return []
    paths = [(report.index, one.artifact.shard("data", report.index)) for report in one.artifact.reports()]
    return [index for index, path in paths if pl.scan_parquet(path).filter(wanted).head(1).collect().height]


def bless(recipe: Recipe, name: str) -> dict[str, object]:
    """Accepts the present code and packages of an expensive node for its recorded result; returns the new guard."""
    one = located(recipe, name)
    if not type(one.node.stage).expensive:
        raise ConfigError(f"{name}: {type(one.node.stage).uses()} is cheap, its code is in its key; just run again")
    if one.state == "missing":
        raise ConfigError(f"{name}: there is no result to bless; run first")
    with Store(recipe.store).lock(one.artifact, name):
        one.artifact.write_fingerprint(one.fingerprint, name)
        if one.state == "complete":
            one.artifact.commit(replace(one.artifact.manifest(), guard=one.fingerprint.guard))
    return one.fingerprint.guard


@dataclass(frozen=True)
class Garbage:
    """A folder that no recipe's newest run and no node of this recipe uses."""

    path: Path
    bytes: int


def garbage(recipe: Recipe) -> list[Garbage]:
    """What `collect` would remove. The journal is never garbage: it is what was paid for."""
    _, found = survey_of(recipe)
    store = Store(recipe.store)
    live = {one.artifact.key for one in found.values() if one}
    for name in {path.name.partition("-")[2] for path in store.runs.glob("*-*")}:
        live |= {key[:KEY_LENGTH] for keys in last_keys(store, name).values() for key in keys[:1]}
    dead = [artifact.path for artifact in store.artifacts() if artifact.key not in live]
    dead += [path for path in (store.root / "scratch").glob("*") if path.is_dir()]
    return [Garbage(path, Artifact(path).size()) for path in dead]


def collect(recipe: Recipe, dead: list[Garbage]) -> None:
    """Removes garbage, each folder under its lock so that a run that just began is not disturbed."""
    locks = Store(recipe.store).root / "locks"
    for item in dead:
        with files.exclusive(locks / f"{item.path.name}.lock", f"{item.path}"):
            shutil.rmtree(item.path)
