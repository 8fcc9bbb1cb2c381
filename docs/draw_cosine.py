"""Draws the cosine reward over the length of a response: `python docs/draw_cosine.py [PICTURE]`."""

import sys
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt

from trainer.rewards import cosine, exceeded

BUDGET, MARGIN, EXCEED = 14_336, 16, -10.0
RIGHT, WRONG = "#0072B2", "#D55E00"
# The paper's default, and what it varied in its figure 9: the reward of right against that of wrong.
SETTINGS = {
    "default": (2.0, 1.0, -10.0, 0.0),
    "A": (0.0, 10.0, 0.0, 0.0),
    "B": (6.0, 5.0, -10.0, 0.0),
    "C": (10.0, 9.0, -10.0, 0.0),
}


def reward(is_correct: bool, length: int, corners: tuple[float, ...]) -> float:
    if exceeded(length, max_length=BUDGET, margin=MARGIN):
        return EXCEED
    names = ("correct_at_0", "correct_at_max", "wrong_at_0", "wrong_at_max")
    return cosine(is_correct, length, max_length=BUDGET, **dict(zip(names, corners, strict=True)))


def draw(picture: Path) -> None:
    figure, panels = plt.subplots(1, len(SETTINGS), figsize=(13, 3.4), sharey=True, layout="constrained")
    for (name, corners), axes in zip(SETTINGS.items(), panels, strict=True):
        _panel(axes, corners)
        axes.set_title(
            f"{name}: right {corners[0]:g} to {corners[1]:g}, wrong {corners[2]:g} to {corners[3]:g}", fontsize=9
        )
        axes.set_xlabel("tokens of the response")
    panels[0].set_ylabel("reward")
    panels[0].legend(frameon=False, fontsize=8, loc="upper left")
    figure.savefig(picture, dpi=110)


def _panel(axes: Any, corners: tuple[float, ...]) -> None:
    last = BUDGET - MARGIN - 1
    lengths = [*range(0, last, 64), last]
    for colour, label, is_correct in ((RIGHT, "right", True), (WRONG, "wrong", False)):
        axes.plot(lengths, [reward(is_correct, length, corners) for length in lengths], color=colour, label=label)
    axes.plot([BUDGET], [reward(True, BUDGET, corners)], "x", color="black", label="budget used up, right or wrong")
    axes.axhline(0, color="#777777", lw=0.6)
    axes.spines[["top", "right"]].set_visible(False)


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/cosine.png"))
