"""Runs a function on untrusted data in a process that may hang, swell or crash and takes nobody with it.

A `Sandbox` starts a clean interpreter (`sandbox_child`), which loads the function once and forks children. A child
works through payload after payload; while it works on one, the next is on its way. Where a payload ends its child or
passes a limit, it is tried once more, alone in a fresh child, before that is told.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.errors import ConfigError, OutageError
from pipeline.sandbox_child import ANNOUNCEMENT, KILL, LAUNCH, MEMORY, READY, SWOLLEN, VALUE
from pipeline.sandbox_line import Line

START_SECONDS = 120.0
END_SECONDS = 10.0
# So many children in a row that die before they take a payload do so for no payload's sake.
STARTS = 3
PAYLOADS_PER_CHILD = 1_000
# One is worked on, one waits.
IN_FLIGHT = 2
# Limits count processor time, which a busy machine does not lengthen. What only waits has so many times that.
PATIENCE = 4
# Nothing in a payload sends its process these: they come from outside, from a kernel short of memory for one.
_FROM_OUTSIDE = {signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT}


class Failure(StrEnum):
    """Why there is no value. `RAISED` is the function's own error; the others passed a limit or ended the process."""

    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASHED = "crashed"
    RAISED = "raised"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the function gave for a payload, or why it gave nothing; `detail` names the limit or the error."""

    value: bytes | None
    failure: Failure | None = None
    detail: str = ""
    traceback: str = ""


class _EndedError(OutageError):
    """Somebody ended the child while it worked on a payload."""


class Sandbox:
    """Runs `target` on payloads. Not for use by two threads at once.

    target    -- `module:factory`; `factory(argument)` is called once and returns the function, bytes to bytes
    seconds   -- processor time for one payload; one that only waits has `PATIENCE` times that on the clock
    memory_mb -- what a payload may take beyond the memory of the process that has only loaded the function
    """

    def __init__(
        self,
        target: str,
        *,
        argument: bytes = b"",
        seconds: float = 10.0,
        memory_mb: int = 1024,
        payloads_per_child: int = PAYLOADS_PER_CHILD,
    ) -> None:
        if seconds <= 0 or memory_mb < 1 or payloads_per_child < 1:
            raise ConfigError(
                f"sandbox of {target}: {seconds:g} s, {memory_mb} MB, {payloads_per_child} payloads for a child: "
                "every limit must be above zero"
            )
        self._target, self._seconds, self._memory_mb = target, seconds, memory_mb
        self._line: Line | None = None
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, contextlib.ExitStack() as unless_started:
            unless_started.callback(self._control.close)
            limits = (str(seconds), str(memory_mb << 20), str(payloads_per_child))
            self._process = _start(theirs.fileno(), target, *limits)
            unless_started.pop_all()
        assert self._process.stdin is not None
        # Where the new process ends before it has read this, the control socket tells.
        with contextlib.suppress(BrokenPipeError), self._process.stdin as stdin:
            stdin.write(argument)

    def run(self, payload: bytes) -> Outcome:
        return next(self.map([payload]))

    def map(self, payloads: Iterable[bytes], *, names: Sequence[str] = ()) -> Iterator[Outcome]:
        """The outcomes in order. Raises `OutageError` where the sandbox, and not a payload, is at fault.

        names -- what the error calls the payload that was worked on; else it is told by its number
        """
        source, pending, number = iter(payloads), deque[bytes](), 0
        try:
            while True:
                pending.extend(islice(source, IN_FLIGHT - len(pending)))
                if not pending:
                    return
                number += 1
                try:
                    outcome = self._settle(pending)
                except _EndedError as error:
                    name = names[number - 1] if number <= len(names) else f"number {number}"
                    raise OutageError(f"{error}, or leave out {name}, at which it ended twice") from error
                pending.popleft()
                yield outcome
        finally:
            if pending:  # the caller left, and a child still works for nobody
                self._drop()

    def _settle(self, pending: deque[bytes]) -> Outcome:
        with contextlib.suppress(OutageError):
            outcome = self._ask(pending, ahead=IN_FLIGHT)
            if outcome.failure in (None, Failure.RAISED):
                return outcome
        self._drop()
        return self._ask(pending, ahead=1)

    def _ask(self, pending: deque[bytes], *, ahead: int) -> Outcome:
        """What becomes of the first of the payloads; those behind it are sent ahead."""
        if self._line is None:
            self._renew()
        assert self._line is not None
        for payload in islice(pending, self._line.unanswered, ahead):
            self._line.send(payload)
        wall = self._seconds * PATIENCE
        try:
            frame = self._line.receive(time.monotonic() + wall)
        except EOFError:
            return self._death()
        if frame is None:
            self._drop()
            return Outcome(None, Failure.TIMEOUT, f"no end within {wall:g} s")
        self._line.unanswered -= 1
        if frame.is_last:
            self._leave()
        if frame.kind == VALUE:
            return Outcome(frame.data)
        if frame.kind == MEMORY:
            return self._memory()
        error, _, trace = frame.data.decode().partition("\0")
        return Outcome(None, Failure.RAISED, error, trace)

    def _memory(self) -> Outcome:
        return Outcome(None, Failure.MEMORY, f"more than {self._memory_mb} MB")

    def _death(self) -> Outcome:
        """Why the child ended. Raises `OutageError` if somebody ended it."""
        status = self._renew()
        if status == SWOLLEN:
            return self._memory()
        if not os.WIFSIGNALED(status):
            return Outcome(None, Failure.CRASHED, f"ended with exit code {os.waitstatus_to_exitcode(status)}")
        number = os.WTERMSIG(status)
        if number == signal.SIGPROF:
            return Outcome(None, Failure.TIMEOUT, f"more than {self._seconds:g} s of processor time")
        name = signal.Signals(number).name
        if number in _FROM_OUTSIDE:
            raise _EndedError(
                f"the sandbox of {self._target} was ended from outside ({name}), most often for lack of memory; "
                "run again with fewer workers"
            )
        return Outcome(None, Failure.CRASHED, f"ended by {name}")

    def _renew(self) -> int:
        """Waits for a child that can take payloads; gives the wait status of the one before it."""
        self._leave()
        statuses = []
        for _ in range(STARTS):
            line, status = self._announced()
            statuses.append(status)
            with contextlib.suppress(EOFError):
                frame = line.receive(time.monotonic() + START_SECONDS)
                if frame and frame.kind == READY:
                    self._line = line
                    return statuses[0]
            line.close()
        raise OutageError(f"the sandbox of {self._target} cannot start its processes (wait status {statuses[-1]})")

    def _announced(self) -> tuple[Line, int]:
        self._control.settimeout(START_SECONDS)
        try:
            message, descriptors, _, _ = socket.recv_fds(self._control, ANNOUNCEMENT.size, 1)
        except (TimeoutError, ConnectionError):
            message, descriptors = b"", []
        if not message:
            raise OutageError(f"the sandbox of {self._target} did not start or has gone; its error output tells why")
        number, status = ANNOUNCEMENT.unpack(message)
        return Line(socket.socket(fileno=descriptors[0]), number=number), status

    def _drop(self) -> None:
        """Kills the child if it still works on something."""
        if self._line is None or not self._line.unanswered:
            return
        with contextlib.suppress(OSError):
            self._control.send(KILL.pack(self._line.number))
        self._leave()

    def _leave(self) -> None:
        """A child that nobody asks any more ends by itself, and the next one stands ready."""
        if self._line:
            self._line.close()
        self._line = None

    def close(self) -> None:
        """Ends the processes. May be called twice."""
        self._leave()
        self._control.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:  # it hangs while it loads, where it does not look at its socket
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _start(control: int, *arguments: str) -> "subprocess.Popen[bytes]":
    """A clean interpreter with this one's import path, out of reach of the terminal's interrupts."""
    path = os.pathsep.join(folder or str(Path.cwd()) for folder in sys.path)
    return subprocess.Popen(
        [sys.executable, *LAUNCH, str(control), *arguments],
        pass_fds=[control],
        env=os.environ | {"PYTHONPATH": path, "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        process_group=0,
    )
