"""Inputs made to hang, crash or swell the verifier: none does, and none gets a wrong verdict."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

import verifier
from verifier import Outcome, compare, verify
from verifier.audit.hostile import MARGIN_S, MEMORY_MB, HostileCase, HostileReport, Memory, hostile_cases, run_hostile

CASES = tuple(hostile_cases())


def check(report: HostileReport) -> None:
    """Time has slack here: a machine that runs other tests makes a worker wait, and a starved one is tried again."""
    assert [each for each in report.results if not each.allowed] == []
    assert [each for each in report.results if each.seconds > 2 * report.timeout_s + 5 * MARGIN_S] == []
    assert report.caller_mb < MEMORY_MB
    assert report.worker_mb < MEMORY_MB


def test_the_set_is_large_and_its_ids_are_unique() -> None:
    assert len(CASES) >= 1_000
    assert len({case.id for case in CASES}) == len(CASES)
    assert len({case.kind for case in CASES}) >= 15


def test_a_sample_of_all_kinds() -> None:
    check(run_hostile(CASES[::9], timeout_s=1.0))


@pytest.mark.long
def test_all() -> None:
    check(run_hostile(CASES, timeout_s=1.0, workers=2))


def test_long_texts_are_read_in_linear_time() -> None:
    long = [case for case in CASES if case.kind == "response"]
    began = time.perf_counter()
    check(run_hostile(long))
    assert time.perf_counter() - began < 60


@pytest.mark.parametrize("case", [case for case in CASES if len(case.pair.gold + case.pair.response) < 100][::25])
def test_the_plain_functions_are_as_safe(case: HostileCase) -> None:
    pair = case.pair
    found = compare(pair.gold, pair.response) if pair.extracted else verify(pair.gold, pair.response)
    assert found.outcome in case.allowed


def test_the_runner_sees_a_wrong_verdict_and_a_late_one() -> None:
    right = next(case for case in CASES if case.id == "response-0")
    wrong = HostileCase("wrong", "response", right.pair, frozenset({Outcome.INCORRECT}))
    report = run_hostile([right, wrong])
    assert [each.id for each in report.failures] == ["wrong"]
    assert report.share_ok == 0.5


def test_the_runner_sees_the_memory_of_other_processes() -> None:
    code = "import time; hoard = b'x' * 200_000_000; time.sleep(0.3)"
    with Memory() as memory:
        subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(verifier.__file__).parent)
    assert 200 < memory.worker_mb < 400
    assert memory.caller_mb < 100
