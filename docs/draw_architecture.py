"""Draws the rooms and a row's way for docs/architecture.md: `python docs/draw_architecture.py`.

The pictures are SVG on a light card of their own, so that they can be read on light and on dark pages alike.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

DOCS = Path(__file__).parent
INK, FAINT, CARD, WHITE, RED = "#1f2937", "#64748b", "#f8fafc", "#ffffff", "#b91c1c"
BLUE, GREEN, AMBER, VIOLET, GREY = "#dbeafe", "#dcfce7", "#fef3c7", "#ede9fe", "#e2e8f0"


@dataclass(frozen=True)
class Box:
    """A rectangle with a title and lines below it; `x` and `y` are its upper left corner."""

    x: int
    y: int
    width: int
    height: int
    title: str
    lines: Sequence[str] = ()
    fill: str = BLUE

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    def svg(self) -> Iterator[str]:
        yield (
            f"<rect x='{self.x}' y='{self.y}' width='{self.width}' height='{self.height}' rx='8' fill='{self.fill}' "
            f"stroke='{INK}'/>"
        )
        yield text(self.middle, self.y + 22, self.title, size=15, bold=True)
        yield from (text(self.middle, self.y + 42 + 16 * row, line) for row, line in enumerate(self.lines))


def text(
    x: int, y: int, words: str, *, size: int = 12, bold: bool = False, colour: str = INK, at: str = "middle"
) -> str:
    weight = " font-weight='bold'" if bold else ""
    return f"<text x='{x}' y='{y}' font-size='{size}' text-anchor='{at}' fill='{colour}'{weight}>{escape(words)}</text>"


def arrow(*points: tuple[int, int], colour: str = INK, dashed: bool = False) -> str:
    """A line through the points that ends in a head."""
    path = " ".join(f"{x},{y}" for x, y in points)
    dash = " stroke-dasharray='5 4'" if dashed else ""
    head = "red" if colour == RED else "ink"
    return (
        f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='1.4'{dash} marker-end='url(#{head})'/>"
    )


def picture(width: int, height: int, title: str, parts: Iterable[str]) -> str:
    heads = "".join(
        f"<marker id='{name}' viewBox='0 0 8 8' refX='7' refY='4' markerWidth='8' markerHeight='8' orient='auto'>"
        f"<path d='M0,0 L8,4 L0,8 z' fill='{colour}'/></marker>"
        for name, colour in (("ink", INK), ("red", RED))
    )
    opening = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}' "
        "font-family='Helvetica, Arial, sans-serif' role='img'>"
    )
    card = f"<rect width='{width}' height='{height}' rx='12' fill='{CARD}'/>"
    return "\n".join([opening, f"<title>{escape(title)}</title>", f"<defs>{heads}</defs>", card, *parts, "</svg>\n"])


# Below the rooms what they deal with.
ROOMS = (
    Box(240, 20, 460, 76, "tracemill", [
        "the command line and what `import tracemill` offers:", "imports all rooms, assembles them, nothing else",
    ], GREY),
    Box(60, 150, 400, 92, "stages", [
        "one stage a file: read, extract, filter, distil, verify,", "select, export; records.py declares every row",
        "(a package of your own stands beside it)",
    ], BLUE),
    Box(560, 150, 330, 92, "trainer", [
        "the first reader of exports:", "fine-tuning, reinforcement learning,", "rewards, evaluation",
    ], VIOLET),
    Box(30, 320, 330, 92, "pipeline", [
        "recipes, graph, keys, execution, versions, report;", "knows no mathematics and", "imports nothing of ours",
    ], GREEN),
    Box(395, 320, 240, 92, "verifier", [
        "typed answers: extract, compare;", "what may hang runs in a", "process that can be killed",
    ], AMBER),
    Box(670, 320, 240, 92, "teachers", [
        "vLLM, endpoints, transformers,", "recorded traces, scripted;", "think tags",
    ], AMBER),
    Box(30, 470, 330, 92, "the store", [
        "artifacts by key, rejects, quarantine,", "the journal of what was paid for:",
        "a folder, or a bucket with a mirror here",
    ], WHITE),
    Box(395, 470, 515, 92, "the world outside", [
        "archives, data sets, weights, endpoints come in;",
        "versions go out: Parquet, a card, a manifest, a report",
    ], WHITE),
)  # fmt: skip


def rooms() -> str:
    """Who imports whom: an arrow leads to the room that is imported."""
    lines = [
        arrow((380, 96), (300, 148)),
        arrow((600, 96), (690, 148)),
        arrow((160, 242), (160, 318)),
        arrow((400, 242), (470, 318)),
        arrow((440, 242), (720, 318)),
        arrow((650, 242), (560, 318)),
        arrow((790, 242), (790, 318)),
        arrow((600, 242), (560, 268), (290, 268), (270, 318), dashed=True),
        text(345, 262, "its reader of versions", size=11, colour=FAINT),
        arrow((195, 412), (195, 468), dashed=True),
        arrow((790, 412), (790, 468), dashed=True),
    ]
    return picture(940, 584, "The rooms and who imports whom", [*(part for box in ROOMS for part in box.svg()), *lines])


# Record, id, the stages that make it, what they drop.
STEPS = (
    ("Document", "020a...", "read_warc, html_to_text", "what is no page", GREEN),
    ("QAPair", "020a.../qa-005", "extract_qa, dedup, decontaminate", "copies, benchmarks", GREEN),
    ("Candidate", "020a.../qa-005", "mark_verifiability", "", GREEN),
    ("Problem", "020a.../qa-005", "keep_verifiable, gate_golds", "proofs, figures, golds in doubt", GREEN),
    ("Attempt", "020a.../qa-005/qwq-03", "distil: the teacher is asked", "", AMBER),
    ("VerdictRow", "020a.../qa-005/qwq-03", "verify: correct, incorrect or undecided", "", AMBER),
    ("SelectedAttempt", "020a.../qa-005/qwq-03", "select_sft", "wrong, too many, another band", BLUE),
    ("SftRow", "020a.../qa-005/qwq-03", "export_dataset", "", BLUE),
)
TOP, STEP, LEFT, WIDTH, HEIGHT, RIGHT = 52, 78, 250, 250, 52, 580
MIDDLE, EDGE = LEFT + WIDTH // 2, LEFT + WIDTH
ACCOUNT = (
    "of every shard: rows in = kept +",
    "rejected (a decision, with reason) +",
    "quarantined (a fault of this row)",
)


def row() -> str:
    """What one row becomes between a page and a training example, and what leaves on the way."""
    heads = ((120, "the stage that makes it"), (MIDDLE, "a row, by its id"), (690, "what leaves stays readable"))
    parts = [text(x, 34, words, bold=True, size=14) for x, words in heads]
    for number, step in enumerate(STEPS):
        parts += _step(*step, top=TOP + STEP * number)
    bottom = TOP + STEP * len(STEPS)
    lines = ["immutable; the same content", "makes no new version"]
    parts += Box(LEFT, bottom, WIDTH, 66, "exports/NAME/vNNNN", lines, WHITE).svg()
    parts += [text(RIGHT + 20, bottom + 58 + 16 * number, line, at="start") for number, line in enumerate(ACCOUNT)]
    parts += [*_journal(TOP + STEP * 4), *_prompt(TOP + STEP * 5, bottom)]
    return picture(880, bottom + 110, "The way of a row from a page to a training example", parts)


def _step(record: str, row_id: str, stage: str, leaves: str, fill: str, *, top: int) -> Iterator[str]:
    yield from Box(LEFT, top, WIDTH, HEIGHT, record, [row_id], fill).svg()
    yield text(LEFT - 20, top + 30, stage, at="end")
    yield arrow((MIDDLE, top + HEIGHT), (MIDDLE, top + STEP - 1))
    if leaves:
        yield arrow((EDGE, top + 26), (RIGHT - 12, top + 26), colour=RED)
        yield text(RIGHT, top + 30, leaves, at="start")


def _journal(top: int) -> Iterator[str]:
    lines = ["each answer is on disk before it is used;", "a killed run asks again", "only for what was in flight"]
    yield from Box(RIGHT, top - 12, 270, 84, "journal", lines, WHITE).svg()
    yield arrow((EDGE, top + 26), (RIGHT - 2, top + 26))


def _prompt(top: int, bottom: int) -> Iterator[str]:
    """For reinforcement learning a problem goes out with the pass rate of its attempts."""
    lines = ["020a.../qa-005 by select_rl:", "the problem with its pass rate"]
    box = Box(RIGHT, bottom - STEP - 7, 270, 70, "RlRow", lines, BLUE)
    yield from box.svg()
    yield arrow((EDGE, top + 36), (810, top + 36), (810, box.y - 2))
    yield arrow((box.middle, box.y + 70), (box.middle, bottom + 33), (EDGE + 2, bottom + 33))


if __name__ == "__main__":
    (DOCS / "rooms.svg").write_text(rooms(), encoding="utf-8")
    (DOCS / "row.svg").write_text(row(), encoding="utf-8")
