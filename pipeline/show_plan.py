"""Draws a plan: what each node would do and cost, and what that comes to."""

from collections.abc import Sequence

from rich.markup import escape

from pipeline.amounts import duration, money, number, size
from pipeline.estimates import Step
from pipeline.show import open_console, plain_table

AMOUNTS = ("rows in", "rows out", "time", "tokens", "core-hours", "GPU-hours", "cost", "disk")


def print_plan(steps: Sequence[Step]) -> None:
    """Columns of amounts that no step has are left out: a recipe without a teacher needs no tokens."""
    rows = [_row(step) for step in steps]
    amounts = [name for name in AMOUNTS if any(row[name] for row in rows)]
    table = plain_table("node", "stage", "", *amounts, "measured", right=tuple(amounts))
    for step, row in zip(steps, rows, strict=True):
        told = (row[name] for name in amounts)
        table.add_row(escape(step.node), step.stage, step.action, *told, step.measured or "")
    console = open_console()
    console.print(table)
    console.print(f"\n{_plan_total(steps)}")


def _row(step: Step) -> dict[str, str]:
    guess = "" if step.action == "hit" else "~"
    unknown = "" if step.action == "hit" or step.measured else "unknown"
    asked, made = (unknown, "") if step.asks else ("", unknown)
    return {
        "rows in": number(step.rows_in, guess),
        "rows out": number(step.rows_out, guess),
        "time": "" if step.action == "hit" else duration(step.seconds),
        "tokens": number(step.tokens, guess) if step.tokens else asked,
        "core-hours": made if step.core_hours is None else _hours(step.core_hours),
        "GPU-hours": asked if step.gpu_hours is None else _hours(step.gpu_hours),
        "cost": f"~{money(step.cost, step.currency or '')}" if step.cost is not None else "",
        "disk": size(step.bytes) if step.bytes is not None else unknown,
    }


def _hours(hours: float) -> str:
    return f"~{hours:,.2f}" if hours >= 0.005 else "<0.01"


def _plan_total(steps: Sequence[Step]) -> str:
    """What is left to do in one line: nodes run one after the other, so their times add up."""
    todo = [step for step in steps if step.action != "hit"]
    if not todo:
        return "nothing to do: every node is in the store"
    costs: dict[str, float] = {}
    for step in todo:
        costs[step.currency or ""] = costs.get(step.currency or "", 0.0) + (step.cost or 0.0)
    parts = [duration(sum(step.seconds or 0 for step in todo))]
    if tokens := sum(step.tokens or 0 for step in todo):
        parts.append(f"~{tokens:,} tokens")
    for name, hours in (("core", [step.core_hours for step in todo]), ("GPU", [step.gpu_hours for step in todo])):
        if spent := sum(each or 0 for each in hours):
            parts.append(f"{_hours(spent)} {name}-hours")
    parts += [f"~{money(amount, currency)}" for currency, amount in costs.items() if amount]
    unknown = [step.node for step in todo if step.seconds is None]
    if len(unknown) == len(todo):
        return f"{len(todo)} nodes to do; no earlier run tells what they cost"
    return f"to do: {', '.join(parts)}" + (f", and what is unknown of {escape(', '.join(unknown))}" if unknown else "")
