"""Exercises of a rendered textbook against its CNXML sources: College Physics, 1,525 of them with a solution.

    python bench/extraction/textbook.py [--verbose]

Every module becomes a page through `configs/samples/cnxml.py`. A pair is right when question and answer equal problem
and solution sign by sign, as `bench/extraction/signs.py` compares them: all words, numbers, signs and scripts in order.
Precision is over the pairs found in exercises; pairs from worked examples are counted apart, for the sources do not
say where the solution of an example begins.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "configs" / "samples"))

import build
import cnxml

from bench.extraction.signs import signs_of_cnxml, signs_of_text
from bench.rows import document
from pipeline.stage import Reject
from stages.extract_qa import ExtractQa
from stages.records import QAPair


@dataclass(frozen=True)
class Judged:
    """One page: exercises of the sources (as signs) that were found or missed, and pairs that are none of them."""

    found: list[tuple[str, str]]
    missed: list[tuple[str, str]]
    wrong: list[tuple[str, str]]
    num_examples: int


def gold_pairs(root: Any, labels: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Signs of problem and solution of every exercise whose solution has any."""
    for exercise in root.iter("{*}exercise"):
        problem, solution = exercise.find("{*}problem"), exercise.find("{*}solution")
        if problem is not None and solution is not None and "".join(solution.itertext()).strip():
            yield signs_of_cnxml(problem, labels), signs_of_cnxml(solution, labels)


def judge(pairs: Sequence[QAPair], root: Any, labels: dict[str, str]) -> Judged:
    examples = [signs_of_cnxml(example, labels) for example in root.iter("{*}example")]
    left = [(signs_of_text(pair.question), signs_of_text(pair.answer_text)) for pair in pairs]
    found, missed = [], []
    for gold in gold_pairs(root, labels):
        (found if gold in left else missed).append(gold)
        if gold in left:
            left.remove(gold)
    wrong = [pair for pair in left if not any(pair[0] in example for example in examples)]
    return Judged(found, missed, wrong, num_examples=len(left) - len(wrong))


def judged_pages(*, quick: bool = False) -> Iterator[tuple[str, Judged]]:
    modules = build.load_modules(Path(os.environ["TRACEMILL_DATA"]))
    labels = build.all_labels(modules)
    pages = [cnxml.Page(module=module, url=build.BOOK + module.id) for module in modules]
    for page in pages[:: 10 if quick else 1]:
        html = cnxml.render(page, pages=pages, elsewhere=labels, neighbours=(None, None))
        result = ExtractQa().process(document("page", url=page.url, html=html, language="en"))
        pairs = [] if isinstance(result, Reject) else result
        yield page.module.id, judge(pairs, page.module.root, {**labels, **page.module.labels})


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    """Figures `textbook_recall` and `textbook_precision`; `quick` takes every tenth module."""
    judged = [result for _, result in judged_pages(quick=quick)]
    found = sum(len(result.found) for result in judged)
    gold = found + sum(len(result.missed) for result in judged)
    wrong = sum(len(result.wrong) for result in judged)
    figures = {"textbook_recall": found / gold, "textbook_precision": found / (found + wrong)}
    lines = [
        f"exercises with a solution {gold}, found {found}: recall {figures['textbook_recall']:.4f}",
        f"other pairs from exercises {wrong}: precision {figures['textbook_precision']:.4f}",
        f"pairs from worked examples {sum(result.num_examples for result in judged)}, not judged",
    ]
    return figures, lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--verbose", action="store_true", help="print what was missed or wrong, as signs")
    parser.add_argument("--quick", action="store_true", help="every tenth module")
    options = parser.parse_args()
    if options.verbose:
        for name, result in judged_pages(quick=options.quick):
            for kind, pairs in (("missed", result.missed), ("wrong ", result.wrong)):
                for question, answer in pairs:
                    print(f"{name} {kind} Q {question}\n{'':14} A {answer}")
    print("\n".join(measure(quick=options.quick)[1]))


if __name__ == "__main__":
    main()
