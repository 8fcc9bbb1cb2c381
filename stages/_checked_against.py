"""What the rows of an export were decontaminated against, as it follows from the nodes above it.

A node looks for benchmark items if it has a side input by the role `benchmarks`: their rows, or a folder made of them.
A node with a side input `matches` goes by what such a node found.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.context import Ancestor

ROLE, FOUND = "benchmarks", "matches"
Steps = Mapping[str, Ancestor]


def decontaminations(lineage: Sequence[Ancestor]) -> list[dict[str, Any]]:
    """Each node that looked for benchmark items: its options, what it dropped, and the nodes it looked in."""
    steps = {step.node: step for step in lineage}
    return [
        {
            "node": step.node,
            "stage": step.stage,
            "options": dict(step.config),
            "rows_in": step.rows_in,
            "dropped": sum(step.rejected.values()),
            "against": [*dict.fromkeys(_against(step, steps))],
        }
        for step in lineage
        if ROLE in step.side or FOUND in step.side
    ]


def benchmarks(lineage: Sequence[Ancestor]) -> list[dict[str, Any]]:
    """What was looked for, by content: a node's rows and digest, and the digests of the files it was read from."""
    steps = {step.node: step for step in lineage}
    named = {name for step in lineage for name in _against(step, steps)}
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


def _against(step: Ancestor, steps: Steps) -> Iterator[str]:
    """The nodes of benchmark rows that a node looked in, itself or by the matches it was given."""
    for name in step.side.get(ROLE, ()):
        yield from _with_rows(steps[name], steps)
    for name in step.side.get(FOUND, ()):
        yield from _matched(steps[name], steps)


def _matched(step: Ancestor, steps: Steps) -> Iterator[str]:
    """A table of matches may have gone through other nodes since it was made."""
    yield from _against(step, steps)
    if ROLE not in step.side:
        for name in step.needs:
            yield from _matched(steps[name], steps)


def _with_rows(step: Ancestor, steps: Steps) -> Iterator[str]:
    """The node, or where it gives a folder those that the folder was made of."""
    if step.rows_out or not step.needs:
        yield step.node
        return
    for name in step.needs:
        yield from _with_rows(steps[name], steps)


def _sources(step: Ancestor, steps: Steps) -> Iterator[Ancestor]:
    """The node itself if it reads files, else those that its rows come from."""
    if not step.needs:
        yield step
    for name in step.needs:
        yield from _sources(steps[name], steps)
