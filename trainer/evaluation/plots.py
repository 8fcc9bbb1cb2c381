"""Pictures of an evaluation, drawn from its results; matplotlib is optional."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def draw(sets: Mapping[str, Mapping[str, Any]], folder: Path) -> list[Path]:
    """`accuracy.png`, `lengths.png` and `answers_at_k.png`; none where matplotlib is not installed."""
    if find_spec("matplotlib") is None:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {"accuracy": _accuracy, "lengths": _lengths, "answers_at_k": _at_k}
    return [_save(draw_on, sets, folder / f"{name}.png") for name, draw_on in drawn.items()]


def _save(draw_on: Any, sets: Mapping[str, Mapping[str, Any]], path: Path) -> Path:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    draw_on(axes, sets)
    if axes.get_legend_handles_labels()[0]:
        axes.legend()
    figure.savefig(path, dpi=120)
    return path


def _accuracy(axes: Any, sets: Mapping[str, Mapping[str, Any]]) -> None:
    scored = {label: one for label, one in sets.items() if one["accuracy"] is not None}
    values = [one["accuracy"] for one in scored.values()]
    below = [one["accuracy"] - one["low"] for one in scored.values()]
    above = [one["high"] - one["accuracy"] for one in scored.values()]
    axes.bar(list(scored), values, yerr=[below, above], capsize=4)
    axes.set(ylabel="accuracy, 95% interval", ylim=(0, 1))


def _lengths(axes: Any, sets: Mapping[str, Mapping[str, Any]]) -> None:
    outcomes = ("correct", "incorrect", "undecided")
    for place, outcome in enumerate(outcomes):
        known = {
            at: one["length"][outcome] for at, one in enumerate(sets.values()) if one["length"][outcome] is not None
        }
        if known:
            axes.bar([at + (place - 1) * 0.25 for at in known], list(known.values()), width=0.25, label=outcome)
    axes.set_xticks(range(len(sets)), list(sets))
    axes.set(ylabel="mean length (tokens)")


def _at_k(axes: Any, sets: Mapping[str, Mapping[str, Any]]) -> None:
    for number, (label, one) in enumerate(sets.items()):
        for curve, line in (("pass", "o-"), ("majority", "s--")):
            points = one[curve]
            axes.plot(
                [int(k) for k in points], list(points.values()), line, color=f"C{number}", label=f"{label} {curve}@k"
            )
    axes.set(xlabel="answers k", ylabel="share of questions", ylim=(0, 1))
    axes.set_xscale("log", base=2)
