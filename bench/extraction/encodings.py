"""Formulas in seventeen encodings: which does an extractor recover, each once and at its place?

    python -m bench.extraction.encodings [--verbose]

The pages and what is wanted of them stand in `bench/encodings`. A case passes if every wanted formula is found in the
order of the page and no more often than it stands there, and nothing forbidden is found. `noisy` in the table: every
formula was found, and something that must not be.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.extraction.peers import EXTRACTORS, Extractor
from bench.extraction.tex import normalised

FOLDER = Path(__file__).parents[1] / "encodings"
Faults = Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Case:
    """`wanted`: formulas in the order of the page, each as the spellings that count."""

    name: str
    file: str
    wanted: Sequence[Sequence[str]]
    forbidden: Sequence[str]
    note: str

    def html(self) -> str:
        return (FOLDER / self.file).read_text(encoding="utf-8")


def load_cases() -> list[Case]:
    lines = (FOLDER / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    return [Case(**json.loads(line)) for line in lines]


def faults(case: Case, text: str) -> list[str]:
    """What keeps the text from passing; empty if it passes."""
    whole = normalised(text)
    found: list[str] = []
    between: list[str] = []
    at = 0
    for spellings in case.wanted:
        places = [(whole.find(key, at), len(key)) for key in map(normalised, spellings)]
        start, length = min((place for place in places if place[0] >= 0), default=(-1, 0))
        if start < 0:
            found.append(f"missing: {spellings[0]}")
            continue
        between.append(whole[at:start])
        at = start + length
    rest = "\n".join([*between, whole[at:]])
    found += [f"twice or out of place: {key[0]}" for key in case.wanted if any(normalised(s) in rest for s in key)]
    return found + [f"forbidden: {text}" for text in case.forbidden if normalised(text) in whole]


def run(extract: Extractor, cases: Sequence[Case]) -> Faults:
    """The faults by case."""
    return {case.name: faults(case, extract(case.html())) for case in cases}


def mark(found: Sequence[str]) -> str:
    if not found:
        return "ok"
    return "-" if any(fault.startswith("missing") for fault in found) else "noisy"


def table(results: Mapping[str, Faults]) -> list[str]:
    names = list(results)
    lines = [f"{'case':26}" + "".join(f"{name:>20}" for name in names)]
    for case in results[names[0]]:
        lines.append(f"{case:26}" + "".join(f"{mark(results[name][case]):>20}" for name in names))
    passed = [f"{_passed(results[name])}/{len(results[name])}" for name in names]
    return [*lines, f"{'passed':26}" + "".join(f"{count:>20}" for count in passed)]


def measure(*, quick: bool = False, verbose: bool = False) -> tuple[dict[str, float], list[str]]:
    """Shares of cases passed, and the table. The fixture is small: `quick` leaves nothing out."""
    cases = load_cases()
    results = {name: run(extract, cases) for name, extract in EXTRACTORS.items()}
    figures = {
        f"{'formula' if name == 'ours' else name}_fixture_share": _passed(by_case) / len(cases)
        for name, by_case in results.items()
    }
    lines = table(results)
    if verbose:
        lines += [
            f"{name}: {case}: {fault}"
            for name, by_case in results.items()
            for case, found in by_case.items()
            for fault in found
        ]
    return figures, lines


def _passed(by_case: Faults) -> int:
    return sum(not found for found in by_case.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--verbose", action="store_true", help="every fault")
    figures, lines = measure(verbose=parser.parse_args().verbose)
    print(*lines, *(f"{name:32}{value:8.4f}" for name, value in figures.items()), sep="\n")


if __name__ == "__main__":
    main()
