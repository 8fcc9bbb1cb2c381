"""Pictures of a data set for its card, drawn from its manifest alone; the same manifest gives the same bytes."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FUNNEL, LENGTHS, PASS_RATES, KEYWORDS = (
    f"plots/{name}.png" for name in ("funnel", "lengths", "pass_rates", "keywords")
)
DPI = 100
MAX_STEPS, MAX_LINES, MAX_PANELS = 24, 8, 4
# Told apart by the colour-blind too (Okabe and Ito).
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#F0E442", "#000000")
OTHER = "#BBBBBB"
# A name of a stranger is no formula.
STYLE = {
    **{"font.family": "DejaVu Sans", "font.size": 10, "text.parse_math": False},
    **{"axes.spines.top": False, "axes.spines.right": False},
}
OUTCOMES = {"correct": COLOURS[2], "incorrect": COLOURS[3], "undecided": "#888888"}


def plots_of(manifest: Mapping[str, Any]) -> list[str]:
    """The pictures that the manifest has facts for, relative to the data set's folder."""
    facts = {
        FUNNEL: _steps(manifest),
        LENGTHS: _largest(manifest),
        PASS_RATES: _rates(manifest),
        KEYWORDS: _keyword_bars(manifest),
    }
    return [name for name, found in facts.items() if found]


def draw_plots(manifest: Mapping[str, Any], folder: Path) -> list[str]:
    """Draws what `plots_of` names into `folder`."""
    names = plots_of(manifest)
    if names:
        (folder / "plots").mkdir(exist_ok=True)
    for name in names:
        _draw(DRAWN[name], manifest, folder / name)
    return names


def _draw(draw: Callable[[Mapping[str, Any], "Figure"], None], manifest: Mapping[str, Any], path: Path) -> None:
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from PIL import Image

    with rc_context(STYLE):
        figure = Figure(figsize=(8, 4.5), dpi=DPI, layout="constrained", facecolor="white")
        canvas = FigureCanvasAgg(figure)
        draw(manifest, figure)
        canvas.draw()
    picture = Image.frombytes("RGBA", canvas.get_width_height(), bytes(canvas.buffer_rgba())).convert("RGB")
    # A few colours make a third of the bytes; neither date nor version stands in the file.
    picture.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)


def _steps(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The nodes that dropped rows; where none did, nothing is worth a picture."""
    return [step for step in manifest["funnel"] if sum(step["rejected"].values()) + step["quarantined"]]


def _draw_funnel(manifest: Mapping[str, Any], figure: "Figure") -> None:
    """A bar a node: what it kept, and by colour the commonest reasons for which it dropped the rest."""
    steps = _steps(manifest)[:MAX_STEPS]
    figure.set_size_inches(8, 1.4 + 0.34 * len(steps))
    axes = figure.add_subplot(xlabel="rows of the node's input", xlim=(0, 1))
    reasons = _commonest(steps)
    colours = dict(zip(reasons, COLOURS[1:], strict=False))
    for place, step in enumerate(steps):
        _bar(axes, place, step, colours)
    axes.set_yticks(range(len(steps)), [_label(step["node"]) for step in steps])
    axes.set_ylim(len(steps) - 0.5, -0.5)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    handles = [axes.barh(0, 0, color=colour) for colour in (COLOURS[0], *colours.values(), OTHER)]
    labels = ["kept", *map(_label, reasons), "other reasons"]
    axes.legend(handles, labels, loc="upper left", bbox_to_anchor=(1, 1), frameon=False)


def _bar(axes: "Axes", place: int, step: Mapping[str, Any], colours: Mapping[str, str]) -> None:
    lost = {**step["rejected"], "quarantined": step["quarantined"]}
    total = max(1, step["kept"] + sum(lost.values()))
    parts = [(step["kept"], COLOURS[0]), *((lost.get(reason, 0), colour) for reason, colour in colours.items())]
    parts.append((sum(count for reason, count in lost.items() if reason not in colours), OTHER))
    left = 0.0
    for count, colour in parts:
        axes.barh(place, count / total, left=left, color=colour, height=0.7)
        left += count / total
    axes.text(1.0, place, f" {step['kept']:,} of {total:,} ", va="center", ha="right", fontsize=8, color="black",
              bbox={"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 0.5})  # fmt: skip


def _commonest(steps: Sequence[Mapping[str, Any]]) -> list[str]:
    """By the largest share of a node's rows that a reason cost."""
    shares: dict[str, float] = {}
    for step in steps:
        total = max(1, step["kept"] + sum(step["rejected"].values()))
        for reason, count in step["rejected"].items():
            shares[reason] = max(shares.get(reason, 0.0), count / total)
    return sorted(shares, key=lambda reason: (-shares[reason], reason))[: len(COLOURS) - 2]


def _groups(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Each teacher with each outcome, of all attempts where they are given."""
    statistics = manifest["statistics"].get("sft_all") or manifest["statistics"].get("sft") or {"groups": []}
    return [group for group in statistics["groups"] if group["teacher"] is not None and group["outcome"] is not None]


def _largest(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return sorted(_groups(manifest), key=lambda group: -group["rows"])[:MAX_LINES]


def _draw_lengths(manifest: Mapping[str, Any], figure: "Figure") -> None:
    """A panel a teacher, a line an outcome, each adding up to one."""
    statistics = manifest["statistics"].get("sft_all") or manifest["statistics"]["sft"]
    middles = [(max(1, low) * max(1, high)) ** 0.5 for low, high in pairwise(statistics["length_edges"])]
    teachers = list(dict.fromkeys(group["teacher"] for group in _largest(manifest)))[:MAX_PANELS]
    figure.set_size_inches(8, 1.0 + 2.1 * len(teachers))
    panels = figure.subplots(len(teachers), sharex=True, squeeze=False)[:, 0]
    for axes, teacher in zip(panels, teachers, strict=True):
        for group in (group for group in _groups(manifest) if group["teacher"] == teacher):
            shares = [count / max(1, group["rows"]) for count in group["length_counts"]]
            label, colour = f"{group['outcome']} ({group['rows']:,})", OUTCOMES.get(group["outcome"], OTHER)
            axes.plot(middles, shares, ".-", label=label, color=colour, linewidth=1.8)
        axes.set(title=_label(teacher), ylabel="share", xscale="log", ylim=(0, None))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes.xaxis.set_minor_formatter("")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        axes.legend(frameon=False)
    panels[-1].set_xlabel("tokens of an attempt")


def _rates(manifest: Mapping[str, Any]) -> Mapping[str, Any] | None:
    facts = manifest["statistics"].get("rl_all") or manifest["statistics"].get("rl")
    return facts["pass_rates"] if facts and facts["sampled"] else None


def _draw_pass_rates(manifest: Mapping[str, Any], figure: "Figure") -> None:
    from matplotlib.ticker import MaxNLocator

    rates = _rates(manifest)
    assert rates is not None
    edges = rates["edges"]
    labels = [
        "never",
        *(f"{low:.0%} to {high:.0%}" for low, high in pairwise(edges)),
        "always",
        "not sampled",
    ]
    counts = [rates["never"], *rates["counts"], rates["always"], rates["unsampled"]]
    colours = [COLOURS[3], *[COLOURS[0]] * len(rates["counts"]), COLOURS[2], OTHER]
    axes = figure.add_subplot(ylabel="problems", xlabel="share of the decided attempts that are right")
    bars = axes.bar(range(len(counts)), counts, color=colours)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.bar_label(bars, [f"{count:,}" if count else "" for count in counts], fontsize=8)
    axes.set_xticks(range(len(counts)), labels, rotation=45, ha="right")


def _keyword_bars(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [group for group in _largest(manifest) if group["reasoning"]]


def _draw_keywords(manifest: Mapping[str, Any], figure: "Figure") -> None:
    groups = _keyword_bars(manifest)
    names = [(kind, name) for kind in ("keywords", "moves") for name in groups[0]["reasoning"][kind]]
    axes = figure.add_subplot(ylabel="times per 1,000 tokens")
    width = 0.8 / len(groups)
    bars = []
    for number, group in enumerate(groups):
        heights = [group["reasoning"][kind][name]["per_1k_tokens"] or 0 for kind, name in names]
        places = [place + width * (number - (len(groups) - 1) / 2) for place in range(len(names))]
        bars.append(axes.bar(places, heights, width, color=COLOURS[number]))
    axes.set_xticks(range(len(names)), [name for _, name in names], rotation=30, ha="right")
    # Labels given to the bars would be left out where a name begins with an underscore.
    axes.legend(bars, [f"{_label(group['teacher'])}, {group['outcome']}" for group in groups], frameon=False)


def _label(text: str) -> str:
    return text if len(text) <= 28 else f"{text[:27]}…"


DRAWN = {FUNNEL: _draw_funnel, LENGTHS: _draw_lengths, PASS_RATES: _draw_pass_rates, KEYWORDS: _draw_keywords}
