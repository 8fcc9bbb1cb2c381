"""Draws the life of a row: a line a sighting, with what it shows that was not seen before."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from pipeline.show import cut, open_console, print_records
from pipeline.trace import DROPPED, EXPORTED, GONE, STALE, Sighting

COLOURS = {"kept": "green", EXPORTED: "cyan", "absent": "dim", "rejected": "yellow", "quarantined": "red"}
WHY = {GONE: "gone from the store", DROPPED: "rows dropped (keep: results)"}
UNSEEN = (*STALE, *WHY)
# Not told of a sighting: the id stands before it, the rest are digests or whole pages.
SKIPPED = ("id", "content_key", "html")


def print_trace(seen: Sequence[Sighting], row_id: str, hint: str = "") -> None:
    """The story in run order, then the row itself where it was read from an export, then `hint`."""
    console = open_console()
    shown: dict[str, dict[str, Any]] = {}
    for node, sightings in groupby([one for one in seen if one.fate not in UNSEEN], key=lambda one: one.node):
        told = list(sightings)
        console.print(f"\n[bold]{escape(node)}[/bold]" + (f" ({told[0].stage})" if told[0].stage else ""))
        for one in told:
            _print_sighting(console, one, shown.setdefault(one.id, {}))
    exported = [one.row for one in seen if one.fate == EXPORTED and one.row and one.id == row_id]
    if exported:
        console.print()
        print_records(exported[:1], "")
    _print_unseen(console, seen)
    if hint:
        console.print(f"\n[dim]{escape(hint)}[/dim]", soft_wrap=True)


def _print_sighting(console: Console, one: Sighting, shown: dict[str, Any]) -> None:
    """Its reason, or the fields that its id did not show before."""
    changed = {name: value for name, value in one.row.items() if shown.get(name, _empty(value)) != value}
    shown.update(one.row)
    why = " ".join(part for part in (one.reason, one.detail) if part)
    told = cut(why, 200) if why else _gist(changed)
    fate = (f"{one.fate:<11}", COLOURS[one.fate])
    console.print(Text.assemble("  ", fate, f" {one.id}", f"  {told}" if told else ""), soft_wrap=True)


def _empty(value: Any) -> Any:
    return value if value in (None, "", []) else None


def _gist(row: Mapping[str, Any]) -> str:
    parts = [f"{name}={cut(value, 60)}" for name, value in row.items() if name not in SKIPPED and value is not None]
    return cut(" ".join(" ".join(parts).split()), 240)


def _print_unseen(console: Console, seen: Sequence[Sighting]) -> None:
    """The nodes that have nothing to look into, by why."""
    for fate in UNSEEN:
        nodes = [one.node for one in seen if one.fate == fate]
        if nodes:
            console.print(f"\n[yellow]{WHY.get(fate, fate)}[/yellow]: {escape(', '.join(nodes))}", soft_wrap=True)
