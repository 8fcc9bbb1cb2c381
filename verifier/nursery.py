"""Killable worker processes for everything that may hang, crash or eat memory.

Workers start from a clean interpreter, so that nothing of the caller (threads, CUDA, its heap) is inherited. The
caller's process is never signalled: deadlines are a wait on a pipe. Calls are safe from any thread.
"""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verifier.finding import Finding
from verifier.types import AnswerType, Reason
from verifier.worker import LAUNCH

START_SECONDS = 120.0
END_SECONDS = 10.0
MEMORY_BYTES = 1_500_000_000
TASKS_PER_CHILD = 2_000
CANARY_EVERY = 1_000
CANARIES = (
    (r"\int_0^1 2x\,dx", r"\sum_{k=1}^{1} k", Reason.MATCHED_SYMBOLIC),
    (r"\sum_{k=1}^{3} k", r"\int_0^1 2x\,dx", Reason.DIFFERENT_VALUE),
)


class VerifierError(RuntimeError):
    """The verifier's machinery does not work: a worker does not start, or a canary pair got the wrong verdict."""


class WorkerGoneError(VerifierError):
    """A nursery process ended by itself or was killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    gold: str
    answer: str
    answer_type: AnswerType | None = None
    question: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A finding with the type it was found under; None where that was left to a worker that did not come to it.

    ms -- what the pair took, with the wait for a free worker
    """

    finding: Finding
    answer_type: AnswerType | None
    ms: float = 0.0


class Worker:
    """One nursery process with its current child. Not for use by two threads at once."""

    def __init__(self, *, memory: int = MEMORY_BYTES, tasks: int = TASKS_PER_CHILD) -> None:
        requests, self._requests = os.pipe()
        self._replies, replies = os.pipe()
        lifeline, self._lifeline = os.pipe()
        theirs = (requests, replies, lifeline)
        command = [sys.executable, *LAUNCH, *map(str, theirs), str(memory), str(tasks)]
        # What sympy makes of some sums and products depends on the order of its sets.
        environment = os.environ | {"PYTHONPATH": _python_path(), "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
        quiet = subprocess.DEVNULL
        try:
            self._process = subprocess.Popen(command, pass_fds=theirs, env=environment, stdin=quiet, stdout=quiet)
        except OSError as error:
            self.abandon()
            raise VerifierError(f"the verifier's worker cannot be started: {error}") from error
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        self._buffer = b""
        self._count = 0
        self._until_canaries = CANARY_EVERY
        self._child: int | None = None
        self._busy = False

    def start(self) -> None:
        """Wait for the first child and try the canaries. Raises `VerifierError`."""
        self._await_child(START_SECONDS)
        self._try_canaries()

    def _try_canaries(self) -> None:
        self._until_canaries = CANARY_EVERY
        for gold, answer, expected in CANARIES:
            task = Task(gold=gold, answer=answer, answer_type=AnswerType.EXPRESSION)
            finding = self._ask(task, START_SECONDS).finding
            if finding.reason is not expected:
                raise VerifierError(
                    f"canary pair ({gold}, {answer}) gave {finding.reason} instead of {expected} ({finding.detail}): "
                    "check the installed versions of math-verify, latex2sympy2_extended and sympy"
                )

    def ask(self, task: Task, timeout_s: float) -> Answer:
        """The answer, or one with the reason timeout, memory or crashed; the child is then a new one.

        Tries the canaries first when they are due. Raises `VerifierError` if one of them is flipped.
        """
        self._until_canaries -= 1
        if self._until_canaries < 0:
            self._try_canaries()
        if self._busy:  # the caller was interrupted, and the child still works for nobody
            self.renew()
        self._busy = True
        answer = self._ask(task, timeout_s)
        self._busy = False
        return answer

    def _ask(self, task: Task, timeout_s: float) -> Answer:
        if self._child is None:
            self._await_child(START_SECONDS)
        assert self._child is not None
        self._count += 1
        request = {
            "id": self._count,
            "gold": task.gold,
            "answer": task.answer,
            "answer_type": task.answer_type,
            "question": task.question,
        }
        deadline = time.monotonic() + timeout_s
        self._send(request)
        while True:
            message = self._receive(deadline)
            if message is None:
                self._kill_child()
                return Answer(Finding(Reason.TIMEOUT, f"no verdict within {timeout_s:g} s"), task.answer_type)
            if "ready" in message:
                self._welcome(message["ready"])
                return Answer(Finding(Reason.CRASHED, "the worker died"), task.answer_type)
            if message["id"] == self._count:
                if message["last"]:
                    self._child = None
                return _answer(message)

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps(message).encode() + b"\n"
        try:
            while data:
                data = data[os.write(self._requests, data) :]
        except BrokenPipeError as error:
            raise WorkerGoneError("the verifier's worker has gone; its error output tells why") from error

    def renew(self) -> None:
        """A new child for the next task."""
        if self._child is not None:
            self._kill_child()

    def _kill_child(self) -> None:
        assert self._child is not None
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._child, signal.SIGKILL)
        self._child = None

    def _welcome(self, child: int) -> None:
        """From now on requests are for this child; it skips those that its predecessor left unread."""
        self._child = child
        self._send({"go": child})

    def _await_child(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while (message := self._receive(deadline)) is not None:
            if "ready" in message:
                self._welcome(message["ready"])
                return
        raise VerifierError(f"the verifier's worker did not start within {seconds:g} s")

    def _receive(self, deadline: float) -> dict[str, Any] | None:
        """The next message; None at the deadline. Raises `WorkerGoneError`."""
        while b"\n" not in self._buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._replies], [], [], left)[0]:
                return None
            chunk = os.read(self._replies, 65_536)
            if not chunk:
                raise WorkerGoneError("the verifier's worker has gone; its error output tells why")
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        message: dict[str, Any] = json.loads(line)
        return message

    def abandon(self) -> None:
        """Closes this process's ends of the pipes; the nursery ends when no process holds the lifeline any more."""
        for descriptor in (self._lifeline, self._requests, self._replies):
            if descriptor >= 0:
                os.close(descriptor)
        self._lifeline = self._requests = self._replies = -1

    def close(self) -> None:
        """Ends the nursery and its child. May be called twice."""
        self.abandon()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:  # it hangs while it loads, where it does not look at its lifeline
            self._process.kill()
            self._process.wait()


def _answer(message: dict[str, Any]) -> Answer:
    finding = Finding(Reason(message["reason"]), message["detail"], message["undecided"])
    return Answer(finding, AnswerType(message["answer_type"]))


def _python_path() -> str:
    """The folder that holds this package, first, so that the worker runs the same code."""
    return os.pathsep.join(filter(None, [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]))
