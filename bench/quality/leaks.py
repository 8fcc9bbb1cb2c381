"""Leaks planted in 100,000 rows: how many decontamination finds, and how many rows it drops that are no leaks.

    python bench/quality/leaks.py [--quick] [--missed N] [--drops N]

A thousand plants of each way of hiding (`leaks_plants.py`), drawn from all benchmarks in turn; the other rows are real
questions of other sources and variants of those (`leaks_rows.py`). Some of the real ones are near copies of benchmark
items all the same. Each pair of a real question and an item that a row was dropped for was read (`leaks_near.jsonl`):
those that are the item itself in other words (`same`) or with other numbers (`numbers`) are counted apart and are no
false drops; those that share a setting and ask something else (`sibling`), or no more than a form (`other`), are. The
rules were made with these rows in view; a second set of plants, of other items, was not looked at.

The first plants and a sample of the rows go through the rule of OpenThoughts3 too: 75 % Indel similarity of the texts,
or a run of 13 tokens (of words and signs here; theirs are Qwen2's).
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.quality.leaks_openthoughts import OpenThoughts
from bench.quality.leaks_plants import Plant, plants
from bench.quality.leaks_rows import HALVES, CleanRow, benchmark_items, clean_rows
from bench.rows import pair
from pipeline.context import Context
from pipeline.stage import Reject
from stages._leak_report import Leak, parse_leak
from stages.decontaminate import Decontaminate
from stages.records import QAPair
from tests.support import MemorySide

NEAR = Path(__file__).with_name("leaks_near.jsonl")
FULL, QUICK = (100_000, 1_000), (10_000, 100)
# The reference compares each row with each item; it gets every so many of each kind.
REFERENCE_EVERY = 20


@dataclass(frozen=True)
class Outcome:
    """What became of the plants and of the clean rows; None where nothing was found."""

    plants: list[tuple[Plant, Leak | None]]
    clean: list[tuple[CleanRow, Leak | None]]

    @property
    def missed(self) -> list[Plant]:
        return [plant for plant, leak in self.plants if leak is None]

    def drops(self, near: frozenset[tuple[str, str]]) -> tuple[list[tuple[CleanRow, Leak]], int]:
        """The false drops, and how many rows are near copies; half a near copy is none."""
        found = [(row, leak) for row, leak in self.clean if leak]
        false = [(row, leak) for row, leak in found if row.kind == HALVES or (row.base, leak.item) not in near]
        return false, len(found) - len(false)


def leaks_of(stage: Decontaminate, items: Sequence[QAPair], rows: Sequence[QAPair]) -> list[Leak | None]:
    """As the engine runs it, in its batches."""
    found: list[Leak | None] = []
    with TemporaryDirectory() as scratch:
        ctx = Context(node="clean", scratch=Path(scratch), side={"benchmarks": MemorySide(items)})
        with stage.open(ctx) as check:
            for start in range(0, len(rows), ctx.run.batch_rows):
                results = check(rows[start : start + ctx.run.batch_rows])
                found += [parse_leak(one.detail) if isinstance(one, Reject) else None for one in results]
    return found


def outcome(*, quick: bool = False) -> tuple[Outcome, list[QAPair]]:
    total, each = QUICK if quick else FULL
    items = benchmark_items()
    planted = [*plants(items, each=each)]
    clean = clean_rows(items, total - len(planted))
    rows = [pair(f"plant-{number}", plant.text) for number, plant in enumerate(planted)]
    rows += [pair(f"clean-{number}", row.text) for number, row in enumerate(clean)]
    leaks = leaks_of(Decontaminate(), items, rows)
    found, others = leaks[: len(planted)], leaks[len(planted) :]
    return Outcome([*zip(planted, found, strict=True)], [*zip(clean, others, strict=True)]), items


def unseen_recall(items: Sequence[QAPair], *, each: int) -> float:
    """Of as many plants again of each way, made of other items."""
    made: Counter[str] = Counter()
    second = []
    for plant in plants([*items], each=2 * each):
        made[plant.way] += 1
        if made[plant.way] > each:
            second.append(pair(f"second-{len(second)}", plant.text))
    leaks = leaks_of(Decontaminate(), items, second)
    return sum(map(bool, leaks)) / len(leaks)


def near_copies() -> frozenset[tuple[str, str]]:
    """Real question and benchmark item, of those that were read."""
    rows = map(json.loads, NEAR.read_text("utf-8").splitlines())
    return frozenset((row["row"], row["item"]) for row in rows if row["kind"] in ("same", "numbers"))


def reference(result: Outcome, items: Sequence[QAPair]) -> tuple[float, float, int]:
    """Recall, share of clean rows dropped, and how many rows that is of."""
    rule = OpenThoughts(items)
    planted = [plant.text for plant, _ in result.plants[::REFERENCE_EVERY]]
    clean = [row.text for row, _ in result.clean[::REFERENCE_EVERY]]
    found, dropped = (sum(map(rule.holds, texts)) for texts in (planted, clean))
    return found / len(planted), dropped / len(clean), len(planted) + len(clean)


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    """Figures `leak_recall` and `false_drop_share`, and the reference's; `quick` takes 10,000 rows."""
    result, items = outcome(quick=quick)
    false, near = result.drops(near_copies())
    theirs, dropped, compared = reference(result, items)
    figures = {
        "leak_recall": 1 - len(result.missed) / len(result.plants),
        "leak_recall_unseen": unseen_recall(items, each=(QUICK if quick else FULL)[1]),
        "false_drop_share": len(false) / len(result.clean),
        "near_copies_among_clean": float(near),
        "openthoughts_recall": theirs,
        "openthoughts_drop_share": dropped,
    }
    lines = [*_by_way(result), *_by_kind(result, false)]
    lines.append(f"recall of as many plants again, not looked at: {figures['leak_recall_unseen']:.4f}")
    lines.append(f"near copies among the clean rows, read and listed: {near}")
    lines.append(
        f"OpenThoughts3's rule on {compared:,} of the rows: recall {theirs:.4f}, clean rows dropped {dropped:.4f}"
    )
    return figures, lines


def _by_way(result: Outcome) -> list[str]:
    total, found = Counter(plant.way for plant, _ in result.plants), Counter(p.way for p, leak in result.plants if leak)
    by = Counter((plant.way, leak.method) for plant, leak in result.plants if leak)
    lines = [f"{'plants':<16}{'found':>7}{'of':>7}  recall  by method"]
    for way, count in total.items():
        methods = ", ".join(f"{method} {n}" for (name, method), n in by.most_common() if name == way)
        lines.append(f"{way:<16}{found[way]:>7}{count:>7}  {found[way] / count:.4f}  {methods}")
    right = sum(leak is not None and leak.item == plant.item.id for plant, leak in result.plants)
    return [
        *lines,
        f"attributed to the very row that was hidden: {right} of {sum(found.values())}; others to its copies",
    ]


def _by_kind(result: Outcome, false: list[tuple[CleanRow, Leak]]) -> list[str]:
    total, dropped = Counter(row.kind for row, _ in result.clean), Counter(row.kind for row, _ in false)
    methods = Counter(leak.method for _, leak in false)
    lines = [f"{'clean rows':<18}{'dropped':>8}{'of':>8}   share"]
    lines += [f"{kind:<18}{dropped[kind]:>8}{n:>8}  {dropped[kind] / n:.4f}" for kind, n in total.items()]
    return [*lines, "dropped by " + ", ".join(f"{method} {n}" for method, n in methods.most_common())]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="10,000 rows")
    parser.add_argument("--missed", type=int, default=0, help="print so many plants that were not found")
    parser.add_argument("--drops", type=int, default=0, help="print so many false drops beside their items")
    options = parser.parse_args()
    if not (options.missed or options.drops):
        print("\n".join(measure(quick=options.quick)[1]))
        return
    result, items = outcome(quick=options.quick)
    texts = {item.id: item.question for item in items}
    for plant in result.missed[: options.missed]:
        print(f"missed {plant.way} {plant.item.id}\n  {plant.item.question!r}\n  {plant.text!r}")
    for row, leak in result.drops(near_copies())[0][: options.drops]:
        print(f"dropped {row.base} ({row.kind}): {leak}\n  {row.text!r}\n  {texts[leak.item]!r}")


if __name__ == "__main__":
    main()
