"""Before and while a node runs: its partial artifact is made fit, drifted code and too many failed rows stop it."""

from typing import Any

from pipeline import files
from pipeline.artifact import Artifact
from pipeline.config import Node
from pipeline.errors import BudgetError, CodeDriftError, StoreError
from pipeline.lineage import Located
from pipeline.manifest import Totals
from pipeline.stage import FileStage, TableStage


def check_guard(located: Located, recorded: Any) -> None:
    """Stops when an expensive stage's code or packages changed and its version did not."""
    now, name = located.fingerprint.guard, located.node.name
    if dict(recorded) == now:
        return
    changed = [part for part in now if now[part] != recorded.get(part)]
    version = type(located.node.stage).version
    raise CodeDriftError(
        f"{name}: the {' and '.join(changed)} of {type(located.node.stage).uses()} changed, but its version is still "
        f"{version}. If the rows can differ, bump `version`; if they cannot: tracemill bless CONFIG {name}"
    )


def check_budget(node: Node, totals: Totals, *, finished: bool) -> None:
    if totals.over_budget(node.run.max_errors, finished=finished):
        raise BudgetError(
            f"{node.name}: {totals.quarantined} of {totals.rows_in} rows failed (max_errors {node.run.max_errors:g}). "
            f"Look: tracemill quarantine CONFIG {node.name}. Then mend the stage or the input, "
            f"`tracemill retry CONFIG {node.name}`, or allow it with --set {node.name}.run.max_errors=0.01"
        )


def prepare(located: Located, layout: str) -> None:
    """Makes a partial artifact fit to go on: its code is the same, and so is the cut of its input into shards."""
    artifact = located.artifact
    has_rows = bool(artifact.reports())  # what was stopped before its first shard holds nothing of the former code
    if has_rows and artifact.has_fingerprint:
        check_guard(located, artifact.fingerprint()["guard"])
    whole = isinstance(located.node.stage, (TableStage, FileStage))
    if artifact.layout != layout or (whole and not artifact.is_unsent):
        artifact.clear()
    clear_torn(artifact)
    artifact.write_fingerprint(located.fingerprint, located.node.name)
    artifact.write_layout(layout)
    artifact.catch_up()


def check_again(located: Located, digest: str, totals: Totals) -> None:
    """Stops where rows that were dropped and made again are others than those that what is below was made of."""
    artifact = located.artifact
    spent = artifact.spent()
    if spent is None:
        return
    if spent.digest != digest:
        uses = type(located.node.stage).uses()
        name, failed = located.node.name, ""
        if totals.quarantined:  # there were none, or the rows would have been kept
            failed = f"{totals.quarantined} rows failed: `tracemill retry CONFIG {name}`, and run again; else: "
        raise StoreError(
            f"{name}: {uses} did not give the rows again that were dropped (digest {digest[:12]}, not "
            f"{spent.digest[:12]}). {failed}Remove {artifact.place} and run again: it and all that its rows change are "
            "made anew. A stage has to give the same rows for the same input; where one cannot, keep: all"
        )
    artifact.mark(None)


def check_folder(located: Located) -> None:
    """Raises `StoreError` where a folder that is to be used is not what was built; an export is checked on its way."""
    stage, artifact = located.node.stage, located.artifact
    assert isinstance(stage, FileStage)
    if type(stage).publishes or artifact.copies("folder"):
        return
    if files.tree_digest(artifact.folder, without=type(stage).volatile) != artifact.manifest().digest:
        raise StoreError(
            f"{artifact.folder} is damaged: it is not what was built; remove {artifact.path} and run again"
        )


def clear_torn(artifact: Artifact) -> None:
    """Removes what a process that was killed while it wrote left half written."""
    for name in ("", "shards", "data", "rejects", "quarantine"):
        for torn in (artifact.path / name).glob(".*.tmp"):
            torn.unlink(missing_ok=True)
