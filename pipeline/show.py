"""Draws what commands found: tables on a terminal, plain text in a pipe, JSON for scripts."""

import re
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from pipeline.amounts import clock, reasons, size
from pipeline.terminal import Terminal, harmless_json

if TYPE_CHECKING:
    from pipeline.session import RunResult
    from pipeline.tend import Garbage
    from pipeline.versions import Version

LONG_TEXT = 600
BAR = 16
# A point of a curve, such as `expected_recall_at_0.80`, which the report and `--json` tell and the funnel does not.
_POINT = re.compile(r"_at_\d[\d.]*$")


def open_console() -> Console:
    return Terminal(highlight=False, width=None if sys.stdout.isatty() else 160)


def print_json(value: Any) -> None:
    sys.stdout.write(harmless_json(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode()) + "\n")


def plain_table(*columns: str, right: Sequence[str] = ()) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(escape(column), justify="right" if column in right else "left")
    return table


def print_funnel(result: "RunResult") -> None:
    """The funnel: per node what came in, what went out, and why the rest left."""
    table = plain_table(
        "node",
        "",
        "in",
        "out",
        "rejected",
        "failed",
        "time",
        "why rows left",
        right=("in", "out", "rejected", "failed", "time"),
    )
    most = max((node.manifest.totals.rows_out for node in result.nodes), default=1) or 1
    for node in result.nodes:
        totals = node.manifest.totals
        gives_rows = result.recipe.nodes[node.node].stage.row_out is not None  # or else a folder: a model, a data set
        table.add_row(
            escape(node.node),
            ("█" * round(BAR * totals.rows_out / most) or "▏") if gives_rows else "",
            f"{totals.rows_in:,}",
            f"{totals.rows_out:,}" if gives_rows else "",
            f"{sum(totals.rejected.values()):,}" if totals.rejected else "",
            f"{totals.quarantined:,}" if totals.quarantined else "",
            "reused" if node.status == "reused" else f"{node.seconds:.1f} s",
            escape(reasons(totals.rejected)),
        )
    console = open_console()
    console.print(table)
    _print_counters(console, result)
    reused = sum(node.status == "reused" for node in result.nodes)
    console.print(f"\n{len(result.nodes)} nodes, {reused} reused, {result.seconds:.1f} s")
    for node in result.nodes:
        totals = node.manifest.totals
        if totals.rejected and not totals.rows_out:
            look = f"tracemill rejects {result.recipe.path} {node.node}"
            console.print(f"no row is left of {node.node}: {look}", soft_wrap=True, markup=False)


def _print_counters(console: Console, result: "RunResult") -> None:
    """What the stages counted while they ran; of a reused node, when it ran."""
    table = plain_table("node", "counted")
    for node in result.nodes:
        amounts = [
            f"{counter} {amount:,.4g}" if amount % 1 else f"{counter} {amount:,.0f}"
            for counter, amount in node.manifest.totals.counters.items()
            if not _POINT.search(counter)
        ]
        if amounts:
            table.add_row(escape(node.node), escape(", ".join(amounts)))
    if table.row_count:
        console.print()
        console.print(table)


def print_places(versions: Sequence["Version"], page: Path, *, is_trial: bool) -> None:
    """Where the results lie, and what each source gave to each data set."""
    console = open_console()
    for version in versions:
        _print_yields(console, version.manifest())
        trial = " (a trial by --limit: `latest` stays what it was)" if is_trial and not version.is_latest else ""
        console.print(f"\ndata set  {version.path}{trial}", soft_wrap=True, markup=False)
    console.print(f"report    {page}", soft_wrap=True, markup=False)


def _print_yields(console: Console, manifest: Mapping[str, Any]) -> None:
    """Rows by source and view, where the export's manifest lists `sources`."""
    sources: Mapping[str, Any] = manifest.get("sources", {})
    views = [*dict.fromkeys(view for facts in sources.values() for view in facts["views"])]
    if not views:
        return
    table = plain_table("source", "sampled", *views, right=("sampled", *views))
    for source, facts in sources.items():
        cells = [_yielded(facts["views"].get(view)) for view in views]
        table.add_row(escape(source), f"{facts['sampled_problems']:,}", *cells)
    console.print("\nyield: rows (of problems) by source; `sampled` problems have a decided attempt")
    console.print(table)


def _yielded(facts: Mapping[str, int] | None) -> str:
    if not facts:
        return ""
    return f"{facts['rows']:,}" + (f" ({facts['problems']:,})" if facts["problems"] != facts["rows"] else "")


def print_status(rows: Sequence[Mapping[str, Any]]) -> None:
    table = plain_table(
        "node", "stage", "state", "shards", "in", "out", "failed", "why rows left", right=("in", "out", "failed")
    )
    for row in rows:
        numbers = [f"{row[name]:,}" if name in row else "" for name in ("rows_in", "rows_out", "quarantined")]
        left = escape(reasons(row.get("rejected", {}), most=3))
        table.add_row(escape(row["node"]), row["stage"], row["state"], str(row.get("shards", "")), *numbers, left)
    console = open_console()
    console.print(table)
    for row in rows:
        if "progress" in row:
            console.print(f"\n{escape(row['node'])}: {_told(row['progress'])}")


def _told(event: Mapping[str, Any]) -> str:
    """A line of a run's progress, and how old it is."""
    ago = (datetime.now(UTC) - datetime.fromisoformat(event["time"])).total_seconds()
    left = f"{clock(event['left_s'])} left" if event["left_s"] is not None else ""
    done = f"{event['done']:,}/{event['total']:,} {event['unit']}"
    asked = event.get("counters", {}).get("asked", 0)
    answers = f"{asked:,.0f} answers in the journal" if asked else ""
    return f"{clock(ago)} ago " + ", ".join(part for part in (done, escape(event["text"]), left, answers) if part)


def print_reasons(counts: Mapping[str, int]) -> None:
    table = plain_table("reason", "rows", right=("rows",))
    for reason, count in counts.items():
        table.add_row(escape(reason), f"{count:,}")
    if counts:
        open_console().print(table)
        open_console().print()


def print_records(rows: Sequence[Mapping[str, Any]], none: str, *, of: int = 0) -> None:
    """Rows one under the other, a line a field, long text cut; then how many of how many they are."""
    console = open_console()
    if not rows:
        console.print(none, markup=False)
    for row in rows:
        console.rule(escape(str(row.get("id", ""))), align="left")
        for name, value in row.items():
            if name != "id" and value is not None:
                console.print(Text.assemble((name, "bold"), "  ", cut(value)), soft_wrap=True)
    if 0 < len(rows) < of:
        console.print(f"\n{len(rows):,} of {of:,} rows; -n {of} for all", markup=False)


def cut(value: Any, most: int = LONG_TEXT) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)"


def print_garbage(dead: Sequence["Garbage"], *, removed: bool, json: bool) -> None:
    if json:
        print_json({"removed": removed, "folders": [{"path": str(one.path), "bytes": one.bytes} for one in dead]})
        return
    console = open_console()
    for one in dead:
        console.print(f"{size(one.bytes):>8}  {one.path}", soft_wrap=True, markup=False)
    total = size(sum(one.bytes for one in dead))
    done = "removed" if removed else "can go; add --yes to remove"
    console.print(f"{len(dead)} folders, {total}: {done}" if dead else "nothing to collect")
