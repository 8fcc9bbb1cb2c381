"""The sandbox: a payload may do what it likes to its process and harms nobody else."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import ConfigError, OutageError
from pipeline.sandbox import Failure, Outcome, Sandbox
from tests.limits import SOON_S
from tests.pipeline.processes import gone, is_running
from tests.pipeline.workshop import ENVIRONMENT, ROOT

ACTS = "tests.toysandbox.acts"
DEADLY = {
    "segfault": (Failure.CRASHED, "ended by SIGSEGV"),
    "exit": (Failure.CRASHED, "ended with exit code 3"),
    "spin": (Failure.TIMEOUT, "more than 0.2 s of processor time"),
    "sleep": (Failure.TIMEOUT, "no end within 0.8 s"),
}


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox(f"{ACTS}:shouting", argument=b">", seconds=0.2) as box:
        yield box


def values(outcomes: Iterator[Outcome]) -> list[bytes | Failure | None]:
    return [outcome.failure or outcome.value for outcome in outcomes]


def processes(box: Sandbox, payload: bytes = b"") -> tuple[int, int]:
    """Those of the child and the nursery."""
    outcome = box.run(payload)
    assert outcome.value, outcome
    child, nursery = map(int, outcome.value.split())
    return child, nursery


def test_values_come_in_order_and_of_any_size(box: Sandbox) -> None:
    payloads = [b"", b"a", b"b" * 3_000_000, b"c" * 70_000, b"\0\xff", *(b"%d" % n for n in range(50))]
    assert [outcome.value for outcome in box.map(payloads)] == [b">" + payload.upper() for payload in payloads]


@pytest.mark.parametrize("word", DEADLY)
def test_what_ends_its_process_is_told_and_the_next_is_served(box: Sandbox, word: str) -> None:
    failure, detail = DEADLY[word]
    assert box.run(word.encode()) == Outcome(None, failure, detail)
    assert box.run(b"next") == Outcome(b">NEXT")


def test_too_much_memory_is_told_and_the_next_is_served() -> None:
    with Sandbox(f"{ACTS}:shouting", memory_mb=300) as box:
        for word in (b"eat", b"ask", b"x" * 400_000_000):
            assert box.run(word) == Outcome(None, Failure.MEMORY, "more than 300 MB")
        assert box.run(b"next") == Outcome(b"NEXT")


def test_a_process_that_takes_long_to_end_was_still_too_large() -> None:
    with Sandbox(f"{ACTS}:shouting", memory_mb=1000) as box:
        assert values(box.map([b"eat", b"next"])) == ["memory", b"NEXT"]


def test_the_limit_of_memory_is_that_of_one_payload() -> None:
    with Sandbox(f"{ACTS}:numbering", argument=b"50", memory_mb=60) as box:
        assert values(box.map([b"grow"] * 5)).count(Failure.MEMORY) == 0


def test_a_short_peak_of_memory_is_seen() -> None:
    with Sandbox(f"{ACTS}:numbering", argument=b"300", memory_mb=100) as box:
        assert values(box.map([b"grow", b"grow"])) == ["memory", "memory"]


def test_what_the_function_raises_is_told_with_its_traceback(box: Sandbox) -> None:
    outcome = box.run(b"raise")
    assert (outcome.value, outcome.failure) == (None, Failure.RAISED)
    assert outcome.detail == "ValueError: no such page \nthe second line"
    assert "in _raise" in outcome.traceback
    assert box.run(b"recurse").detail.startswith("RecursionError: ")


def test_a_batch_loses_only_its_poison(box: Sandbox) -> None:
    batch = [b"a", b"segfault", b"b", b"exit", b"exit", b"c", b"raise", b"d", b"sleep", b"spin", b"e", b"segfault"]
    assert values(box.map(batch)) == [
        b">A", "crashed", b">B", "crashed", "crashed", b">C", "raised", b">D", "timeout", "timeout", b">E", "crashed",
    ]  # fmt: skip


def test_what_the_function_prints_reaches_nobody(box: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    assert values(box.map([b"print", b"a"])) == [b">PRINT", b">A"]
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("word", ["segfault", "exit", "spin", "sleep", "eat", "ask", "kill"])
def test_a_failure_that_does_not_come_again_leaves_no_trace(tmp_path: Path, word: str) -> None:
    with Sandbox(f"{ACTS}:forgiven", argument=str(tmp_path).encode(), seconds=0.2, memory_mb=100) as box:
        assert values(box.map([b"a", word.encode(), b"b"])) == [b"a", word.encode(), b"b"]


def test_a_process_that_is_killed_from_outside_twice_is_an_outage(box: Sandbox) -> None:
    found = box.map([b"a", b"kill", b"b"])
    assert next(found).value == b">A"
    with pytest.raises(OutageError, match=r"was ended from outside \(SIGKILL\), most often for lack of memory"):
        next(found)
    assert box.run(b"b").value == b">B"


def test_an_outage_names_what_was_worked_on(box: Sandbox) -> None:
    with pytest.raises(
        OutageError, match="run again with fewer workers, or leave out number 2, at which it ended twice"
    ):
        list(box.map([b"a", b"kill", b"b"]))
    with pytest.raises(OutageError, match="leave out page-b, "):
        list(box.map([b"a", b"kill", b"b"], names=["page-a", "page-b", "page-c"]))


def test_a_sandbox_that_does_not_start_leaves_nothing_open() -> None:
    def opened() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = opened()
    with pytest.raises(ValueError, match="null byte") as raised:
        Sandbox("no\0target")
    assert opened() == before
    assert raised.tb  # which holds what was made until here


def test_a_caller_that_leaves_a_batch_takes_nothing_from_the_next(box: Sandbox) -> None:
    for number in range(3):
        next(box.map([b"left %d" % number, b"sleep", b"other"]))
        began = time.monotonic()
        assert box.run(b"next").value == b">NEXT"
        assert time.monotonic() - began < SOON_S  # it did not wait for the sleeper


def test_a_child_is_renewed_after_so_many_payloads_and_when_it_has_grown() -> None:
    # Well over half of what it may have: the system may take back pages that the child has shared since its start.
    with Sandbox(f"{ACTS}:numbering", argument=b"360", memory_mb=400, payloads_per_child=3) as box:
        children = [processes(box)[0] for _ in range(7)]
        assert [children.index(child) for child in children] == [0, 0, 0, 3, 3, 3, 6]
        grown, _ = processes(box, b"grow")
        assert grown == children[6]
        assert processes(box)[0] != grown


def test_the_processes_end_with_the_sandbox() -> None:
    with Sandbox(f"{ACTS}:numbering") as box:
        child, nursery = processes(box)
        assert is_running(child)
    assert not is_running(nursery)
    assert gone([child])
    box.close()


@pytest.mark.parametrize("busy", [False, True])
def test_the_processes_die_with_their_owner(busy: bool) -> None:
    code = f"""
import sys
from pipeline.sandbox import Sandbox
box = Sandbox("{ACTS}:numbering")
print(box.run(b"").value.decode(), flush=True)
{f'list(Sandbox("{ACTS}:shouting").map([b"sleep", b"sleep"]))' if busy else "sys.stdin.read()"}
"""
    owner = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert owner.stdout is not None
    pids = [int(word) for word in owner.stdout.readline().split()]
    owner.kill()
    owner.communicate(timeout=SOON_S)
    assert gone(pids)


def test_the_death_of_the_nursery_is_an_outage_and_ends_its_child() -> None:
    with Sandbox(f"{ACTS}:numbering") as box:
        child, nursery = processes(box)
        os.kill(nursery, signal.SIGKILL)
        assert gone([nursery, child])
        with pytest.raises(OutageError, match="has gone"):
            box.run(b"")


def test_a_function_that_cannot_be_loaded_is_an_outage(capfd: pytest.CaptureFixture[str]) -> None:
    with Sandbox(f"{ACTS}:broken") as box, pytest.raises(OutageError, match="its error output tells why"):
        box.run(b"")
    assert "this cannot be loaded" in capfd.readouterr().err


def test_a_large_argument_arrives() -> None:
    with Sandbox(f"{ACTS}:shouting", argument=b"y" * 1_000_000) as box:
        assert box.run(b"z").value == b"y" * 1_000_000 + b"Z"


@pytest.mark.parametrize("limit", ["seconds", "memory_mb", "payloads_per_child"])
def test_a_limit_of_zero_is_refused(limit: str) -> None:
    with pytest.raises(ConfigError, match="every limit must be above zero"):
        Sandbox(f"{ACTS}:shouting", **{limit: 0})  # type: ignore[arg-type]
