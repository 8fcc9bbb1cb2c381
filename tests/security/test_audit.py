"""What the audit of pinned packages makes of a service's answers."""

from pathlib import Path
from typing import Any

import pytest

from bench.audit import UnreachedError, asked, tell

SOUND: dict[str, Any] = {"name": "orjson", "version": "3.11.5", "vulns": []}
FLAWED = {
    "name": "lxml",
    "version": "4.6.2",
    "vulns": [{"id": "PYSEC-2021-19", "aliases": ["CVE-2021-28957"], "fix_versions": ["4.6.3"], "description": "x"}],
}
SKIPPED = {"name": "odd", "skip_reason": "Dependency not found on PyPI and could not be audited: odd (1.0)"}


def test_a_flaw_is_named_with_its_way_out_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell([SOUND, FLAWED, SKIPPED], Path("cpu.txt")) == 1
    told = capsys.readouterr().out.splitlines()
    assert told == [
        "lxml 4.6.2: PYSEC-2021-19, CVE-2021-28957; mended in 4.6.3",
        "cpu.txt: 2 packages, 1 known vulnerabilities; not looked up: odd",
    ]


def test_no_flaw_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell([SOUND], Path("cpu.txt")) == 0
    assert capsys.readouterr().out == "cpu.txt: 1 packages, 0 known vulnerabilities\n"


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ("""echo '{"dependencies": [{"name": "a", "skip_reason": "x"}]}'""", "it knows none of the packages"),
        ("echo no such host >&2; exit 1", "no such host"),
        ("true", "it says nothing"),
    ],
)
def test_a_service_that_says_nothing_is_not_taken_for_a_clean_bill(tmp_path: Path, says: str, why: str) -> None:
    program = tmp_path / "pip-audit"
    program.write_text(f"#!/bin/sh\n{says}\n")
    program.chmod(0o755)
    with pytest.raises(UnreachedError, match=why):
        asked(program, tmp_path / "cpu.txt", "pypi")
