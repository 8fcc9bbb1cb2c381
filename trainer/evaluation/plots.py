"""Pictures of an evaluation, drawn from its results."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from trainer.evaluation.scores import OUTCOMES
from trainer.plots import COLOURS

BAR = 0.25
Sets = Mapping[str, Mapping[str, Any]]


def draw(sets: Sets, folder: Path) -> list[Path]:
    """`accuracy.png`, `lengths.png` and, where a question is asked more than once, `answers_at_k.png`."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    drawn: dict[str, Callable[[Any, Sets], None]] = {"accuracy": _accuracy, "lengths": _lengths}
    if any(len(one["pass"]) > 1 for one in sets.values()):
        drawn["answers_at_k"] = _at_k
    return [_save(draw_on, sets, folder / f"{name}.png") for name, draw_on in drawn.items()]


def _save(draw_on: Callable[[Any, Sets], None], sets: Sets, path: Path) -> Path:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4 if draw_on is _at_k else 1.2 + 0.6 * len(sets)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)
    axes.set_axisbelow(True)
    draw_on(axes, sets)
    if axes.get_legend_handles_labels()[0]:
        figure.legend(loc="outside right upper", frameon=False)
    figure.savefig(path, dpi=120)
    return path


def _accuracy(axes: Any, sets: Sets) -> None:
    for place, one in enumerate(sets.values()):
        if one["accuracy"] is not None:
            middle, low, high = (100 * one[name] for name in ("accuracy", "low", "high"))
            axes.errorbar(middle, place, xerr=[[middle - low], [high - middle]], fmt="o", color=COLOURS[0], capsize=4)
    _named(axes, sets)
    axes.set(xlabel="accuracy (avg@k) in percent, with its 95% interval", xlim=(-1, 101))


def _lengths(axes: Any, sets: Sets) -> None:
    for number, outcome in enumerate(OUTCOMES):
        known = {
            place: length for place, one in enumerate(sets.values()) if (length := one["length"][outcome]) is not None
        }
        if known:
            places = [place + (number - 1) * BAR for place in known]
            axes.barh(places, list(known.values()), height=BAR, label=outcome, color=COLOURS[number])
    _named(axes, sets)
    axes.set(xlabel="mean length (tokens)")


def _named(axes: Any, sets: Sets) -> None:
    axes.set_yticks(range(len(sets)), list(sets))
    axes.set_ylim(len(sets) - 0.5, -0.5)


def _at_k(axes: Any, sets: Sets) -> None:
    ticks = sorted({int(k) for one in sets.values() for k in one["pass"]})
    for number, (label, one) in enumerate(sets.items()):
        colour = COLOURS[number % len(COLOURS)]
        for curve, line, name in (("pass", "o-", label), ("majority", "s--", None)):
            places = [ticks.index(int(k)) for k in one[curve]]
            axes.plot(places, [100 * share for share in one[curve].values()], line, color=colour, label=name)
    axes.set_xticks(range(len(ticks)), ticks)
    axes.set(xlabel="answers k", ylabel="pass@k (solid), maj@k (dashed) in percent", ylim=(-2, 102))
