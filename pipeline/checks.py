"""What stops a node that could run: code that changed under its version, and too many rows that failed."""

from collections.abc import Sequence
from typing import Any

from pipeline.config import Node
from pipeline.errors import BudgetError, CodeDriftError
from pipeline.lineage import Located
from pipeline.manifest import ShardReport, Totals


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


def check_budget(node: Node, reports: Sequence[ShardReport], *, finished: bool) -> None:
    totals = Totals.of(reports)
    if totals.over_budget(node.run.max_errors, finished=finished):
        raise BudgetError(
            f"{node.name}: {totals.quarantined} of {totals.rows_in} rows failed (max_errors {node.run.max_errors:g}). "
            f"Look: tracemill quarantine CONFIG {node.name}. Then mend the stage or the input, "
            f"`tracemill retry CONFIG {node.name}`, or allow it with --set {node.name}.run.max_errors=0.01"
        )
