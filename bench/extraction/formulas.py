"""Formulas of real pages: how many of those that people marked stand in the extracted text?

    python -m bench.extraction.formulas [--verbose]

Pages and ground truth (`html/webkit_bench` and its `_groundtruth`) are read from the folder that TRACEMILL_DATA names.
Every formula counts as often as it is marked. Between delimiters it must be equal; what is left over is looked for in
the text beside them if it cannot be prose. One page of tables has two thirds of all formulas: so there is a mean over
pages as well. The ground truth leaves out quoted posts, and a formula found more often than it is marked costs nothing
here: whether formulas come out twice is the question of `bench.extraction.encodings`.
"""

import argparse
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.extraction.groundtruth import Page, load_pages
from bench.extraction.peers import EXTRACTORS, Extractor, prefix
from bench.extraction.tex import formula_spans, normalised

# A formula of letters alone may be a word: without delimiters it counts from this length on.
UNMISTAKABLE = 6
MANY = 1000


@dataclass(frozen=True)
class Result:
    """One page by one extractor. `missed`: normalised formulas, each as often as it is lacking."""

    marked: int
    missed: Sequence[str]

    @property
    def recall(self) -> float:
        return 1 - len(self.missed) / self.marked


def missed(marked: Sequence[str], text: str) -> list[str]:
    """The formulas, normalised, that the text lacks; each as often as it is lacking."""
    wanted = Counter(map(normalised, marked))
    used: list[tuple[int, int]] = []
    for start, end, content in sorted(formula_spans(text), key=lambda span: span[0] - span[1]):
        key = normalised(content)
        if wanted[key] and not any(start < other_end and other < end for other, other_end in used):
            wanted[key] -= 1
            used.append((start, end))
    rest = _without(text, used)
    lacking: list[str] = []
    for key in sorted(wanted.elements(), key=lambda key: (-len(key), key)):
        if not _unmistakable(key) or key not in rest:
            lacking.append(key)
        else:
            rest = rest.replace(key, "\n", 1)
    return lacking


def run(extract: Extractor, pages: Sequence[Page]) -> Mapping[str, Result]:
    """The results by page."""
    return {page.name: Result(len(page.marked), missed(page.marked, extract(page.html))) for page in pages}


def table(results: Mapping[str, Mapping[str, Result]]) -> list[str]:
    lines = [f"{'page':26}{'marked':>8}" + "".join(f"{name:>20}" for name in results)]
    for page, ours in next(iter(results.values())).items():
        lines.append(f"{page:26}{ours.marked:>8}" + "".join(f"{of[page].recall:>20.3f}" for of in results.values()))
    return lines


def measure(
    *, quick: bool = False, verbose: bool = False, data: Path | None = None
) -> tuple[dict[str, float], list[str]]:
    """Recall by extractor; no figures where the data are not at hand.

    `quick` leaves out the page with a thousand formulas.
    """
    folder = data or os.environ.get("TRACEMILL_DATA")
    if not folder:
        return {}, ["formulas of real pages: skipped, TRACEMILL_DATA does not name their folder"]
    pages = [page for page in load_pages(Path(folder)) if not (quick and len(page.marked) > MANY)]
    results = {name: run(extract, pages) for name, extract in EXTRACTORS.items()}
    figures: dict[str, float] = {}
    for name, by_page in results.items():
        lost, marked = sum(len(of.missed) for of in by_page.values()), sum(of.marked for of in by_page.values())
        figures[f"{prefix(name)}formula_recall_real"] = 1 - lost / marked
        figures[f"{prefix(name)}formula_recall_real_mean"] = sum(of.recall for of in by_page.values()) / len(by_page)
    return figures, table(results) + (_misses(results["ours"]) if verbose else [])


def _misses(results: Mapping[str, Result]) -> list[str]:
    """The page with the most first."""
    worst = sorted(results.items(), key=lambda item: -len(item[1].missed))
    return [f"{name}: {times} x {key}" for name, one in worst for key, times in Counter(one.missed).most_common()]


def _unmistakable(key: str) -> bool:
    return any(sign in key for sign in "\\^_") or len(key) >= UNMISTAKABLE


def _without(text: str, used: Sequence[tuple[int, int]]) -> str:
    """The rest of the text, normalised, where formulas cannot be joined over what was cut out."""
    parts: list[str] = []
    at = 0
    for start, end in sorted(used):
        parts.append(text[at:start])
        at = end
    return "\n".join(map(normalised, [*parts, text[at:]]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--verbose", action="store_true", help="what ours misses, page by page")
    figures, lines = measure(verbose=parser.parse_args().verbose)
    print(*lines, *(f"{name:48}{value:8.4f}" for name, value in figures.items()), sep="\n")


if __name__ == "__main__":
    main()
