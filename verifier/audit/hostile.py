r"""Inputs made to hang, crash or swell a verifier, and a runner that tells what they did.

Each text stands as an answer to a small gold and as a gold for a small answer, so neither side may trust the other;
some stand against themselves, or against a number that they do equal. What is allowed is what is right, or undecided.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from verifier.api import Pair, Verifier
from verifier.audit.hostile_pairs import EQUAL, UNEQUAL
from verifier.audit.hostile_responses import responses
from verifier.audit.hostile_texts import TEXTS
from verifier.types import AnswerType, Outcome

NEVER_CORRECT = frozenset({Outcome.INCORRECT, Outcome.UNDECIDED})
NEVER_INCORRECT = frozenset({Outcome.CORRECT, Outcome.UNDECIDED})
MARGIN_S = 0.5
MEMORY_MB = 1_000.0
SAMPLE_S = 0.01
WARM_UP = Pair(r"\int_0^1 2x\,dx", r"\sum_{k=1}^{1} k", answer_type=AnswerType.EXPRESSION, extracted=True)


@dataclass(frozen=True, slots=True)
class HostileCase:
    """`allowed` holds the right outcome and undecided."""

    id: str
    kind: str
    pair: Pair
    allowed: frozenset[Outcome]


@dataclass(frozen=True, slots=True)
class HostileResult:
    """`seconds` is wall time of the call. Where the call raised, `error` says what, and there is no outcome."""

    id: str
    kind: str
    outcome: Outcome | None
    reason: str
    seconds: float
    allowed: bool
    error: str = ""


@dataclass(frozen=True, slots=True)
class HostileReport:
    """`caller_mb`: growth of this process; `worker_mb`: the most that one of its descendants held. Resident memory."""

    results: tuple[HostileResult, ...]
    timeout_s: float
    caller_mb: float
    worker_mb: float

    @property
    def failures(self) -> tuple[HostileResult, ...]:
        return tuple(each for each in self.results if not each.allowed or each.seconds > self.timeout_s + MARGIN_S)

    @property
    def share_ok(self) -> float:
        """0 where memory went over its limit: that cannot be laid at one pair's door."""
        if max(self.caller_mb, self.worker_mb) > MEMORY_MB:
            return 0.0
        return 1 - len(self.failures) / len(self.results)


def hostile_cases() -> Iterator[HostileCase]:
    """All cases, in the same order and with the same ids each time."""
    for kind, family in TEXTS.items():
        for index, text in enumerate(family.texts()):
            name = f"{kind}-{index}"
            yield HostileCase(f"{name}-answer", kind, Pair(family.partner, text, extracted=True), NEVER_CORRECT)
            yield HostileCase(f"{name}-gold", kind, Pair(text, family.partner, extracted=True), NEVER_CORRECT)
    for kind, table, allowed in (("equal", EQUAL, NEVER_INCORRECT), ("unequal", UNEQUAL, NEVER_CORRECT)):
        for index, (gold, answer) in enumerate(table):
            yield HostileCase(f"{kind}-{index}", kind, Pair(gold, answer, extracted=True), allowed)
    for index, each in enumerate(responses()):
        pair = Pair(each.gold, each.text, each.question)
        yield HostileCase(f"response-{index}", "response", pair, NEVER_INCORRECT if each.right else NEVER_CORRECT)


def run_hostile(
    cases: Iterable[HostileCase] | None = None, *, timeout_s: float = 1.0, workers: int = 1
) -> HostileReport:
    """Each case alone through a `Verifier`, as many at once as there are workers.

    Wall time on a machine that others use may go over the limit though nothing hangs: leave it to this alone.
    """
    with Verifier(workers=workers, timeout_s=timeout_s) as verifier, ThreadPoolExecutor(workers) as threads:
        verifier.verify_many([WARM_UP] * workers)
        with Memory() as memory:
            results = tuple(threads.map(lambda case: _tried(verifier, case), cases or hostile_cases()))
    return HostileReport(results, timeout_s, memory.caller_mb, memory.worker_mb)


def _tried(verifier: Verifier, case: HostileCase) -> HostileResult:
    began = time.perf_counter()
    outcome, reason, error = None, "", ""
    try:
        (verdict,) = verifier.verify_many([case.pair])
        outcome, reason = verdict.outcome, str(verdict.reason)
    except Exception as raised:  # noqa: BLE001 -- that a call may raise is what is being looked for
        error = f"{type(raised).__name__}: {raised}"[:200]
    return HostileResult(
        id=case.id,
        kind=case.kind,
        outcome=outcome,
        reason=reason,
        seconds=time.perf_counter() - began,
        allowed=outcome in case.allowed,
        error=error,
    )


class Memory:
    """Watches this process and its descendants. A descendant's peak is its own: a fork starts at what it inherits."""

    def __enter__(self) -> Self:
        self.worker_mb = 0.0
        self._before = _status_mb("self", "VmRSS")
        self._most = self._before
        self._end = threading.Event()
        self._watch = threading.Thread(target=self._sample, daemon=True)
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._watch.join()

    @property
    def caller_mb(self) -> float:
        return self._most - self._before

    def _sample(self) -> None:
        while not self._end.wait(SAMPLE_S):
            self._most = max(self._most, _status_mb("self", "VmRSS"))
            self.worker_mb = max([self.worker_mb, *(_status_mb(pid, "VmHWM") for pid in _descendants("self"))])


def _status_mb(pid: str, field: str) -> float:
    """A field of /proc/PID/status; 0 where the process is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) / 1_000 for line in lines if line.startswith(field)), 0.0)


def _descendants(pid: str) -> list[str]:
    try:
        tasks: Sequence[Path] = list(Path(f"/proc/{pid}/task").iterdir())
        children = [child for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return [*children, *(each for child in children for each in _descendants(child))]
