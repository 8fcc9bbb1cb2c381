"""Writes recipes of toy stages into a folder and runs them, here or as a user would."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from pipeline.artifact import Artifact
from pipeline.config import Recipe, load_config
from pipeline.executors import Executor
from pipeline.lineage import Survey
from pipeline.progress import Together
from pipeline.runner import NodeResult, Runner
from pipeline.session import RunResult, run
from pipeline.store import Store

ROOT = Path(__file__).resolve().parents[2]
SOURCE: dict[str, Any] = {"uses": "numbers", "with": {"rows": 20, "per": 5}}


def node(
    uses: str, *, needs: str | list[str] = "src", run: Mapping[str, Any] | None = None, **options: Any
) -> dict[str, Any]:
    """A node of a recipe as YAML would give it."""
    plain = {name: str(value) if isinstance(value, Path) else value for name, value in options.items()}
    return {"uses": uses, "needs": needs, "with": plain, "run": dict(run or {})}


@dataclass(frozen=True)
class Workshop:
    """A folder with recipes, a store and exports."""

    folder: Path

    def write(self, *, name: str = "toy", file: str = "recipe.yaml", store: str = "store", **nodes: Any) -> Path:
        """A recipe of `nodes`, fed by a source `src` unless one is given."""
        recipe = {
            "name": name,
            "store": str(self.folder / store),
            "exports": str(self.folder / f"{store}-exports"),
            "packages": ["tests.toystages"],
            "nodes": nodes if "src" in nodes else {"src": SOURCE, **nodes},
        }
        path = self.folder / file
        path.write_text(yaml.safe_dump(recipe, sort_keys=False))
        return path

    def recipe(self, **nodes: Any) -> Recipe:
        return load_config(self.write(**nodes))

    def run(self, *, with_: Mapping[str, Any] | None = None, **nodes: Any) -> dict[str, NodeResult]:
        return by_name(run(self.recipe(**nodes), **(with_ or {})))


def by_name(result: RunResult) -> dict[str, NodeResult]:
    return {one.node: one for one in result.nodes}


def run_on(recipe: Recipe, executor: Executor, *, workers: int | None = None) -> dict[str, NodeResult]:
    """A run on an executor that stays open, since pools are slow to start."""
    runner = Runner(Survey(recipe, Store(recipe.store)), executor, Together([]), workers)
    return {one.node: one for one in runner.run()}


def rows(artifact: Artifact, kind: str = "data") -> list[dict[str, Any]]:
    """All rows of an artifact, by id."""
    paths = sorted((artifact.path / kind).glob("*.parquet"))
    return sorted((row for path in paths for row in pl.read_parquet(path).to_dicts()), key=lambda row: str(row["id"]))


def ids(artifact: Artifact, kind: str = "data") -> list[str]:
    return [row["id"] for row in rows(artifact, kind)]


def digests(results: Mapping[str, NodeResult]) -> dict[str, str]:
    return {name: one.manifest.digest for name, one in results.items()}


def statuses(results: Mapping[str, NodeResult]) -> dict[str, str]:
    return {name: one.status for name, one in results.items()}


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def journalled(store: Path) -> set[str]:
    """The keys whose line is whole on disk."""
    texts = (path.read_bytes() for path in (store / "journal").rglob("*.jsonl"))
    return {json.loads(line)["key"] for text in texts for line in text.split(b"\n")[:-1]}


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default"}


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "tracemill", *map(str, arguments)]


def tracemill(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Runs the command line in a process of its own."""
    return subprocess.run(
        command(*arguments), cwd=cwd or ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False
    )


def failed_plainly(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """Asserts one message with these words, the exit code, and no traceback."""
    said = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == code, done
    assert len(said) == 1, done.stderr
    missing = [word for word in words if word not in said[0]]
    assert not missing, f"{missing} not in {said[0]}"


def flat(values: Iterable[Iterable[Any]]) -> list[Any]:
    return [item for group in values for item in group]
