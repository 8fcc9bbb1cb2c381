"""Before and while a node runs: its partial artifact is made fit, drifted code and too many failed rows stop it."""

from typing import Any

from pipeline.config import Node
from pipeline.errors import BudgetError, CodeDriftError
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
    if whole or artifact.layout != layout:
        artifact.clear()
    for torn in artifact.path.rglob(".*.tmp"):
        torn.unlink()  # of a process that was killed while it wrote
    artifact.write_fingerprint(located.fingerprint, located.node.name)
    artifact.write_layout(layout)
    artifact.catch_up()
