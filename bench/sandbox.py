"""What the sandbox costs a page: the same stage called directly and run apart, on the same pages.

`python bench/sandbox.py [--json OUT] [--quick]` prints milliseconds a page, wall clock and processor time of all
processes together. The pages are those under `html/` in the folder that `TRACEMILL_DATA` names.
"""

import argparse
import gzip
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

# In place of this folder, in which `datasets.py` would be found where the library is meant.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.touch import Touch
from pipeline.context import Context
from stages._pages import Owner, to_text
from stages._sandboxed import SandboxedStage
from stages.html_to_text import HtmlToText
from stages.records import Document


def pages(folder: Path, *, every: int) -> list[Document]:
    paths = sorted((folder / "html").glob("*/*.html.gz"))[::every]
    owner = Owner(source="bench", licence=None, attribution=None)
    found = []
    for path in paths:
        html = to_text(gzip.decompress(path.read_bytes()))
        found.append(owner.page(f"https://bench.example/{path.name}", html))
    return found


def fresh(rows: Sequence[Document]) -> list[Document]:
    """The rows as a shard gives them: texts that nobody has looked at yet."""
    return [replace(row, html=(row.html or "").encode().decode()) for row in rows]


def processor_s() -> float:
    """Of this process and of those it has seen end."""
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


def directly(stage: SandboxedStage[Document, Any], rows: list[Document]) -> float:
    began = time.perf_counter()
    for row in rows:
        stage.process(row)
    return time.perf_counter() - began


def apart(stage: SandboxedStage[Document, Any], rows: list[Document]) -> float:
    with tempfile.TemporaryDirectory() as scratch, stage.open(Context(node="bench", scratch=Path(scratch))) as fn:
        fn(rows[:1])  # the start of the processes is no part of a page
        began = time.perf_counter()
        for at in range(0, len(rows), 256):
            fn(rows[at : at + 256])
        return time.perf_counter() - began


def measured(run: Callable[[], float], count: int) -> tuple[float, float]:
    """Milliseconds a page: on the clock, and of all processors with the start of the processes."""
    used = processor_s()
    wall = run()
    return wall / count * 1000, (processor_s() - used) / count * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--quick", action="store_true", help="every tenth page")
    options = parser.parse_args()
    if "TRACEMILL_DATA" not in os.environ:
        parser.error("TRACEMILL_DATA must name the folder with the public data sets")
    rows = pages(Path(os.environ["TRACEMILL_DATA"]), every=10 if options.quick else 1)
    mean_kb = sum(len((row.html or "").encode()) for row in rows) / len(rows) / 1000
    print(f"{len(rows)} pages of {mean_kb:.0f} kB on average; milliseconds a page")
    figures: dict[str, float] = {"pages": len(rows), "mean_kb": mean_kb}
    for stage in (Touch(), HtmlToText()):
        for name, run in (("direct", directly), ("apart", apart)):
            given = fresh(rows)
            wall, used = measured(lambda run=run, stage=stage, given=given: run(stage, given), len(rows))  # type: ignore[misc]
            figures |= {f"{stage.uses()}_{name}_ms": wall, f"{stage.uses()}_{name}_processor_ms": used}
            print(f"{stage.uses():<14}{name:<8}{wall:8.3f} on the clock {used:8.3f} of processors")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
