"""`verify`, `compare`, `Verifier`: extraction, the fast path in the caller's process, workers for the rest."""

import atexit
import os
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from verifier.classify import infer_type
from verifier.extract import extract
from verifier.finding import Finding, NeedsAlgebraError
from verifier.pool import Pool, Task
from verifier.route import decide
from verifier.types import AnswerType, Policy, Reason, Verdict

MACHINE_REASONS = frozenset({Reason.TIMEOUT, Reason.MEMORY, Reason.CRASHED})
DEFAULT_POLICY = Policy()


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold with a whole response, or with an answer already `extracted`."""

    gold: str
    response: str
    question: str | None = None
    answer_type: AnswerType | None = None
    extracted: bool = False


@dataclass(frozen=True, slots=True)
class _Step:
    """What the fast path made of a pair: a finding, or a task for a worker."""

    pair: Pair
    answer_type: AnswerType
    extracted: str | None
    started: float
    finding: Finding | None

    @property
    def task(self) -> Task:
        return Task(
            gold=self.pair.gold,
            answer=self.extracted or "",
            answer_type=self.answer_type,
            question=self.pair.question,
        )

    def verdict(self, finding: Finding) -> Verdict:
        return Verdict(
            outcome=finding.outcome,
            reason=finding.reason,
            extracted=self.extracted,
            answer_type=self.answer_type,
            ms=(time.perf_counter() - self.started) * 1000,
            detail=finding.detail,
        )


def _first_step(pair: Pair, policy: Policy) -> _Step:
    started = time.perf_counter()
    kind = pair.answer_type or infer_type(pair.gold, pair.question)
    answer = pair.response if pair.extracted else extract(pair.response, kind, policy)
    if answer is None:
        return _Step(pair, kind, None, started, Finding(Reason.NO_ANSWER))
    finding: Finding | None = None
    try:
        finding = decide(pair.gold, answer, answer_type=kind, question=pair.question)
    except NeedsAlgebraError:
        pass
    except RecursionError:
        finding = Finding(Reason.TOO_LARGE, "nested too deeply")
    return _Step(pair, kind, answer, started, finding)


class Verifier:
    """Verdicts in bulk. Workers start when the first pair needs one and end with the context."""

    def __init__(self, *, workers: int = 1, timeout_s: float = 3.0, policy: Policy = DEFAULT_POLICY) -> None:
        self._workers = workers
        self._policy = policy
        self._pool = Pool(workers=workers, timeout_s=timeout_s)

    def verify_many(self, pairs: Iterable[Pair]) -> list[Verdict]:
        """One verdict per pair, in order. A verdict that the machine's state may have spoilt is tried again, alone."""
        steps = [_first_step(pair, self._policy) for pair in pairs]
        waiting = [index for index, step in enumerate(steps) if step.finding is None]
        found = dict(zip(waiting, self._run([steps[index].task for index in waiting]), strict=True))
        for index, finding in found.items():
            if finding.reason in MACHINE_REASONS:
                found[index] = self._pool.run(steps[index].task)
        return [step.verdict(step.finding or found[index]) for index, step in enumerate(steps)]

    def _run(self, tasks: Sequence[Task]) -> list[Finding]:
        if len(tasks) < 2 or self._workers == 1:
            return [self._pool.run(task) for task in tasks]
        with ThreadPoolExecutor(self._workers) as threads:
            return list(threads.map(self._pool.run, tasks))

    def close(self) -> None:
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Shared:
    """The pool behind `verify` and `compare`: made at the first need, one per process (a fork makes its own)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: Pool | None = None
        os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._pool = None

    def pool(self) -> Pool:
        with self._lock:
            if self._pool is None:
                self._pool = Pool(workers=max(1, min(4, os.cpu_count() or 1)))
                atexit.register(self._pool.close)
            return self._pool


_shared = _Shared()


def _decided(pair: Pair, policy: Policy) -> Verdict:
    step = _first_step(pair, policy)
    if step.finding is not None:
        return step.verdict(step.finding)
    finding = _shared.pool().run(step.task)
    if finding.reason is Reason.CRASHED:
        finding = _shared.pool().run(step.task)
    return step.verdict(finding)


def verify(
    gold: str,
    response: str,
    *,
    question: str | None = None,
    answer_type: AnswerType | None = None,
    policy: Policy = DEFAULT_POLICY,
) -> Verdict:
    """The verdict on a whole model output. Never hangs, whatever the texts; safe from any thread."""
    return _decided(Pair(gold, response, question, answer_type), policy)


def compare(
    gold: str, answer: str, *, answer_type: AnswerType | None = None, policy: Policy = DEFAULT_POLICY
) -> Verdict:
    """The verdict on an answer that was already extracted."""
    return _decided(Pair(gold, answer, None, answer_type, extracted=True), policy)
