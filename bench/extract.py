"""From pages to question-answer pairs: formulas, main content, pairs, recall classifier, speed and memory.

    python bench/extract.py [--json OUT] [--quick] [--only PART ...]

Each part measures ours and others in one run and stands in `bench/extraction/`, where it can be run by itself:
`python -m bench.extraction.forum --help`. `TRACEMILL_DATA` names the folder of real data; without it the parts that
need it are skipped. Whole it takes about half an hour and 6 GB of scratch space, of which `memory` is the most.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

Measure = Callable[..., tuple[dict[str, float], list[str]]]

PARTS = ("encodings", "formulas", "speed", "forum", "threads", "factory", "textbook", "recall", "memory")
WITHOUT_DATA = ("encodings",)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--quick", action="store_true", help="fewer pages, a small archive")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="only these parts")
    options = parser.parse_args()
    figures: dict[str, float] = {}
    for part in options.only:
        print(f"\n== {part}", flush=True)
        if part not in WITHOUT_DATA and not os.environ.get("TRACEMILL_DATA"):
            print("skipped: TRACEMILL_DATA does not name a folder of real data")
            continue
        started = time.monotonic()
        measure: Measure = import_module(f"bench.extraction.{part}").measure
        found, lines = measure(quick=options.quick)
        figures |= found
        print("\n".join(lines))
        print(f"({time.monotonic() - started:.0f} s)", flush=True)
    print()
    for name, value in figures.items():
        print(f"{name:<44}{value:>12.4f}" if abs(value) < 10 else f"{name:<44}{value:>12,.0f}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
