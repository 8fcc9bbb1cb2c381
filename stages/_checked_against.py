"""What the rows of an export were decontaminated against, as it follows from the nodes above it.

A node decontaminates if it has a side input by the role `benchmarks`: the rows it looks for.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.context import Ancestor

ROLE = "benchmarks"


def decontaminations(lineage: Sequence[Ancestor]) -> list[dict[str, Any]]:
    """Each node that looked for benchmark items: its options, what it dropped, and the nodes it looked in."""
    return [
        {
            "node": step.node,
            "stage": step.stage,
            "options": dict(step.config),
            "rows_in": step.rows_in,
            "dropped": sum(step.rejected.values()),
            "against": list(step.side[ROLE]),
        }
        for step in lineage
        if ROLE in step.side
    ]


def benchmarks(lineage: Sequence[Ancestor]) -> list[dict[str, Any]]:
    """What was looked for, by content: a node's rows and digest, and the digests of the files it was read from."""
    named = {name for step in lineage for name in step.side.get(ROLE, ())}
    steps = {step.node: step for step in lineage}
    return [
        {
            "node": step.node,
            "benchmark": str(step.config.get("benchmark") or step.config.get("source") or step.node),
            "rows": step.rows_out,
            "digest": step.digest,
            "files": {name: digest for source in _sources(step, steps) for name, digest in source.pins.items()},
        }
        for step in lineage
        if step.node in named
    ]


def _sources(step: Ancestor, steps: Mapping[str, Ancestor]) -> Iterator[Ancestor]:
    """The node itself if it reads files, else those that its rows come from."""
    if not step.needs:
        yield step
    for name in step.needs:
        yield from _sources(steps[name], steps)
