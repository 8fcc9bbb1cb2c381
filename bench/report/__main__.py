"""Runs the benchmarks that fit into half an hour on two cores and writes docs/benchmarks.md: `make bench`.

    python -m bench.report [--minutes 30] [--only BENCH ...] [--page FILE] [--json FILE] [--draw]

Every part is a process of its own, its peers run within it; one that fails is told on the page and by the exit code.
Parts that would pass the budget are left out and named. `--only` runs some benchmarks again and keeps what the JSON
file holds of the others, each with its own date; `--draw` runs nothing and writes the page from that file.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Set
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.report.page import page
from bench.report.parts import PARTS, Part
from bench.report.versions import versions

ROOT = Path(__file__).resolve().parents[2]
BENCHES = tuple(dict.fromkeys(part.bench for part in PARTS))
SLACK = 3  # a part that takes so many times its usual seconds hangs

Result = dict[str, Any]


def run_part(part: Part) -> Result:
    """Its figures and what it printed; `error` is told where it has none."""
    started, today = time.monotonic(), datetime.now(UTC).strftime("%Y-%m-%d")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "figures.json"
        command = [sys.executable, *part.command, "--json", str(out)]
        limit = 300 + SLACK * part.seconds
        try:
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=limit, check=False)
            said, why = done.stdout, f"exit code {done.returncode}" if done.returncode else ""
            if why:
                sys.stderr.write(done.stderr[-2000:])
        except subprocess.TimeoutExpired:
            said, why = "", f"not done after {limit} s"
        figures = json.loads(out.read_text()) if out.exists() else {}
    seconds = round(time.monotonic() - started)
    return {"label": part.label, "bench": part.bench, "date": today, "seconds": seconds, "error": why,
            "figures": figures, "said": printed(said, set(figures))}  # fmt: skip


def printed(text: str, figures: Set[str]) -> str:
    """What a part has to say beside its name, its figures and its seconds."""
    lines = [line for line in text.splitlines() if not re.match(r"== |\(\d+ s\)$", line)]
    return "\n".join(line for line in lines if not _is_figure(line, figures)).strip("\n")


def _is_figure(line: str, figures: Set[str]) -> bool:
    found = re.fullmatch(r"(\w+) +-?[\d.,]+", line)
    return found is not None and found[1] in figures


def run_all(names: list[str], minutes: float) -> dict[str, Result]:
    """By label, in order; a part for which the time is over has the error `left out`."""
    began, results = time.monotonic(), {}
    for part in (part for part in PARTS if part.bench in names):
        left = minutes * 60 - (time.monotonic() - began)
        if part.seconds > left:
            results[part.label] = {"label": part.label, "bench": part.bench, "error": "left out", "figures": {}}
            continue
        print(f"{part.label} ...", flush=True)
        result = results[part.label] = run_part(part)
        print(f"  {result['seconds']} s{'  ' + result['error'] if result['error'] else ''}", flush=True)
    return results


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30, help="what would end later is left out")
    parser.add_argument("--only", nargs="+", choices=BENCHES, default=list(BENCHES), help="only these")
    parser.add_argument("--page", type=Path, default=ROOT / "docs/benchmarks.md", help="where the page goes")
    parser.add_argument("--json", type=Path, default=ROOT / "bench/report/results.json", help="figures, kept")
    parser.add_argument("--draw", action="store_true", help="only write the page from the figures")
    options = parser.parse_args()
    kept: dict[str, Any] = json.loads(options.json.read_text()) if options.json.exists() else {"parts": {}}
    if not options.draw:
        results = run_all(options.only, options.minutes)
        others = {label: one for label, one in kept["parts"].items() if one["bench"] not in options.only}
        kept = {"versions": versions(), "parts": dict(sorted({**others, **results}.items()))}
        options.json.write_text(json.dumps(kept, indent=1) + "\n")
    options.page.write_text(page(kept), encoding="utf-8")
    return int(any(one["error"] for one in kept["parts"].values()))


if __name__ == "__main__":
    sys.exit(main())
