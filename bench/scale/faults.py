"""Faults tried and survived: runs the tests of faults, which count them.

    python -m bench.scale.faults

A fault is survived where nothing was lost or doubled, the message was clear, and the same command went on to the output
of a run that nothing had disturbed.

    faults_tried, faults_survived    kinds of trouble times moments
    fault_kinds                      how many kinds
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from bench.parts import run_alone

ROOT = Path(__file__).resolve().parents[2]


def read_faults(told: dict[str, Any]) -> tuple[dict[str, float], list[str]]:
    """The figures and a line a kind, of what `tests/faults` wrote."""
    cases = told.get("cases", [])
    tried, survived = Counter(case["kind"] for case in cases), Counter(c["kind"] for c in cases if c["survived"])
    figures = {"faults_tried": told["tried"], "faults_survived": told["survived"], "fault_kinds": len(tried)}
    return figures, [f"{kind:<40}{survived[kind]:>4} of {count}" for kind, count in sorted(tried.items())]


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    """All of them in either case: a part of them tells nothing. A fault that is not survived is a figure, no error."""
    with tempfile.TemporaryDirectory(prefix="faults-") as made:
        report = Path(made) / "faults.json"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/faults"]
        environment = {**os.environ, "TRACEMILL_FAULT_REPORT": str(report)}
        ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if not report.exists():
            raise RuntimeError(f"{' '.join(command)} wrote no report: {ran.stdout[-3000:]}{ran.stderr[-1000:]}")
        return read_faults(json.loads(report.read_text()))


if __name__ == "__main__":
    run_alone(__doc__ or "", measure)
