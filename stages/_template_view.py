"""`tracemill check-template` on a terminal."""

import json
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

RENDERED_CHARS = 240
QUANTILES = {"mean": "mean", "p50": "median", "p90": "90 %", "p95": "95 %", "p99": "99 %", "max": "longest"}


def show_template(console: Console, facts: Mapping[str, Any]) -> None:
    own = "its own template" if facts["template"] == "own" else "no template; checked with a minimal one"
    counted = f"{facts['checked']:,} of {facts['rows']:,} rows of {facts['view']}"
    console.print(f"{facts['tokenizer']}: {own}, {counted}", markup=False)
    for finding in facts["faults"]:
        _show_finding(console, finding, "red")
    for finding in facts["notes"]:
        _show_finding(console, finding, "yellow")
    if facts["lengths"]:
        console.print(_lengths(facts))
    console.print(_verdict(facts))


def _show_finding(console: Console, finding: Mapping[str, Any], colour: str) -> None:
    where = f"{finding['rows']:,} rows such as {finding['row']}" if finding["row"] else "every row"
    told = Text.assemble((f"\n{finding['fault']}", f"bold {colour}"), f"  {where}\n  {finding['why']}")
    if finding["rendered"]:
        # As JSON, so that line breaks are seen and nothing of a row can steer the terminal.
        shown = json.dumps(finding["rendered"][:RENDERED_CHARS], ensure_ascii=True)
        told.append(f"\n  rendered: {shown}", "dim")
    console.print(told.append(f"\n  way out: {finding['way_out']}"), soft_wrap=True)


def _lengths(facts: Mapping[str, Any]) -> Table:
    parts = facts["lengths"]
    limits = next(iter(parts.values()))["over"]
    shown = Table("tokens", *parts, title="\nlengths in tokens")
    for name, title in QUANTILES.items():
        shown.add_row(title, *(f"{of[name]:,}" for of in parts.values()), end_section=name == "max")
    for name in limits:
        title = f"over {facts['max_length']:,}, the model's length" if name == "max_length" else f"over {int(name):,}"
        shown.add_row(title, *(f"{of['over'][name]:.1%}" if of["over"][name] else "-" for of in parts.values()))
    return shown


def _verdict(facts: Mapping[str, Any]) -> Text:
    if facts["passed"]:
        return Text("Training sees what the rows say.", "green")
    found = "1 fault" if len(facts["faults"]) == 1 else f"{len(facts['faults'])} faults"
    return Text(f"{found}: training would see something else than the rows say, or nothing.", "red")
