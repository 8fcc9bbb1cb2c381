"""What the rows of an export were decontaminated against, as it follows from the nodes above it.

A node looks for benchmark items if it has a side input by the role `benchmarks`: their rows, or a folder made of them.
A node with a side input `matches` goes by what such a node found. Only nodes that rows of the export came through are
told of, and with them which sources those rows were read from; sources and benchmarks are named by the nodes that read
them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.context import Ancestor

ROLE, FOUND = "benchmarks", "matches"
# Side inputs whose texts enter the rows; those of other roles only say what becomes of rows.
TEXTS = ("all", "attempts", "problems", "rl", "rl_all")
Steps = Mapping[str, Ancestor]


def decontaminations(lineage: Sequence[Ancestor]) -> list[dict[str, Any]]:
    """Each node that looked for benchmark items: its options, what it dropped, where it looked and in which rows."""
    steps = {step.node: step for step in lineage}
    came = _walked(_given(lineage), steps, lambda step: [*_rows_above(step), *step.side.get(FOUND, ())])
    return [
        {
            "node": step.node,
            "stage": step.stage,
            "options": dict(step.config),
            "rows_in": step.rows_in,
            "dropped": sum(step.rejected.values()),
            "against": [*dict.fromkeys(name for name, _ in _looked_for(step, steps))],
            "sources": _sources([step.node], steps, _rows_above),
        }
        for step in lineage
        if step.node in came and _looks(step)
    ]


def unchecked(lineage: Sequence[Ancestor]) -> list[str]:
    """The sources of which rows came to the export through no node that looks for benchmark items."""
    steps = {step.node: step for step in lineage}
    return _sources(_given(lineage), steps, lambda step: [] if _looks(step) else _rows_above(step))


def benchmarks(lineage: Sequence[Ancestor]) -> list[dict[str, Any]]:
    """What was looked for, by content: rows, digest and the digests of the files of the nodes that read it.

    `looked_for` is how many of the rows: the fewest of a node on the way that has rows of this benchmark alone.
    """
    steps = {step.node: step for step in lineage}
    most: dict[str, int] = {}
    for one in decontaminations(lineage):
        for name, rows in _looked_for(steps[one["node"]], steps):
            most[name] = max(rows, most.get(name, 0))
    return [
        {
            "node": step.node,
            "benchmark": str(step.config.get("benchmark") or step.config.get("source") or step.node),
            "rows": step.rows_out,
            "looked_for": most[step.node],
            "digest": step.digest,
            "files": dict(step.pins),
        }
        for step in lineage
        if step.node in most
    ]


def _given(lineage: Sequence[Ancestor]) -> list[str]:
    """The nodes whose rows are the export's."""
    return [step.node for step in lineage if {"needs", *TEXTS} & {*step.given_as}]


def _looks(step: Ancestor) -> bool:
    return ROLE in step.side or FOUND in step.side


def _rows_above(step: Ancestor) -> list[str]:
    return [*step.needs, *(name for role in TEXTS for name in step.side.get(role, ()))]


def _walked(names: Iterable[str], steps: Steps, above: Callable[[Ancestor], list[str]]) -> list[str]:
    """The nodes of these names and all that lie above them, each once."""
    seen: dict[str, None] = {}
    todo = [*names][::-1]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen[name] = None
            todo += above(steps[name])[::-1]
    return [*seen]


def _sources(names: Iterable[str], steps: Steps, above: Callable[[Ancestor], list[str]]) -> list[str]:
    """Of the nodes above, those that read what stands outside."""
    return [name for name in _walked(names, steps, above) if not _rows_above(steps[name])]


def _looked_for(step: Ancestor, steps: Steps) -> Iterator[tuple[str, int]]:
    """The benchmarks that a node looked in, itself or by the matches it was given, with how many rows of each."""
    for name in step.side.get(ROLE, ()):
        yield from _rows_of(steps[name], steps)
    for name in step.side.get(FOUND, ()):
        yield from _matched(steps[name], steps)


def _matched(step: Ancestor, steps: Steps) -> Iterator[tuple[str, int]]:
    """A table of matches may have gone through other nodes since it was made."""
    yield from _looked_for(step, steps)
    if ROLE not in step.side:
        for name in step.needs:
            yield from _matched(steps[name], steps)


def _rows_of(step: Ancestor, steps: Steps, fewest: int | None = None) -> Iterator[tuple[str, int]]:
    """The sources of benchmark rows or of a folder made of them; what holds several tells of none how many."""
    is_alone = len(_sources([step.node], steps, _rows_above)) == 1
    if is_alone and not step.is_folder:
        fewest = step.rows_out if fewest is None else min(fewest, step.rows_out)
    if not _rows_above(step):
        yield step.node, fewest or 0
    for name in _rows_above(step):
        yield from _rows_of(steps[name], steps, fewest)
