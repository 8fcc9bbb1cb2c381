"""Draws a plan: what each node would do and cost, and what that comes to."""

from collections.abc import Sequence

from rich.markup import escape

from pipeline.amounts import duration, money, number, size
from pipeline.estimates import Step
from pipeline.show import open_console, plain_table


def print_plan(steps: Sequence[Step]) -> None:
    amounts = ("rows in", "rows out", "time", "tokens", "core-hours", "GPU-hours", "cost", "disk")
    table = plain_table("node", "stage", "", *amounts, "measured", right=amounts)
    for step in steps:
        guess = "" if step.action == "hit" else "~"
        unknown = "" if step.action == "hit" or step.measured else "unknown"
        asked, made = (unknown, "") if step.asks else ("", unknown)
        table.add_row(
            escape(step.node),
            step.stage,
            step.action,
            number(step.rows_in, guess),
            number(step.rows_out, guess),
            "" if step.action == "hit" else duration(step.seconds),
            number(step.tokens, guess) if step.tokens else asked,
            made if step.core_hours is None else _hours(step.core_hours),
            asked if step.gpu_hours is None else _hours(step.gpu_hours),
            f"~{money(step.cost, step.currency or '')}" if step.cost is not None else "",
            size(step.bytes) if step.bytes is not None else unknown,
            step.measured or "",
        )
    console = open_console()
    console.print(table)
    console.print(f"\n{_plan_total(steps)}")


def _hours(hours: float) -> str:
    return f"~{hours:,.2f}" if hours >= 0.005 or not hours else "<0.01"


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
    return f"to do: {', '.join(parts)}" + (f"; and, unknown, {escape(', '.join(unknown))}" if unknown else "")
