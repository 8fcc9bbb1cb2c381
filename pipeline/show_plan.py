"""Draws a plan: what each node would do and cost, and what that comes to."""

from collections.abc import Sequence

from rich.markup import escape

from pipeline.amounts import duration, money, number, size
from pipeline.plan import Step
from pipeline.show import open_console, plain_table


def print_plan(steps: Sequence[Step]) -> None:
    amounts = ("rows in", "rows out", "time", "tokens", "GPU-hours", "cost", "disk")
    table = plain_table("node", "stage", "", *amounts, "measured", right=amounts)
    for step in steps:
        guess = "" if step.action == "hit" else "~"
        table.add_row(
            escape(step.node),
            step.stage,
            step.action,
            number(step.rows_in, guess),
            number(step.rows_out, guess),
            "" if step.action == "hit" else duration(step.seconds),
            number(step.tokens, guess) if step.tokens else "",
            f"~{step.gpu_hours:,.2f}" if step.gpu_hours is not None else "",
            f"~{money(step.cost, step.currency or '')}" if step.cost is not None else "",
            size(step.bytes) if step.bytes is not None else "",
            step.measured or "",
        )
    console = open_console()
    console.print(table)
    console.print(f"\n{_plan_total(steps)}")


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
    if hours := sum(step.gpu_hours or 0 for step in todo):
        parts.append(f"~{hours:,.2f} GPU-hours")
    parts += [f"~{money(amount, currency)}" for currency, amount in costs.items() if amount]
    unknown = [step.node for step in todo if step.seconds is None]
    if len(unknown) == len(todo):
        return f"{len(todo)} nodes to do; no earlier run tells what they cost"
    return f"to do: {', '.join(parts)}" + (f"; and, unknown, {escape(', '.join(unknown))}" if unknown else "")
