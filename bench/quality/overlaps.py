"""Real overlaps between public sets of questions: what they share to the letter is known, what else is near is listed.

    python bench/quality/overlaps.py [--near N] [--missed]

Two questions are shared if their letters and digits are equal. `--near` prints so many of the other rows found, with
the item and the method. 40 of them were read (`--near 40`): 34 are the item itself, in other words or with its numbers
spelled out, one has other numbers, and five have the same setting and ask something else; none is there by chance.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.quality.leaks import leaks_of
from bench.quality.leaks_rows import benchmark_items, train_questions
from stages._leak_keys import alnum_key
from stages._leak_report import Leak
from stages.decontaminate import Decontaminate
from stages.records import QAPair


@dataclass(frozen=True)
class Overlap:
    """Rows that share `known` different questions with the items of a benchmark."""

    name: str
    rows: Callable[[], Sequence[QAPair]]
    benchmark: str
    known: int


OVERLAPS = (
    Overlap("AIME 1983-2023 in MATH train", lambda: train_questions("math"), "aime_1983_2023", 356),
    Overlap("AIME 1983-2023 in MATH test", lambda: benchmark_items("math_test"), "aime_1983_2023", 40),
    Overlap("MMLU-Pro in TheoremQA", lambda: benchmark_items("theoremqa"), "mmlu_pro", 597),
    Overlap("MMLU-Pro in SciBench", lambda: benchmark_items("scibench"), "mmlu_pro", 449),
    Overlap("MMLU-Pro in MMLU STEM", lambda: benchmark_items("mmlu_stem"), "mmlu_pro", 1982),
    Overlap("MAWPS in ASDiv", lambda: benchmark_items("asdiv"), "mawps", 243),
)


@dataclass(frozen=True)
class Looked:
    overlap: Overlap
    shared: int
    missed: list[QAPair]
    near: list[tuple[QAPair, Leak]]
    items: dict[str, str]


def look(overlap: Overlap) -> Looked:
    rows, items = overlap.rows(), benchmark_items(overlap.benchmark)
    known = {alnum_key(item.question) for item in items} - {b""}
    found = [*zip(rows, leaks_of(Decontaminate(), items, rows), strict=True)]
    keys = [(alnum_key(row.question), row, leak) for row, leak in found]
    return Looked(
        overlap=overlap,
        shared=len({key for key, _, _ in keys if key in known}),
        missed=[row for key, row, leak in keys if key in known and leak is None],
        near=[(row, leak) for key, row, leak in keys if leak and key not in known],
        items={item.id: item.question for item in items},
    )


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    """Figure `overlaps_found`: the share of the known overlaps that are found; `quick` changes nothing."""
    looked = [look(overlap) for overlap in OVERLAPS]
    missed = sum(len({alnum_key(row.question) for row in one.missed}) for one in looked)
    known = sum(one.shared for one in looked)
    figures = {"overlaps_found": 1 - missed / known, "overlaps_near_copies": float(sum(len(o.near) for o in looked))}
    lines = [f"{'':<30}{'known':>6}{'found':>7}  near copies besides"]
    for one in looked:
        methods = ", ".join(
            f"{name} {count}" for name, count in Counter(leak.method for _, leak in one.near).most_common()
        )
        found = one.shared - len({alnum_key(row.question) for row in one.missed})
        lines.append(f"{one.overlap.name:<30}{one.shared:>6}{found:>7}  {len(one.near)}: {methods}")
    return figures, lines


def sample(looked: Sequence[Looked], size: int) -> list[str]:
    near = [(one, row, leak) for one in looked for row, leak in one.near]
    chosen = random.Random(5).sample(near, min(size, len(near)))
    return [
        f"{one.overlap.name}: {row.id}\n  {leak}\n  {row.question!r}\n  {one.items[leak.item]!r}"
        for one, row, leak in chosen
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--near", type=int, default=0, help="print so many of the near copies, drawn at random")
    parser.add_argument("--missed", action="store_true", help="print the known overlaps that were not found")
    options = parser.parse_args()
    if not (options.near or options.missed):
        print("\n".join(measure()[1]))
        return
    looked = [look(overlap) for overlap in OVERLAPS]
    print("\n".join(sample(looked, options.near)))
    if options.missed:
        print(
            "\n".join(f"missed {one.overlap.name}: {row.id} {row.question!r}" for one in looked for row in one.missed)
        )


if __name__ == "__main__":
    main()
