"""What all tests need, and what is told at the end of a run."""

import json
import os
import signal
from pathlib import Path

import pytest

REPORT = "TRACEMILL_FAULT_REPORT"

# Jobs in the background of a script are started with interrupts ignored, those of `nohup` with hangups, and so would be
# all commands that tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many faults were tried and survived; each of them in the file that the variable names."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    ends = [report for report in reports if getattr(report, "when", None) == "teardown"]
    cases = [case for report in ends for name, case in report.user_properties if name == "fault"]
    if not cases:
        return
    survived = sum(case["survived"] for case in cases)
    if path := os.environ.get(REPORT):
        told = {"tried": len(cases), "survived": survived, "cases": cases}
        Path(path).write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    kinds = len({case["kind"] for case in cases})
    terminalreporter.write_line(f"faults: {len(cases)} tried ({kinds} kinds), {survived} survived")
