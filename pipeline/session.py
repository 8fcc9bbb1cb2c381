"""One run from recipe to result: its folder in the store, its executor, its record."""

import time
import traceback
from contextlib import suppress
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
from pipeline.redaction import without_secrets_in
from pipeline.remote.opening import open_store
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


@dataclass(frozen=True)
class RunRecord:
    """`run.json`: what was run, the keys of its nodes, how it ended."""

    store: Store
    folder: Path
    facts: dict[str, Any]

    def announce(self, node: str, key: str, *, executes: bool) -> None:
        """Before a node executes its key is on record, so that no collector takes what a killed run can resume."""
        self.facts["keys"][node] = key
        if executes:
            self.write()

    def write(self) -> None:
        files.write_json(self.folder / "run.json", without_secrets_in(self.facts))
        self.store.publish_run(self.folder, is_over="result" in self.facts)

    def close(self, result: RunResult) -> None:
        """Best effort: a full disk must not hide the error that is on its way."""
        self.facts["result"] = result.to_json()
        with suppress(TracemillError):
            self.write()


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

    `only` runs one node, `start` a node and what depends on it. `workers` overrides `run.workers` of every node.
    """
    if only and start:
        raise ConfigError("--only and --from exclude each other: give one node to run, or one to begin at")
    if scheduler and executor != "dask":
        raise ConfigError("--scheduler names a Dask scheduler: add --executor dask")
    store, began = open_store(recipe), time.monotonic()
    survey = Survey(recipe, store)
    record = _open_record(recipe, store)
    person = Together(for_person(quiet))
    progress = Together([EventLog(record.folder / "events.jsonl"), person])
    results: list[NodeResult] = []
    try:
        if not store.exists:
            person.tell("new_store", f"new store {store}")
        with open_executor(executor, scheduler=scheduler, tell=progress.tell) as opened:
            record.facts.update(opened.about)
            for node in Runner(survey, opened, progress, workers, record.announce).run(only=only, start=start):
                results.append(node)  # one by one: what was done before a failure is recorded too
        record.facts["status"] = "done"
    except TracemillError as error:
        record.facts.update(status="failed", error=str(error), traceback=traceback.format_exception(error))
        raise
    finally:
        progress.close()
        result = RunResult(recipe, tuple(results), record.folder, time.monotonic() - began)
        record.close(result)
    return result


def _open_record(recipe: Recipe, store: Store) -> RunRecord:
    """The run's folder. It says `interrupted` until the run ends in another way."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    facts = {"recipe": recipe.resolved, "path": str(recipe.path), "status": "interrupted", "keys": {}}
    record = RunRecord(store, store.runs / f"{stamp}-{recipe.name}", facts)
    record.write()
    return record


def last_keys(store: Store, name: str) -> dict[str, list[str]]:
    """For each node of earlier runs of a recipe, its keys from the newest run to the oldest."""
    found: dict[str, list[str]] = {}
    for path in reversed(store.recorded_runs()):
        if path.name.partition("-")[2] != name:
            continue
        for node, key in files.read_json(path / "run.json").get("keys", {}).items():
            keys = found.setdefault(node, [])
            if key not in keys:
                keys.append(key)
    return found
