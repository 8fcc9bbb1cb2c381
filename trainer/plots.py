"""Pictures of a run and of several, drawn from metrics.jsonl alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.yamlfile import read_mapping
from trainer.config import RESOLVED
from trainer.errors import TrainerError
from trainer.log import read_metrics
from trainer.panels import RL, SFT, Panel

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito: told apart with every kind of colour blindness.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
GREY = "#777777"
SMOOTH_SHARE = 20  # a running mean covers this part of a run
Row = Mapping[str, Any]


def plot_run(run: Path) -> list[Path]:
    """Draws all that the run's metrics hold into `plots/`: loss.png, or of reinforcement learning six pictures."""
    path = run / RESOLVED
    config = read_mapping(path, f"{path}") if path.exists() else {}
    drawn = figures(read_metrics(run), budget=config.get("rollout", {}).get("max_tokens"))
    return [_save(figure, run / "plots" / f"{name}.png") for name, figure in drawn.items()]


def figures(rows: Sequence[Row], *, budget: int | None = None) -> "dict[str, Figure]":
    """The pictures by name; `budget` is the limit of a response in tokens."""
    keys = {key for row in rows for key, value in row.items() if value is not None}
    drawn = {}
    for name, panels in (SFT if "loss" in keys else RL).items():
        if shown := [panel for panel in panels if keys & set(panel.lines)]:
            drawn[name] = _figure(shown, rows, budget)
    return drawn


def series(rows: Sequence[Row], key: str) -> tuple[list[int], list[float]]:
    """Steps and values of the rows that have the key."""
    found = [(row["step"], row[key]) for row in rows if row.get(key) is not None]
    return [step for step, _ in found], [value for _, value in found]


def running_mean(values: Sequence[float], width: int) -> list[float]:
    """Means over the last `width` values; what comes later never enters."""
    chunks = (values[max(0, end - width) : end] for end in range(1, len(values) + 1))
    return [sum(chunk) / len(chunk) for chunk in chunks]


def _figure(panels: Sequence[Panel], rows: Sequence[Row], budget: int | None) -> "Figure":
    figure, every = _blank(len(panels))
    for panel, axes in zip(panels, every, strict=True):
        axes.set(title=panel.title, xlabel="step", ylabel=panel.unit)
        if panel.stacked:
            _stack(axes, panel, rows)
        else:
            _lines(axes, panel, rows)
        if panel.held_out:
            _held_out(axes, panel, rows)
        if panel.budget and budget:
            axes.axhline(budget, color=GREY, ls="--", lw=1.2, label="budget")
        _finish(axes, percent=panel.percent, log=panel.log)
    return figure


def _blank(count: int) -> "tuple[Figure, list[Any]]":
    """A figure with so many axes, two a row."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    across = 3 if count == 3 else min(count, 2)
    down = -(-count // across)
    width, height = 1 + 4.8 * across, 3.4 * down
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    # Margins in inches: a layout that measures every label doubles the time of a picture.
    edges = {"left": 1.1 / width, "right": 1 - 0.15 / width, "bottom": 0.55 / height, "top": 1 - 0.4 / height}
    figure.subplots_adjust(**edges, wspace=0.32, hspace=0.42)
    return figure, [figure.add_subplot(down, across, 1 + index) for index in range(count)]


def _lines(axes: Any, panel: Panel, rows: Sequence[Row]) -> None:
    width = max(len(series(rows, key)[0]) for key in panel.lines) // SMOOTH_SHARE
    if width > 1:
        axes.set_xlabel(f"step (strong: mean of the last {width})")
    for colour, (key, label) in zip(COLOURS, panel.lines.items(), strict=False):
        steps, values = series(rows, key)
        values = [value * 100 for value in values] if panel.percent else values
        if width > 1:
            axes.plot(steps, values, color=colour, alpha=0.25, lw=0.8)
            values = running_mean(values, width)
        if steps:
            axes.plot(steps, values, color=colour, lw=1.8, label=label)


def _held_out(axes: Any, panel: Panel, rows: Sequence[Row]) -> None:
    scale = 100 if panel.percent else 1
    drawn = [[value * scale for value in series(rows, key)[1]] for key in panel.held_out]
    if not drawn[0]:
        return
    steps, middle = series(rows, panel.held_out[0])[0], drawn[0]
    colour = COLOURS[len(panel.lines)]
    if len(drawn) == 3:
        bars = [[abs(value - end) for value, end in zip(middle, ends, strict=True)] for ends in drawn[1:]]
        axes.errorbar(steps, middle, yerr=bars, fmt="o-", color=colour, ms=4, capsize=3, label="held out, 95% interval")
    else:
        axes.plot(steps, middle, "o-", color=colour, ms=4, label="held out")


def _stack(axes: Any, panel: Panel, rows: Sequence[Row]) -> None:
    full = [row for row in rows if any(row.get(key) is not None for key in panel.lines)]
    parts = [[row.get(key) or 0.0 for row in full] for key in panel.lines]
    axes.stackplot([row["step"] for row in full], *parts, labels=panel.lines.values(), colors=COLOURS, alpha=0.85)


def _finish(axes: Any, *, percent: bool, log: bool) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)
    axes.xaxis.get_major_locator().set_params(integer=True)
    if log and any(value > 0 for line in axes.get_lines() for value in line.get_ydata()):
        axes.set_yscale("log")
    else:
        axes.ticklabel_format(axis="y", scilimits=(-3, 4))
    if percent:
        # What is 0 throughout stands above the axis, in a picture that does not make much of a thousandth.
        top = max(axes.get_ylim()[1], 1.0)
        axes.set_ylim(-0.02 * top, top)
    if any(axes.get_legend_handles_labels()[1]):
        axes.legend(fontsize=8, framealpha=0.8, edgecolor="none")


def _save(figure: "Figure", path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
    return path


def plot_runs(
    groups: Mapping[str, Sequence[Path]], metric: str, path: Path, *, unit: str, title: str = "", percent: bool = False,
    smooth: int = 1,
) -> Path:  # fmt: skip
    """Draws one metric of several runs over each other, a colour a group: the mean of its runs and their whole range.

    smooth -- each run's running mean over so many rows is drawn in its place, as the label of the axis then says
    Raises `TrainerError` for a run without the metric.
    """
    return _save(figure_of_runs(groups, metric, unit=unit, title=title, percent=percent, smooth=smooth), path)


@dataclass(frozen=True)
class Band:
    """One metric of several runs by step: their mean, and the lowest and highest of them."""

    steps: list[int]
    mean: list[float]
    low: list[float]
    high: list[float]


def band_of(runs: Sequence[Path], metric: str, *, percent: bool, smooth: int) -> Band:
    """As `plot_runs` draws it; raises `TrainerError` for a run without the metric."""
    at: dict[int, list[float]] = {}
    for run in runs:
        steps, values = series(read_metrics(run), metric)
        if not steps:
            raise TrainerError(f"{run}: metrics.jsonl has no {metric!r} to draw")
        for step, value in zip(steps, running_mean(values, smooth), strict=True):
            at.setdefault(step, []).append(value * 100 if percent else value)
    every = [at[step] for step in sorted(at)]
    return Band(sorted(at), [sum(found) / len(found) for found in every], [*map(min, every)], [*map(max, every)])


def figure_of_runs(
    groups: Mapping[str, Sequence[Path]], metric: str, *, unit: str, title: str, percent: bool, smooth: int
) -> "Figure":
    figure, (axes,) = _blank(1)
    for colour, (label, runs) in zip(cycle(COLOURS), groups.items(), strict=False):
        band = band_of(runs, metric, percent=percent, smooth=smooth)
        axes.plot(band.steps, band.mean, color=colour, lw=1.8, label=f"{label} (n={len(runs)})")
        axes.fill_between(band.steps, band.low, band.high, color=colour, alpha=0.18, lw=0)
    axes.set(title=title, xlabel=f"step (mean of the last {smooth})" if smooth > 1 else "step", ylabel=unit)
    _finish(axes, percent=percent, log=False)
    return figure
