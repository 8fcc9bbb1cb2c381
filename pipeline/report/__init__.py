"""The report of a store or of a data set: one self-contained HTML page with funnel, distributions and lives of rows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from pipeline import files
from pipeline.config import Recipe
from pipeline.context import without_report
from pipeline.errors import StoreError
from pipeline.lineage import Located, Survey
from pipeline.remote.opening import open_store
from pipeline.remote.path import RemotePath
from pipeline.report.facts import Subject, gathered
from pipeline.report.page import page, told_of
from pipeline.report.steps import Step
from pipeline.versions import versions

RECENT = 5


def write_report(
    recipe: Recipe, *, out: Path | None = None, fresh: bool, made_of: Mapping[str, str] | None = None
) -> Path:
    """Writes the page to `out`, or beside the recipe's exports.

    An existing page is kept, unless a `fresh` one is wanted or it tells of other artifacts than `made_of` has by node:
    a trial, or other options, may have written it. Where the exports lie elsewhere, it stays with the store on this
    machine.
    """
    beside = recipe.store / "reports" if isinstance(recipe.exports, RemotePath) else recipe.exports
    path = out or beside / recipe.name / "report.html"
    if fresh or not path.exists() or not (made_of or {}).items() <= told_of(path).items():
        found = Survey(recipe, open_store(recipe)).walk()
        steps = {name: Step.of(one) for name, one in found.items() if one and one.state != "missing"}
        pending = tuple(name for name in found if name not in steps)
        _write(Subject(recipe.name, tuple(steps.values()), tuple(_published(recipe)), pending), path)
    return path


def _published(recipe: Recipe) -> Iterable[Mapping[str, Any]]:
    """The newest versions of each data set the recipe publishes."""
    stages = [node.stage for node in recipe.nodes.values()]
    names = {str(getattr(stage, "name", "")) for stage in stages if getattr(stage, "publishes", False)}
    for name in sorted(names):
        for version in list(reversed(versions(recipe.exports / name)))[:RECENT]:
            yield _facts(version.label, version.manifest())


def _facts(label: str, manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {"label": label, **{name: manifest.get(name) for name in ("digest", "rows", "tokens")}}


@dataclass(frozen=True)
class ExportReport:
    """Writes the report of the artifacts above an export, beside what it has built so far. Picklable."""

    title: str
    above: tuple[Step, ...]
    export: Step

    def __call__(self, path: Path) -> None:
        """`path` lies in the folder that is being built, whose index tells the rows of each view."""
        export = replace(self.export, state="written with this page", building=path.parent)
        rows = {file.stem: _splits(file) for file in export.files("exported")}
        _write(Subject(self.title, (*self.above, export), ({"label": self.title, "rows": rows},)), path)


def _splits(file: Path) -> dict[str, int]:
    """Rows by split."""
    frame = pl.scan_parquet(file, glob=False)
    split = pl.col("split") if "split" in frame.collect_schema().names() else pl.lit("rows")
    counts = frame.select(split.alias("split")).group_by("split").len().sort("split").collect(engine="streaming")
    return dict(counts.iter_rows())


def reporter(export: Located, survey: Survey) -> Callable[[Path], None]:
    """What a node writes the report of the artifacts above it with; only one that publishes does."""
    stage = export.node.stage
    if not getattr(stage, "publishes", False):
        return without_report
    names = {ancestor.node for ancestor in survey.ancestors(export.node)}
    above = tuple(Step.of(one) for name, one in survey.located.items() if name in names)
    return ExportReport(str(getattr(stage, "name", export.node.name)), above, Step.of(export))


def _write(subject: Subject, path: Path) -> None:
    try:
        told = gathered(subject)
    except pl.exceptions.PolarsError as error:
        for step in subject.steps:
            step.check_readable()
        raise StoreError(f"rows of the store cannot be read for the report: {error}") from error
    made_of = {step.node: step.artifact.path.name for step in subject.steps}
    files.write_text(path, page(subject.title, told, made_of=made_of))


__all__ = ["reporter", "write_report"]
