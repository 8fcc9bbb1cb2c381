"""Draws the funnel of a recipe that has run: `python docs/draw_funnel.py [RECIPE] [PICTURE]`."""

import sys
from pathlib import Path

import matplotlib.pyplot as plt

from pipeline.config import load_config
from pipeline.look import status

KEPT, DROPPED = "#3b82f6", "#f59e0b"


def draw(recipe: Path, picture: Path) -> None:
    """One bar a node: rows out, and beside them the rows that left, with the main reasons."""
    rows = [row for row in status(load_config(recipe)) if row.get("rows_out")]
    names = [row["node"] for row in rows]
    kept = [row["rows_out"] for row in rows]
    dropped = [sum(row["rejected"].values()) for row in rows]
    figure, axes = plt.subplots(figsize=(10, 0.36 * len(rows) + 1))
    axes.barh(names, kept, color=KEPT, label="rows out")
    axes.barh(names, dropped, left=kept, color=DROPPED, alpha=0.6, label="rows that left, with a reason")
    for place, row in enumerate(rows):
        reasons = ", ".join(f"{reason} {count}" for reason, count in list(row["rejected"].items())[:3])
        axes.text(kept[place] + dropped[place], place, f"  {kept[place]:,}   {reasons}", va="center", fontsize=8)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.6 * max(k + d for k, d in zip(kept, dropped, strict=True)))
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower right", frameon=False)
    figure.tight_layout()
    figure.savefig(picture, dpi=110)


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:]]
    draw(*(given or [Path("configs/demo.yaml")]), *([] if len(given) > 1 else [Path("docs/funnel.png")]))
