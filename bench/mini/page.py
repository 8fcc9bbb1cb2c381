"""Writes docs/mini-paper.md, its plots and their curves as numbers from the metrics of the runs."""

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from textwrap import fill
from typing import Any

from bench.mini.experiments import EXPERIMENTS, Check, Curve, Experiment
from bench.mini.facts import WINDOW, Facts, facts
from bench.mini.runs import AFTER, folder
from trainer.plots import band_of, plot_runs

PAGE = Path("docs/mini-paper.md")
TEXT = Path(__file__).parent
EVERY = 2


def write_page(seeds: Sequence[int], page: Path = PAGE) -> Path:
    """Returns the page; a run that is missing raises `IndexError`."""
    parts = [(TEXT / "head.md").read_text("utf-8"), _overview(seeds)]
    parts += [_section(one, seeds, page.with_suffix("")) for one in EXPERIMENTS]
    parts.append((TEXT / "tail.md").read_text("utf-8"))
    curves = json.dumps([_curves(one, seeds) for one in EXPERIMENTS], separators=(",", ":"))
    (page.with_suffix("") / "curves.json").write_text(curves + "\n", "utf-8")
    page.write_text("\n\n".join(part.strip() for part in parts) + "\n", "utf-8")
    return page


def of(name: str, seed: int) -> Facts:
    return facts(folder(name, seed))


def figures(check: Check, seeds: Sequence[int]) -> list[float]:
    return [check.figure(lambda name, seed=seed: of(name, seed)) for seed in seeds]  # type: ignore[misc]


def held(check: Check, seeds: Sequence[int]) -> int:
    """On how many seeds the threshold is reached."""
    return sum(figure >= check.at_least for figure in figures(check, seeds))


def verdict(experiment: Experiment, seeds: Sequence[int]) -> str:
    """Seen where every check holds on every seed, not seen where none does."""
    held_by = [held(check, seeds) for check in experiment.checks]
    if min(held_by) == len(seeds):
        return "seen"
    return "seen in part" if max(held_by) else "not seen"


def _overview(seeds: Sequence[int]) -> str:
    lines = ["| what the paper found | at this scale | checks held, of " + f"{len(seeds)} seeds |", "|---|---|---|"]
    for one in EXPERIMENTS:
        counts = ", ".join(str(held(check, seeds)) for check in one.checks)
        lines.append(f"| [{one.title}](#{_anchor(one.title)}) | {verdict(one, seeds)} | {counts} |")
    return "\n".join(lines) + "\n\n" + fill(_time(seeds), 120)


def _time(seeds: Sequence[int]) -> str:
    summaries = [folder(name, seed) / "summary.json" for seed in seeds for name in AFTER]
    minutes = sum(json.loads(path.read_text("utf-8"))["seconds"] for path in summaries) / 60
    return (
        f"The {len(summaries)} runs took {minutes:.0f} minutes together, each on one thread. Tables have the mean of "
        f"the seeds and the range in brackets. A held-out accuracy is of 512 answers, so one seed has a 95 percent "
        f"interval of about 4 points to either side."
    )


def _section(one: Experiment, seeds: Sequence[int], plots: Path) -> str:
    asked, answer = (
        f"**The paper**: {one.paper} **Here**: {one.here}",
        f"**{verdict(one, seeds).capitalize()}**. {one.told}",
    )
    parts = [f"## {one.title}", fill(asked, 120), _checks(one, seeds), fill(answer, 120), _arms(one, seeds)]
    pictures = [_plot(one, curve, seeds, plots) for curve in one.curves]
    parts.append("\n".join(f"![{alt}]({plots.name}/{path.name})" for alt, path in pictures))
    return "\n\n".join(parts)


def _checks(one: Experiment, seeds: Sequence[int]) -> str:
    each = " | ".join(f"seed {seed}" for seed in seeds)
    lines = [f"| check | at least | {each} | held |", "|---|---:|" + "---:|" * len(seeds) + "---|"]
    for check in one.checks:
        found = " | ".join(f"{figure:.1f}" for figure in figures(check, seeds))
        lines.append(
            f"| {check.what} | {check.at_least:g} {check.unit} | {found} | {held(check, seeds)} of {len(seeds)} |"
        )
    return "\n".join(lines)


def _arms(one: Experiment, seeds: Sequence[int]) -> str:
    lines = [
        "| run | accuracy before | after | length before | after | cut off after |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for label, name in one.arms.items():
        runs = [of(name, seed) for seed in seeds]
        cells = [
            _range([100 * run.before("accuracy") for run in runs]),
            _range([100 * run.after("accuracy") for run in runs]),
        ]
        cells += [_range([run.before("len") for run in runs]), _range([run.after("len") for run in runs])]
        cells.append(_range([100 * run.after("truncated") for run in runs]))
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _range(values: Sequence[float]) -> str:
    return f"{fmean(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def _plot(one: Experiment, curve: Curve, seeds: Sequence[int], plots: Path) -> tuple[str, Path]:
    path = plots / f"{one.name}-{curve.metric.replace('/', '-').replace('_', '-')}.png"
    plot_runs(_groups(one, seeds), curve.metric, path, unit=curve.unit, percent=curve.percent, smooth=WINDOW)
    return f"{one.title}: {curve.unit}", path


def _groups(one: Experiment, seeds: Sequence[int]) -> dict[str, list[Path]]:
    return {label: [folder(name, seed) for seed in seeds] for label, name in one.arms.items()}


def _curves(one: Experiment, seeds: Sequence[int]) -> dict[str, Any]:
    """The lines of its pictures, for whoever draws them anew."""
    drawn = [
        {
            "metric": curve.metric,
            "unit": curve.unit,
            "arms": {label: _line(runs, curve) for label, runs in _groups(one, seeds).items()},
        }
        for curve in one.curves
    ]
    return {"title": one.title, "paper": one.paper, "verdict": verdict(one, seeds), "curves": drawn}


def _line(runs: Sequence[Path], curve: Curve) -> dict[str, Any]:
    """Every second step is enough for what is smoothed over ten."""
    band = band_of(runs, curve.metric, percent=curve.percent, smooth=WINDOW)
    values = {"mean": band.mean, "low": band.low, "high": band.high}
    kept = {name: [round(value, 3) for value in found[::EVERY]] for name, found in values.items()}
    return {"runs": len(runs), "step": band.steps[::EVERY], **kept}


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-").replace(",", "").replace(".", "")
