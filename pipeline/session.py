"""One run from recipe to result: its folder in the store, its executor, its record."""

import time
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.config import Recipe
from pipeline.errors import ConfigError, TracemillError
from pipeline.executors import open_executor
from pipeline.lineage import Survey
from pipeline.progress import EventLog, Together, for_person
from pipeline.runner import NodeResult, Runner
from pipeline.store import Store


@dataclass(frozen=True)
class RunResult:
    """The nodes in the order in which they were brought up to date, and the run's folder."""

    recipe: Recipe
    nodes: tuple[NodeResult, ...]
    folder: Path
    seconds: float

    @property
    def versions(self) -> list[Path]:
        """The dataset versions this run published or found unchanged."""
        return [node.version.path for node in self.nodes if node.version]

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.recipe.name,
            "seconds": round(self.seconds, 3),
            "run": str(self.folder),
            "versions": [str(path) for path in self.versions],
            "nodes": {node.node: node.summary() for node in self.nodes},
        }


def run(
    recipe: Recipe,
    *,
    only: str | None = None,
    start: str | None = None,
    executor: str = "local",
    workers: int | None = None,
    scheduler: str | None = None,
    quiet: bool = True,
) -> RunResult:
    """Brings a recipe up to date; raises a `TracemillError` where it stops. Finished work is kept whatever happens.

    `only` runs one node, `start` a node and what depends on it. `workers` overrides `run.workers` of every node but
    those that ask a teacher.
    """
    if only and start:
        raise ConfigError("--only and --from exclude each other: give one node to run, or one to begin at")
    if scheduler and executor != "dask":
        raise ConfigError("--scheduler names a Dask scheduler: add --executor dask")
    store, began = Store(recipe.store), time.monotonic()
    survey = Survey(recipe, store)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    folder = store.runs / f"{stamp}-{recipe.name}"
    record: dict[str, Any] = {"recipe": recipe.resolved, "path": str(recipe.path), "status": "running", "keys": {}}
    files.write_json(folder / "run.json", record)
    progress = Together([EventLog(folder / "events.jsonl"), *for_person(quiet)])
    results: list[NodeResult] = []

    def announce(node: str, key: str, *, executes: bool) -> None:
        """Before a node executes its key is on record, so that no collector takes what a killed run can resume."""
        record["keys"][node] = key
        if executes:
            files.write_json(folder / "run.json", record)

    record["status"] = "interrupted"
    try:
        with open_executor(executor, scheduler=scheduler) as opened:
            runner = Runner(survey, opened, progress, workers, announce)
            for node in runner.run(only=only, start=start):
                results.append(node)  # one by one: what was done before a failure is recorded too
        record["status"] = "done"
    except TracemillError as error:
        record |= {"status": "failed", "error": str(error), "traceback": traceback.format_exception(error)}
        raise
    finally:
        progress.close()
        result = RunResult(recipe, tuple(results), folder, time.monotonic() - began)
        _record(folder, record | {"result": result.to_json()})
    return result


def _record(folder: Path, record: dict[str, Any]) -> None:
    """Best effort: a full disk must not hide the error that is on its way."""
    try:
        files.write_json(folder / "run.json", record)
    except TracemillError:
        return


def last_keys(store: Store, name: str) -> dict[str, list[str]]:
    """For each node of earlier runs of a recipe, its keys from the newest run to the oldest."""
    found: dict[str, list[str]] = {}
    for path in sorted(store.runs.glob("*/run.json"), reverse=True):
        if path.parent.name.partition("-")[2] != name:
            continue
        for node, key in files.read_json(path).get("keys", {}).items():
            keys = found.setdefault(node, [])
            if key not in keys:
                keys.append(key)
    return found
