"""Draws what changed between two versions: the recipe first, then what followed from it."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import orjson
from rich.console import Console
from rich.markup import escape

from pipeline.amounts import reasons
from pipeline.diff import Diff
from pipeline.diff_nodes import UNRECORDED, FunnelChange, NodeChange
from pipeline.diff_rows import ViewChange
from pipeline.leaves import Moved
from pipeline.show import open_console, plain_table

# More lines than these of a view or of the rest, and more values on one line, are in --json.
LINES, ON_LINE = 16, 8
# Longer texts are shown from a little before the first character that differs.
LONG, BEFORE = 60, 20
COLOURS = {"added": "green", "removed": "red", "changed": "yellow", "moved": "cyan"}


def print_diff(diff: Diff) -> None:
    console = open_console()
    what = "the same content" if diff.is_same else "other content"
    console.print(f"[bold]{escape(diff.old)} -> {escape(diff.new)}[/bold]: {what}")
    if diff.formats[0] != diff.formats[1]:
        console.print(f"format {diff.formats[0]} -> {diff.formats[1]}")
    _nodes(console, diff)
    _funnel(console, diff.funnel)
    _views(console, diff.views)
    by_view = groupby(diff.statistics, key=lambda one: one.place.partition(".")[0])
    _moved(console, "statistics", [list(moves) for _, moves in by_view])
    _moved(console, "other facts of the manifest", [diff.facts])
    if not diff.has_store and any(view.added or view.removed for view in diff.views):
        console.print("\n[dim]with --config RECIPE or --store STORE: which node dropped them, which code changed[/dim]")


def _title(console: Console, text: str) -> None:
    console.print(f"\n[bold]{text}[/bold]")


def _nodes(console: Console, diff: Diff) -> None:
    _title(console, "recipe, code and environment")
    if not diff.nodes and not diff.environment:
        console.print("  nothing of their own differs")
    for node in diff.nodes:
        for line in _node_lines(node):
            console.print(f"  {line}", soft_wrap=True)
    unrecorded = [node.node for node in diff.nodes if UNRECORDED in node.causes]
    if unrecorded:
        console.print(f"  {escape(', '.join(unrecorded))}: {UNRECORDED}", soft_wrap=True)
    for one in diff.environment:
        console.print(f"  {escape(_line(one))}", soft_wrap=True)


def _node_lines(node: NodeChange) -> Iterable[str]:
    if node.change != "changed":
        options = f": {escape(_some([_around(cause, 0) for cause in node.causes], ON_LINE))}" if node.causes else ""
        yield f"[{COLOURS[node.change]}]{escape(node.node)} ({escape(node.stage)}) is {node.change}[/]{options}"
    else:
        told = [cause for cause in node.causes if cause != UNRECORDED]
        yield from (escape(f"{node.node}.{cause}" if ": " in cause else f"{node.node}: {cause}") for cause in told)


def _arrow(old: int | None, new: int | None) -> str:
    was, now = ("" if side is None else f"{side:,}" for side in (old, new))
    return now if old == new else f"{was or '(none)'} -> {now or '(none)'}"


def _funnel(console: Console, changes: Sequence[FunnelChange]) -> None:
    if not changes:
        return
    _title(console, "funnel, where it differs")
    table = plain_table("  node", "in", "out", "failed", "why rows left", right=("in", "out", "failed"))
    for one in changes:
        left = ", ".join(f"{reason} {_arrow(*pair)}" for reason, pair in one.rejected.items())
        failed = _arrow(*one.quarantined) if any(one.quarantined) else ""
        table.add_row(f"  {escape(one.node)}", _arrow(*one.rows_in), _arrow(*one.rows_out), failed, escape(left))
    console.print(table)


def _views(console: Console, views: Sequence[ViewChange]) -> None:
    _title(console, "rows")
    numbers = ("then", "now", "added", "removed", "changed", "moved")
    table = plain_table("  view", *numbers, right=numbers)
    for view in views:
        changed = "unknown" if view.changed is None else f"{view.changed:,}"
        counts = [f"{view.added:,}", f"{view.removed:,}", changed, f"{view.moved:,}"]
        sides = ["none" if rows is None else f"{rows:,}" for rows in (view.old_rows, view.new_rows)]
        table.add_row(f"  {escape(view.view)}", *sides, *([""] * 4 if "none" in sides else counts))
    console.print(table)
    for view in views:
        _view(console, view)


def _view(console: Console, view: ViewChange) -> None:
    lines = []
    if view.changed is None:
        lines.append("which rows changed is not known: a version of format 1 holds no digests of rows")
    for fate, ids in view.ids.items():
        total = getattr(view, fate)
        named = f": {escape(', '.join(ids))}{', ...' if total > len(ids) else ''}" if ids else ""
        lines.append(f"[{COLOURS[fate]}]{fate}[/] {total:,}{_because(view, fate)}{named}")
    if view.columns:
        lines.append(f"columns that differ in {view.num_compared:,} changed rows: {escape(reasons(view.columns))}")
    for sample in view.samples:
        lines += [f"  {escape(sample.id)}  {escape(_line(one))}" for one in sample.differences]
    if lines:
        console.print(f"\n  [bold]{escape(view.view)}[/bold]")
    for line in lines:
        console.print(f"    {line}", soft_wrap=True)


def _because(view: ViewChange, fate: str) -> str:
    if fate == "moved":
        return f" ({escape(reasons(view.splits))})"
    if fate not in view.why:
        return ""
    when = "now dropped by" if fate == "removed" else "dropped before by"
    return f" ({when} {escape(reasons(view.why[fate]))})"


def _some(texts: Sequence[str], most: int) -> str:
    return ", ".join(texts[:most]) + (f", and {len(texts) - most} more" if len(texts) > most else "")


def _moved(console: Console, title: str, parts: Sequence[Sequence[Moved]]) -> None:
    """Of each part the first lines, those with the shortest places: what is told in general before the particulars."""
    if not any(parts):
        return
    _title(console, title)
    for part in parts:
        lines = sorted(_lines(part), key=lambda line: line.partition(": ")[0].count("."))
        for line in lines[:LINES]:
            console.print(f"  {escape(line)}", soft_wrap=True)
        if len(lines) > LINES:
            console.print(f"  [dim]and {len(lines) - LINES} more such lines; --json has all[/dim]")


def _lines(found: Sequence[Moved]) -> list[str]:
    """A line for all values in one place; groups in which the same moved share it, as `groups[all; correct].length`."""
    places: dict[str, list[str]] = {}
    for one in found:
        place, _, name = one.place.rpartition(".")
        places.setdefault(place, []).append(f"{name} {_change(one)}" if place else f"{one.place} {_change(one)}")
    groups: dict[tuple[str, str, str], list[str]] = {}
    for place, changes in places.items():
        before, begins, rest = place.partition("[")
        group, _, after = rest.partition("]")
        groups.setdefault((before + begins, after, _some(changes, ON_LINE)), []).append(group)
    return [
        (f"{before}{'; '.join(names)}]{after}" if before.endswith("[") else before) + (": " if before else "") + changes
        for (before, after, changes), names in groups.items()
    ]


def _line(one: Moved) -> str:
    return f"{one.place}: {_change(one)}"


def _change(one: Moved) -> str:
    was, now = _told(one.old), _told(one.new)
    pairs = enumerate(zip(was, now, strict=False)) if max(len(was), len(now)) > LONG else iter(())
    same = next((place for place, pair in pairs if pair[0] != pair[1]), 0)
    return f"{_around(was, same)} -> {_around(now, same)}"


def _told(value: Any) -> str:
    if value is None:
        return "(none)"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"
    return value if isinstance(value, str) else orjson.dumps(value, default=str).decode()


def _around(text: str, same: int) -> str:
    """The part of a long text where it begins to differ, on one line."""
    begin = max(same - BEFORE, 0)
    part = " ".join(text[begin : begin + LONG].split())
    return f"{'…' if begin else ''}{part}{'…' if begin + LONG < len(text) else ''}"
