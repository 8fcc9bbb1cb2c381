"""Question-answer pairs taken from real thread pages, against labels made by hand (`bench/threads`).

    python bench/extraction/threads.py [--verbose [--all]] [--data FOLDER]

A pair is right if question and answer say what one labelled pair says: F1 of their words of at least 0.9, formulas in
any spelling; the question with or without its title; the answer that is wanted or one as good. A labelled pair counts
once. A further pair of a question already matched is ignored if its answer is another good one, and wrong otherwise.

Precision is right of extracted without ignored, recall right of labelled. Pages whose digest begins with a
hexadecimal digit below 8 are the development half; the others are held out, and `--verbose` tells nothing of them.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from bench.rows import document
from bench.threads.gold import GoldPage, GoldPair, Text, gold_pages, read_labels
from stages._recall_curve import wilson

Found = list[tuple[str, str]]
Extract = Callable[[str, str], Found]

POSTS = ("qa_site", "forum", "discussion")
QUICK_BYTES = 20_000


@dataclass
class Tally:
    right: int = 0
    extracted: int = 0
    ignored: int = 0
    labelled: int = 0
    pages: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @property
    def judged(self) -> int:
        return self.extracted - self.ignored


@dataclass(frozen=True)
class Judged:
    """One page with the verdict on each extracted pair and the labelled pairs nothing was found for."""

    page: GoldPage
    verdicts: Sequence[tuple[str, tuple[str, str]]]
    missed: Sequence[GoldPair]

    @property
    def tally(self) -> Tally:
        words = [verdict for verdict, _ in self.verdicts]
        return Tally(words.count("right"), len(words), words.count("ignored"), len(self.page.pairs), 1)


def judge(page: GoldPage, found: Found) -> Judged:
    used: list[set[int]] = [set() for _ in page.pairs]
    verdicts = [(_verdict(page.pairs, used, Text.of(pair[0]), Text.of(pair[1])), pair) for pair in found]
    return Judged(page, verdicts, [pair for pair, taken in zip(page.pairs, used, strict=True) if not taken])


def _verdict(pairs: Sequence[GoldPair], used: list[set[int]], question: Text, answer: Text) -> str:
    """Pairs nothing was found for come first, so that of two questions with the same words each gets its own."""
    asked = [number for number, pair in enumerate(pairs) if any(map(question.says, pair.questions))]
    for number in sorted(asked, key=lambda number: bool(used[number])):
        for place, ways in enumerate(pairs[number].answers):
            if place not in used[number] and any(map(answer.says, ways)):
                verdict = "ignored" if used[number] else "right"
                used[number].add(place)
                return verdict
    return "wrong"


def by_rules() -> Extract:
    """The pairs of the stage `extract_qa`, as a recipe would get them from a page."""
    from stages.extract_qa import ExtractQa  # the judge and its tests do without the stage

    stage = ExtractQa()

    def extract(html: str, url: str) -> Found:
        rows = stage.process(document("page", url=url, source="threads", html=html))
        return [(row.question, row.answer_text) for row in rows] if isinstance(rows, list) else []

    return extract


def judged_pages(data: Path, extract: Extract, *, quick: bool = False) -> Iterator[Judged]:
    labels = read_labels()
    if quick:
        labels = [row for row in labels if (data / row["file"]).stat().st_size < QUICK_BYTES]
    for page in gold_pages(data, labels):
        yield judge(page, extract(page.html, page.url))


def measure(
    *, quick: bool = False, extract: Extract | None = None, data: Path | None = None
) -> tuple[dict[str, float], list[str]]:
    """Figures `threads_precision` and `threads_recall`, the same of both halves, of posts and by kind, and a table.

    `quick`: the small pages only. Raises KeyError where TRACEMILL_DATA is not set and no folder is given.
    """
    folder = data or Path(os.environ["TRACEMILL_DATA"])
    return summary(list(judged_pages(folder, extract or by_rules(), quick=quick)))


def summary(pages: Sequence[Judged]) -> tuple[dict[str, float], list[str]]:
    kinds = sorted({each.page.kind for each in pages})
    parts = {
        "threads": pages,
        "threads_development": [each for each in pages if not each.page.is_held_out],
        "threads_held_out": [each for each in pages if each.page.is_held_out],
        "threads_posts": [each for each in pages if each.page.kind in POSTS],
        **{f"threads_{kind}": [each for each in pages if each.page.kind == kind] for kind in kinds},
    }
    figures: dict[str, float] = {}
    lines: list[str] = []
    for name, part in parts.items():
        tally = sum((each.tally for each in part), Tally())
        lines.append(f"{name}: {tally.pages} pages, {tally.labelled} pairs labelled, {tally.extracted} extracted")
        for what, trials in (("precision", tally.judged), ("recall", tally.labelled)):
            share = tally.right / trials if trials else 0.0
            low, high = wilson(tally.right, trials) or (0.0, 1.0)
            lines.append(f"    {what:<10} {share:.4f}  95% {low:.4f} to {high:.4f}  ({tally.right} of {trials})")
            figures[f"{name}_{what}"] = share
    return figures, lines


def details(pages: Iterable[Judged], *, held_out: bool = False) -> Iterator[str]:
    """Each page with its verdicts; those of the held-out half only on demand."""
    for each in pages:
        if each.page.is_held_out and not held_out:
            continue
        tally = each.tally
        wrong = tally.judged - tally.right
        yield f"=== {each.page.file} {each.page.kind}: {tally.right} right, {wrong} wrong, {len(each.missed)} missed"
        for verdict, (question, answer) in each.verdicts:
            yield f"  {verdict:<8} Q {_excerpt(question)}\n           A {_excerpt(answer)}"
        for pair in each.missed:
            yield f"  missed   Q {_excerpt(pair.shown[0])}\n           A {_excerpt(pair.shown[1])}"


def _excerpt(text: str, length: int = 120) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length // 2]} … {line[-length // 2 :]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("TRACEMILL_DATA"), help="folder of real data")
    parser.add_argument("--quick", action="store_true", help="small pages only")
    parser.add_argument("--verbose", action="store_true", help="each page of the development half with its verdicts")
    parser.add_argument("--all", action="store_true", help="with --verbose: the held-out half as well")
    options = parser.parse_args()
    if not options.data:
        parser.error("no folder of real data: give --data FOLDER or set TRACEMILL_DATA")
    pages = list(judged_pages(Path(options.data), by_rules(), quick=options.quick))
    if options.verbose:
        print("\n".join(details(pages, held_out=options.all)))
    print("\n".join(summary(pages)[1]))


if __name__ == "__main__":
    main()
