"""Counts what was tried and what was survived, and tells it at the end."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from tests.pipeline.workshop import Workshop

REPORT = "TRACEMILL_FAULT_REPORT"


@dataclass
class Case:
    kind: str
    moment: str
    survived: bool = False
    message: str = ""
    seconds: float = 0.0


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


CASES = pytest.StashKey[list[Case]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[CASES] = []


@pytest.fixture
def cases(request: pytest.FixtureRequest) -> list[Case]:
    return request.config.stash[CASES]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    cases = config.stash.get(CASES, [])
    if not cases:
        return
    survived = sum(case.survived for case in cases)
    told = {"tried": len(cases), "survived": survived, "cases": [asdict(case) for case in cases]}
    if name := os.environ.get(REPORT):
        Path(name).write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    kinds = len({case.kind for case in cases})
    terminalreporter.write_line(f"faults: {len(cases)} tried ({kinds} kinds), {survived} survived")
