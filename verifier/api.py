"""`verify`, `compare`, `Verifier`: extraction, the fast path in the caller's process, workers for the rest."""

import atexit
import os
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from verifier.classify import infer_type
from verifier.extract import extract
from verifier.finding import MAX_QUESTION, Finding
from verifier.nursery import Answer, Task
from verifier.pool import Pool
from verifier.route import MAX_TEXT, decide
from verifier.types import AnswerType, Policy, Reason, Verdict

DEFAULT_POLICY = Policy()
# Longer texts are read in a worker only: here, nothing could stop a slow regular expression.
MAX_HERE = 400
KNOWN_TYPES = frozenset(AnswerType)


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
    """What the fast path made of a pair: a finding, or a task for a worker. `answer_type` None: not yet known."""

    pair: Pair
    answer_type: AnswerType | None
    extracted: str | None
    ms: float
    finding: Finding | None

    @property
    def task(self) -> Task:
        return Task(
            gold=self.pair.gold,
            answer=self.extracted or "",
            answer_type=self.answer_type,
            question=self.pair.question,
        )

    def verdict(self, answer: Answer | None, policy: Policy) -> Verdict:
        """`answer` is the worker's, None where there was no need of one."""
        finding = answer.finding if answer else self.finding
        kind = answer.answer_type if answer else self.answer_type
        assert finding is not None
        return Verdict(
            outcome=finding.outcome,
            reason=finding.reason,
            extracted=self.extracted,
            answer_type=AnswerType(kind or AnswerType.EXPRESSION),
            ms=self.ms + (answer.ms if answer else 0.0),
            policy=policy.digest,
            detail=finding.detail,
        )


def _first_step(pair: Pair, policy: Policy) -> _Step:
    """Raises `TypeError` and `ValueError` for a pair that is none."""
    started = time.perf_counter()
    _checked(pair)
    if pair.question and len(pair.question) > MAX_QUESTION:
        pair = replace(pair, question=pair.question[-MAX_QUESTION:])
    kind = pair.answer_type or _inferred_here(pair)
    try:
        answer = pair.response if pair.extracted else extract(pair.response, kind or AnswerType.EXPRESSION, policy)
    except Exception as error:  # noqa: BLE001 -- the caller must not fall; the pair is undecided, with the error's name
        finding: Finding | None = Finding(Reason.CRASHED, f"extraction: {type(error).__name__}: {error}")
        answer = None
    else:
        finding = Finding(Reason.NO_ANSWER) if answer is None else _decided_here(pair, answer, kind)
    return _Step(pair, kind, answer, (time.perf_counter() - started) * 1000, finding)


def _checked(pair: Pair) -> None:
    if not isinstance(pair, Pair):
        raise TypeError(f"{pair!r} is no `tracemill.Pair`; write Pair(gold, response)")
    for name, text in (("gold", pair.gold), ("answer" if pair.extracted else "response", pair.response)):
        if not isinstance(text, str):
            raise TypeError(f"the {name} is {text!r}, of type {type(text).__name__}; give it as a string")
    if pair.answer_type is not None and pair.answer_type not in KNOWN_TYPES:
        raise ValueError(f"answer type {pair.answer_type!r} is unknown; known: {', '.join(AnswerType)}")


def _inferred_here(pair: Pair) -> AnswerType | None:
    """The type of the gold; None where a worker has to find it, because the gold is long or our own reader failed."""
    if len(pair.gold) > MAX_HERE:
        return None
    try:
        return infer_type(pair.gold, pair.question)
    except Exception:  # noqa: BLE001 -- the caller must not fall; the worker meets the same error and names it
        return None


def _decided_here(pair: Pair, answer: str, kind: AnswerType | None) -> Finding | None:
    """The finding, if it can be had in this process in a few milliseconds."""
    if pair.gold == answer and answer.strip():
        return Finding(Reason.MATCHED_STRING)
    if len(pair.gold) > MAX_TEXT or len(answer) > MAX_TEXT:
        return Finding(Reason.TOO_LARGE, f"more than {MAX_TEXT} characters")
    if kind is None or len(pair.gold) > MAX_HERE or len(answer) > MAX_HERE:
        return None
    try:
        return decide(pair.gold, answer, answer_type=kind, question=pair.question)
    except RecursionError:
        return Finding(Reason.TOO_LARGE, "nested too deeply")
    except Exception:  # noqa: BLE001 -- computer algebra is needed, or our own reader failed: both are a worker's
        return None


class Verifier:
    """Verdicts in bulk. Workers start when the first pair needs one and end with the context.

    timeout_s -- wall time in a worker, after which a pair is undecided; the fast path takes milliseconds
    """

    def __init__(self, *, workers: int = 1, timeout_s: float = 3.0, policy: Policy = DEFAULT_POLICY) -> None:
        self._workers = workers
        self._policy = policy
        self._pool = Pool(workers=workers, timeout_s=timeout_s)

    def verify_many(self, pairs: Iterable[Pair]) -> list[Verdict]:
        """One verdict per pair, in order. Raises `VerifierError` if the machinery does not work."""
        steps = [_first_step(pair, self._policy) for pair in pairs]
        waiting = [index for index, step in enumerate(steps) if step.finding is None]
        found = dict(zip(waiting, self._run([steps[index].task for index in waiting]), strict=True))
        return [step.verdict(found.get(index), self._policy) for index, step in enumerate(steps)]

    def _run(self, tasks: Sequence[Task]) -> list[Answer]:
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
        if self._pool:
            self._pool.abandon()
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
    return step.verdict(None if step.finding else _shared.pool().run(step.task), policy)


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
