"""Precision and recall of question-answer pairs on rendered pages whose pairs are known (`bench/factory`).

    python bench/extraction/factory.py [--pages N] [--show STYLE]

A pair is right if its answer is one the page gives to that question and both texts equal those shown once whitespace
and the spelling of formulas are set aside (`bench/factory/compare.py`). A right pair counts once. Recall counts the
answer that a correct extractor takes, precision those that are right as well. Of held-out styles nothing but numbers
is printed.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from bench.factory.catalogue import SEEN, Style, pages, styles
from bench.factory.compare import same, same_question
from bench.factory.page import Expected, Page
from bench.factory.pairs import Pool
from bench.factory.unseen import UNSEEN
from bench.rows import document
from stages._recall_curve import wilson
from stages.records import QAPair

Found = list[tuple[str, str]]
Extract = Callable[[str, str], Found]

FULL, QUICK = 60, 5


@dataclass
class Tally:
    """Counts of a page, a style or many."""

    right: int = 0
    extracted: int = 0
    found: int = 0
    expected: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.right + other.right,
            self.extracted + other.extracted,
            self.found + other.found,
            self.expected + other.expected,
        )

    @property
    def precision(self) -> float:
        return self.right / self.extracted if self.extracted else 0.0

    @property
    def recall(self) -> float:
        return self.found / self.expected if self.expected else 0.0


@dataclass(frozen=True)
class Judged:
    """One page: its counts, the pairs extracted that are not right, the expected pairs not found."""

    tally: Tally
    wrong: Found
    missed: list[Expected]


def judge(page: Page, found: Found) -> Judged:
    open_answers = [[wanted.answer, *wanted.also_ok] for wanted in page.expected]
    wrong: Found = []
    for question, answer in found:
        if not _taken(question, answer, page.expected, open_answers):
            wrong.append((question, answer))
    missed = [
        wanted for wanted, left in zip(page.expected, open_answers, strict=True) if left and left[0] == wanted.answer
    ]
    right = len(found) - len(wrong)
    return Judged(Tally(right, len(found), len(page.expected) - len(missed), len(page.expected)), wrong, missed)


def _taken(question: str, answer: str, expected: Sequence[Expected], open_answers: list[list[str]]) -> bool:
    """Whether the pair is one of those still open; it is open no longer."""
    for wanted, left in zip(expected, open_answers, strict=True):
        for shown in left:
            if same(answer, shown) and same_question(question, wanted):
                left.remove(shown)
                return True
    return False


def by_rules() -> Extract:
    """The pairs of the stage `extract_qa`, as a recipe would get them from a page."""
    from stages.extract_qa import ExtractQa  # the judge and its tests do without the stage

    stage = ExtractQa()

    def extract(html: str, url: str) -> Found:
        rows = stage.process(document("page", url=url, source="factory", html=html))
        rows = [rows] if isinstance(rows, QAPair) else rows
        return [(row.question, row.answer_text) for row in rows] if isinstance(rows, list) else []

    return extract


def run(chosen: Iterable[Style], pool: Pool, count: int, extract: Extract) -> dict[str, Tally]:
    return {
        style.__name__: sum(
            (judge(page, extract(page.html, page.url)).tally for page in pages(style, pool, count)), Tally()
        )
        for style in chosen
    }


def measure(
    *, quick: bool = False, extract: Extract | None = None, count: int | None = None
) -> tuple[dict[str, float], list[str]]:
    """Figures `factory_precision`, `_recall`, `factory_unseen_precision`, `_recall`, and a table by style.

    Raises KeyError where TRACEMILL_DATA is not set.
    """
    pool = Pool.load(Path(os.environ["TRACEMILL_DATA"]))
    extract, count = extract or by_rules(), count or (QUICK if quick else FULL)
    seen, unseen = run(SEEN, pool, count, extract), run(UNSEEN, pool, count, extract)
    lines = [f"{count} pages a style", f"{'style':<24}{'expected':>9}{'extracted':>10}{'precision':>10}{'recall':>8}"]
    lines += [_row(name, tally) for name, tally in seen.items()]
    lines += [_row(f"held out {number}", tally) for number, tally in enumerate(unseen.values(), 1)]
    figures: dict[str, float] = {}
    for name, part in (("factory", seen), ("factory_unseen", unseen)):
        whole = sum(part.values(), Tally())
        lines += list(_summary(name, whole))
        figures |= {f"{name}_precision": whole.precision, f"{name}_recall": whole.recall}
    return figures, lines


def _row(name: str, tally: Tally) -> str:
    return f"{name:<24}{tally.expected:>9}{tally.extracted:>10}{tally.precision:>10.3f}{tally.recall:>8.3f}"


def _summary(name: str, tally: Tally) -> Iterator[str]:
    for kind, hits, trials in (
        ("precision", tally.right, tally.extracted),
        ("recall", tally.found, tally.expected),
    ):
        low, high = wilson(hits, trials) or (0.0, 1.0)
        share = hits / trials if trials else 0.0
        yield f"{name}_{kind:<12} {share:.4f}  95% {low:.4f} to {high:.4f}  ({hits} of {trials})"


def show(name: str, count: int, extract: Extract) -> Iterator[str]:
    """What went wrong on the pages of a style that anybody may look at."""
    if name not in {style.__name__ for style in SEEN}:
        known = ", ".join(style.__name__ for style in SEEN)
        raise SystemExit(f"--show {name}: not a style that may be looked at; those are: {known}")
    pool = Pool.load(Path(os.environ["TRACEMILL_DATA"]))
    for number, page in enumerate(pages(styles()[name], pool, count)):
        judged = judge(page, extract(page.html, page.url))
        if judged.wrong or judged.missed:
            yield f"=== {name} page {number}, formulas as {page.encoding}, {page.posts} posts"
        for wanted in judged.missed:
            yield f"expected Q {wanted.question!r}\n         A {wanted.answer!r}\n    titles {wanted.titles!r}"
        for question, answer in judged.wrong:
            yield f"     got Q {question!r}\n         A {answer!r}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=FULL, help="pages of each style")
    parser.add_argument("--show", metavar="STYLE", help="print expected and got where they differ, of one style")
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="with --show: write the style's pages there")
    options = parser.parse_args()
    if "TRACEMILL_DATA" not in os.environ:
        parser.error("TRACEMILL_DATA is not set: it names the folder with MATH, GSM8K and the OpenStax exercises")
    if options.save and options.show in {style.__name__ for style in SEEN}:
        options.save.mkdir(parents=True, exist_ok=True)
        pool = Pool.load(Path(os.environ["TRACEMILL_DATA"]))
        for number, page in enumerate(pages(styles()[options.show], pool, options.pages)):
            (options.save / f"{page.style}-{number:03d}.html").write_text(page.html)
    lines = show(options.show, options.pages, by_rules()) if options.show else measure(count=options.pages)[1]
    for line in lines:
        print(line)


if __name__ == "__main__":
    main()
