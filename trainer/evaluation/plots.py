"""Pictures of an evaluation, drawn from its results; matplotlib is optional."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from trainer.evaluation.scores import OUTCOMES

BAR = 0.25


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
        figure.legend(loc="outside right upper")
    figure.savefig(path, dpi=120)
    return path


def _accuracy(axes: Any, sets: Mapping[str, Mapping[str, Any]]) -> None:
    scored = {label: one for label, one in sets.items() if one["accuracy"] is not None}
    values = [one["accuracy"] for one in scored.values()]
    below = [one["accuracy"] - one["low"] for one in scored.values()]
    above = [one["high"] - one["accuracy"] for one in scored.values()]
    axes.barh(list(scored), values, xerr=[below, above], capsize=4)
    axes.set(xlabel="accuracy (avg@k), 95% interval", xlim=(0, 1))
    axes.invert_yaxis()


def _lengths(axes: Any, sets: Mapping[str, Mapping[str, Any]]) -> None:
    for number, outcome in enumerate(OUTCOMES):
        known = {place: length for place, one in enumerate(sets.values()) if (length := one["length"][outcome])}
        if known:
            places = [place + (number - 1) * BAR for place in known]
            axes.barh(places, list(known.values()), height=BAR, label=outcome)
    axes.set_yticks(range(len(sets)), list(sets))
    axes.set(xlabel="mean length (tokens)")
    axes.invert_yaxis()


def _at_k(axes: Any, sets: Mapping[str, Mapping[str, Any]]) -> None:
    ticks = sorted({int(k) for one in sets.values() for k in one["pass"]})
    for number, (label, one) in enumerate(sets.items()):
        for curve, line, name in (("pass", "o-", label), ("majority", "s--", None)):
            places = [ticks.index(int(k)) for k in one[curve]]
            axes.plot(places, list(one[curve].values()), line, color=f"C{number}", label=name)
    axes.set_xticks(range(len(ticks)), ticks)
    axes.set(xlabel="answers k", ylabel="pass@k (solid), maj@k (dashed)", ylim=(0, 1.02))
