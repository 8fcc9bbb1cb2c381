"""Draws tokens against problems solved: `python docs/draw_adaptive.py CURVE.json [PICTURE]`.

The points come from `python bench/distillation/adaptive.py --curve CURVE.json`.
"""

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt

FIXED, STOPPED = "#9ca3af", "#3b82f6"
MARKS = {None: "o", 3: "^", 4: "v", 5: "D", 6: "s"}
TITLES = {
    "recorded": "100 MATH problems, a model of 7B parameters, recorded",
    "live": "SVAMP and GSM8K, SmolLM2-135M, live",
}
COUNTS = {"solved": "problems with a verified trace", "twice": "problems with two"}


def draw(curves: dict[str, Any], picture: Path) -> None:
    """One row a source; problems with one verified trace on the left, with two on the right."""
    figure, rows = plt.subplots(len(curves), len(COUNTS), figsize=(11, 4 * len(curves)), squeeze=False)
    for (name, curve), panels in zip(curves.items(), rows, strict=True):
        for (count, label), axes in zip(COUNTS.items(), panels, strict=True):
            _panel(axes, curve, count)
            axes.set_title(TITLES[name], fontsize=9)
            axes.set_xlabel("tokens")
            axes.set_ylabel(label)
    rows[0][0].legend(frameon=False, fontsize=8)
    figure.tight_layout()
    figure.savefig(picture, dpi=110)


def _panel(axes: Any, curve: dict[str, Any], count: str) -> None:
    fixed = curve["fixed"]
    axes.plot([p["tokens"] for p in fixed], [p[count] for p in fixed], color=FIXED, marker=".", label="fixed number")
    for give_up, mark in MARKS.items():
        points = [p for p in curve["stopped"] if p["policy"]["give_up"] == give_up]
        label = "stop at 2 correct" + (f", give up at {give_up}" if give_up else "")
        tokens, counts = [p["tokens"] for p in points], [p[count] for p in points]
        axes.plot(tokens, counts, mark, ms=5, label=label, color=STOPPED, alpha=1.0 if give_up is None else 0.45)
    axes.spines[["top", "right"]].set_visible(False)


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:]]
    draw(json.loads(given[0].read_text()), given[1] if len(given) > 1 else Path("docs/adaptive.png"))
