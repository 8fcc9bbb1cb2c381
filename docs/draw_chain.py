"""Draws the chain for README.md: `python docs/draw_chain.py`."""

from draw_architecture import AMBER, BLUE, DOCS, GREEN, RED, VIOLET, Box, arrow, picture, text

WIDTH, BOX, GAP, TOP, HEIGHT = 1010, 142, 24, 46, 78
# What it is, how it comes about, what leaves before it and stays readable, its colour.
STEPS = (
    ("pages", ("WARC, HTML, dumps,", "data sets"), (), GREEN),
    ("pairs", ("questions and answers", "that people wrote"), ("no pairs in it",), GREEN),
    ("problems", ("answers that can be", "checked"), ("copies, benchmarks,", "proofs, figures"), GREEN),
    ("attempts", ("chains of thought", "of a teacher"), (), AMBER),
    ("verdicts", ("right, wrong or", "undecided"), (), AMBER),
    ("a version", ("SFT and RL, Parquet,", "card, report"), ("wrong, cut off, loops,", "too hard, too easy"), BLUE),
)


def chain() -> str:
    """The steps from left to right, below each what left on the way to it."""
    parts = [text(20, 26, "one recipe, one command; after a kill the same command goes on", at="start")]
    for place, (title, lines, left, fill) in enumerate(STEPS):
        box = Box(20 + place * (BOX + GAP), TOP, BOX, HEIGHT, title, lines, fill)
        parts += box.svg()
        if place:
            parts.append(arrow((box.x - GAP, TOP + HEIGHT // 2), (box.x, TOP + HEIGHT // 2)))
        if left:
            gone = box.x - GAP // 2
            parts.append(arrow((gone, TOP + HEIGHT // 2 + 4), (gone, TOP + HEIGHT + 24), colour=RED))
            parts += [text(gone, TOP + HEIGHT + 42 + 16 * row, line, colour=RED) for row, line in enumerate(left)]
    last = Box(20, TOP + HEIGHT + 88, WIDTH - 40, 34, "what left stays readable, each row with its reason", (), VIOLET)
    parts += last.svg()
    return picture(WIDTH, last.y + last.height + 20, "From pages to a data set, and what leaves on the way", parts)


if __name__ == "__main__":
    (DOCS / "chain.svg").write_text(chain(), encoding="utf-8")
