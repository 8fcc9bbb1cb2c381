"""Workers that are killed, crash, run out of memory or lose their owner."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import verifier.nursery
from tests.limits import SOON_S
from tests.pipeline.processes import gone
from verifier import AnswerType, Outcome, Pair, Reason, Verifier, VerifierError
from verifier.nursery import Task, Worker
from verifier.pool import Pool

SLOW = Task(gold=r"\int_0^1 e^{-x^2}\sin x^3 dx", answer=r"\int_0^1 e^{-x^2}\sin (x^3+1) dx",
            answer_type=AnswerType.EXPRESSION)  # fmt: skip
EASY = Task(gold=r"\int_0^1 2x\,dx", answer=r"\sum_{k=1}^{1} k", answer_type=AnswerType.EXPRESSION)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(timeout_s=2.0) as shared:
        yield shared


def test_a_hanging_pair_is_cut_off_and_the_next_is_served(pool: Pool) -> None:
    assert pool.run(EASY).finding.reason is Reason.MATCHED_SYMBOLIC
    began = time.monotonic()
    assert pool.run(SLOW).finding.reason is Reason.TIMEOUT
    assert time.monotonic() - began < SOON_S / 2
    assert pool.run(EASY).finding.reason is Reason.MATCHED_SYMBOLIC


def test_a_killed_worker_is_replaced(pool: Pool) -> None:
    pool.run(EASY)
    worker = pool._all[0]
    assert worker._child is not None
    os.kill(worker._child, signal.SIGKILL)
    assert pool.run(EASY).finding.reason is Reason.MATCHED_SYMBOLIC


def test_a_crash_is_tried_again_before_it_is_told() -> None:
    with Verifier(workers=1) as v:
        pair = Pair(EASY.gold, EASY.answer, extracted=True)
        v.verify_many([pair])
        worker = v._pool._all[0]
        assert worker._child is not None
        os.kill(worker._child, signal.SIGKILL)
        assert v.verify_many([pair])[0].outcome is Outcome.CORRECT


def test_memory_is_limited() -> None:
    worker = Worker(memory=400_000_000)
    worker.start()
    hungry = Task(gold=r"\sum_{k=1}^{2} k", answer=r"\sum_{k=1}^{300} x_{k}^{k}", answer_type=AnswerType.EXPRESSION)
    assert worker.ask(hungry, 20.0).finding.outcome is not Outcome.CORRECT
    assert worker._child is not None
    limits = Path(f"/proc/{worker._child}/limits").read_text()
    assert "400000000" in next(line for line in limits.splitlines() if line.startswith("Max address space"))
    worker.close()


def test_children_are_recycled() -> None:
    worker = Worker(tasks=3)
    worker.start()
    first = worker._child
    assert [worker.ask(EASY, 20.0).finding.outcome for _ in range(8)] == [Outcome.CORRECT] * 8
    assert worker._child != first
    worker.close()


def test_closing_leaves_no_process() -> None:
    worker = Worker()
    worker.start()
    pids = [worker._process.pid, *children(worker._process.pid)]
    assert len(pids) == 2
    worker.close()
    worker.close()
    assert gone(pids)


def test_workers_die_with_an_owner_that_is_killed() -> None:
    code = (
        "import time; from verifier.pool import Pool; from verifier.nursery import Task\n"
        r"Pool().run(Task(gold=r'\int_0^1 2x\,dx', answer='1'));"
        "print('up', flush=True); time.sleep(60)"
    )
    root = Path(verifier.nursery.__file__).parents[1]
    owner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=root)
    assert owner.stdout is not None
    assert owner.stdout.readline() == b"up\n"
    nursery = children(owner.pid)
    pids = nursery + [pid for each in nursery for pid in children(each)]
    assert len(pids) == 2
    owner.kill()
    owner.wait()
    owner.stdout.close()
    assert gone(pids)


def test_a_flipped_canary_stops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    flipped = tuple((gold, answer, Reason.DIFFERENT_VALUE) for gold, answer, _ in verifier.nursery.CANARIES)
    monkeypatch.setattr(verifier.nursery, "CANARIES", flipped)
    with Pool() as pool, pytest.raises(VerifierError, match="canary"):
        pool.run(EASY)


def test_a_canary_that_flips_later_stops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifier.nursery, "CANARY_EVERY", 3)
    with Pool() as pool:
        reasons = [pool.run(EASY).finding.reason for _ in range(8)]
        assert set(reasons) == {Reason.MATCHED_SYMBOLIC}
        flipped = tuple((gold, answer, Reason.DIFFERENT_VALUE) for gold, answer, _ in verifier.nursery.CANARIES)
        monkeypatch.setattr(verifier.nursery, "CANARIES", flipped)
        with pytest.raises(VerifierError, match="canary"):
            _ = [pool.run(EASY) for _ in range(4)]
        monkeypatch.undo()
        assert pool.run(EASY).finding.reason is Reason.MATCHED_SYMBOLIC


def test_the_callers_alarm_is_left_alone(pool: Pool) -> None:
    signal.setitimer(signal.ITIMER_REAL, 300)
    pool.run(SLOW)
    assert signal.setitimer(signal.ITIMER_REAL, 0)[0] > 250


def test_a_killed_nursery_is_replaced(pool: Pool) -> None:
    pool.run(EASY)
    os.kill(pool._all[0]._process.pid, signal.SIGKILL)
    assert pool.run(EASY).finding.reason is Reason.MATCHED_SYMBOLIC


def test_a_closed_pool_says_so() -> None:
    pool = Pool()
    pool.close()
    pool.close()
    for _ in range(2):
        with pytest.raises(VerifierError, match="closed"):
            pool.run(EASY)


def test_a_pool_closed_while_it_works_ends_its_worker_afterwards() -> None:
    pool = Pool(timeout_s=2.0)
    pool.run(EASY)
    nursery = pool._all[0]._process.pid
    answers: list[Reason] = []
    thread = threading.Thread(target=lambda: answers.append(pool.run(SLOW).finding.reason))
    thread.start()
    time.sleep(0.2)
    pool.close()
    thread.join()
    assert answers == [Reason.TIMEOUT]
    assert gone([nursery])


def test_an_interrupted_call_costs_the_next_one_nothing() -> None:
    worker = Worker()
    worker.start()
    previous = signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(KeyboardInterrupt):
            worker.ask(SLOW, 20.0)
    finally:
        signal.signal(signal.SIGALRM, previous)
    assert worker.ask(EASY, 2.0).finding.reason is Reason.MATCHED_SYMBOLIC
    worker.close()


def test_an_address_space_smaller_than_ours_is_respected() -> None:
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (1_200_000_000,) * 2)\n"
        "from verifier.pool import Pool; from verifier.nursery import Task\n"
        r"with Pool() as pool: print(pool.run(Task(gold=r'\int_0^1 2x\,dx', answer='1')).finding.reason)"
    )
    root = Path(verifier.nursery.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, timeout=2 * SOON_S)
    assert done.stdout == "matched_symbolic\n", done.stderr[-300:]


@pytest.mark.parametrize(("workers", "seconds"), [(0, 3.0), (1, 0.0)])
def test_a_pool_that_could_never_answer_is_refused(workers: int, seconds: float) -> None:
    with pytest.raises(ValueError, match="at least one worker"):
        Pool(workers=workers, timeout_s=seconds)


def test_a_worker_that_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    before = len(list(Path("/proc/self/fd").iterdir()))
    with Pool() as pool, pytest.raises(VerifierError, match="cannot be started"):
        pool.run(EASY)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_worker_that_is_killed_while_it_starts_is_started_once_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    python, seen = tmp_path / "python", tmp_path / "seen"
    python.write_text(f'#!/bin/sh\n[ -e {seen} ] || {{ touch {seen}; kill -9 $$; }}\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with Pool() as pool:
        assert pool.run(EASY).finding.reason.startswith("matched")
    assert seen.exists()
