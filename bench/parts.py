"""Runs the parts of a benchmark one after another: each a module with `measure(quick=...)`, figures and lines."""

import argparse
import json
import os
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

Measure = Callable[..., tuple[dict[str, float], list[str]]]


def run_alone(about: str, measure: Measure) -> None:
    """The command line of a part by itself."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="on less data")
    figures, lines = measure(quick=parser.parse_args().quick)
    print("\n".join(lines))
    print("\n".join(f"{name} {value:g}" for name, value in figures.items()))


def run_parts(about: str, package: str, parts: Sequence[str], *, without_data: Sequence[str] = ()) -> None:
    """The command line of `bench/NAME.py`; a part not in `without_data` is skipped where TRACEMILL_DATA is not set.

    What several parts measure, which is their peak of memory, is the largest of them.
    """
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--quick", action="store_true", help="on less data")
    parser.add_argument("--only", nargs="+", choices=parts, default=parts, help="only these parts")
    options = parser.parse_args()
    figures: dict[str, float] = {}
    for part in options.only:
        print(f"\n== {part}", flush=True)
        if part not in without_data and not os.environ.get("TRACEMILL_DATA"):
            print("skipped: TRACEMILL_DATA does not name a folder of real data")
            continue
        started = time.monotonic()
        measure: Measure = import_module(f"{package}.{part}").measure
        found, lines = measure(quick=options.quick)
        figures |= found | {name: max(figures[name], found[name]) for name in figures.keys() & found}
        print("\n".join(lines))
        print(f"({time.monotonic() - started:.0f} s)", flush=True)
    print()
    for name, value in figures.items():
        print(f"{name:<44}{value:>12.4f}" if abs(value) < 10 else f"{name:<44}{value:>12,.0f}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")
