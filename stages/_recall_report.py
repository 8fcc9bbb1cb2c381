"""The recall report as Markdown, and its curve as a picture."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl

from stages.records import DomainLabel

CURVE_IMAGE = "curve.png"
KINDS = (("held_out", "held-out set"), ("cross_validation", "cross-validation by domain"))
ROWS, COLUMNS = 16, 61
LOWEST = 0.5

Round = Mapping[str, Any]


def render_report(rounds: Sequence[Round], domains: pl.DataFrame, *, shown: int) -> str:
    """`domains` is the domain table of the last round, best first."""
    last = rounds[-1]
    parts = [f"# Recall, round {last['round']}", _figures(rounds), _learnt(last), _curve(last), _labels(last)]
    parts += [_table(domains.filter(pl.col("label") == str(label)).head(shown), str(label)) for label in DomainLabel]
    return "\n\n".join(part for part in parts if part) + "\n"


def _figures(rounds: Sequence[Round]) -> str:
    lines = [
        "| round | measured on | documents | domains | threshold | precision | 95 % by domain | recall | "
        "95 % by domain | average precision |",
        "|---|---|---:|---:|---:|---:|---|---:|---|---:|",
    ]
    for one in rounds:
        for key, name in KINDS:
            if found := one[key]:
                threshold = f"{one['model']['threshold']:.4f}" if key == "held_out" else "by fold"
                cells = [one["round"], name, found["documents"], found["domains"], threshold, *_measured(found)]
                lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def _measured(found: Mapping[str, Any]) -> list[str]:
    return [
        share(found["precision"]), _span(found["precision_by_domain"]),
        share(found["recall"]), _span(found["recall_by_domain"]), share(found["average_precision"]),
    ]  # fmt: skip


def share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _span(interval: Sequence[float] | None) -> str:
    return "-" if interval is None else f"{interval[0]:.3f} to {interval[1]:.3f}"


def _learnt(last: Round) -> str:
    model = last["model"]
    examples = [
        f"{row['documents']} {row['side']} documents of {row['domains']} domains from {row['origin']}"
        for row in model["examples"]
        if row["documents"]
    ]
    reached = "is reached" if model["target_is_met"] else "is not reached at any threshold"
    scored = last["scored"]
    return (
        f"Learnt from {', '.join(examples)}. The model has {model['megabytes']:.1f} MB; a precision of "
        f"{model['target_precision']:g} {reached}; threshold {model['threshold']:.4f}. Of {scored['documents']} scored "
        f"documents {scored['recalled']} are recalled."
    )


def _curve(last: Round) -> str:
    key, name = next(((key, name) for key, name in KINDS if last[key] and last[key]["curve"]), ("", ""))
    if not key:
        return "Nothing was held out, so there is no curve."
    points = last[key]["curve"]
    lines = ["| threshold | precision | recall |", "|---:|---:|---:|"]
    for point in points[:: max(1, len(points) // 12)]:
        lines.append(f"| {point['threshold']:.4f} | {point['precision']:.3f} | {point['recall']:.3f} |")
    return f"## Threshold curve ({name})\n\n```text\n{text_curve(points)}\n```\n\n" + "\n".join(lines)


def text_curve(points: Sequence[Mapping[str, float]]) -> str:
    """Precision over recall in characters; the scale begins at 0.5 or below the lowest point."""
    low = min(LOWEST, *(point["precision"] for point in points))
    grid = [[" "] * COLUMNS for _ in range(ROWS)]
    for point in points:
        row = round((1 - point["precision"]) / (1 - low) * (ROWS - 1))
        grid[row][round(point["recall"] * (COLUMNS - 1))] = "*"
    scale = [f"{1 - (1 - low) * row / (ROWS - 1):.2f}" for row in range(ROWS)]
    body = [f"{scale[row]} |{''.join(cells).rstrip()}" for row, cells in enumerate(grid)]
    return "\n".join(["precision", *body, "     +" + "-" * COLUMNS, "      0" + "recall".center(COLUMNS - 2) + "1"])


def _labels(last: Round) -> str:
    lines = ["## Domains", "", "| label | domains | documents | recalled | why |", "|---|---:|---:|---:|---|"]
    for label, row in last["domains"].items():
        why = ", ".join(
            f"{one['reason'] or 'not looked at'} ({one['by'] or 'nobody'}): {one['domains']}" for one in row["reasons"]
        )
        lines.append(f"| {label} | {row['domains']} | {row['documents']} | {row['recalled']} | {why} |")
    return "\n".join(lines)


def _table(domains: pl.DataFrame, label: str) -> str:
    if domains.is_empty():
        return ""
    lines = [
        f"### {label}",
        "",
        "| domain | documents | recalled | share | mean score | reason |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for row in domains.iter_rows(named=True):
        name = row["domain"].replace("|", "\\|")
        figures = (
            f"{row['num_documents']} | {row['num_recalled']} | {row['share_recalled']:.3f} | {row['mean_score']:.3f}"
        )
        lines.append(f"| {name} | {figures} | {row['reason'] or ''} |")
    return "\n".join(lines)


def draw_curve(rounds: Sequence[Round], path: Path) -> bool:
    """Precision over recall of all rounds. False where matplotlib is not installed, or there is nothing to draw."""
    drawn = [(one, key, name) for one in rounds for key, name in KINDS if one[key] and one[key]["curve"]]
    if not drawn or find_spec("matplotlib") is None:
        return False
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4.5), layout="constrained")
    axes = figure.add_subplot(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(None, 1.005))
    for one, key, name in drawn:
        points = one[key]["curve"]
        axes.plot(
            [point["recall"] for point in points],
            [point["precision"] for point in points],
            linestyle="-" if key == "held_out" else "--",
            label=f"round {one['round']}, {name}",
        )
    axes.grid(alpha=0.3)
    axes.legend(loc="lower left", fontsize=8)
    figure.savefig(path, dpi=120, metadata={"Software": None})
    return True
