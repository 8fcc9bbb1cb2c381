"""What the processes of an engine wrote to standard error: the reason of a failure stands there and nowhere else."""

import os
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

KEPT = 8
NAMED = 4
# The last line of a traceback, behind whatever a logger puts before it: `safetensors_rust.SafetensorError: incomplete`.
ERROR = re.compile(r"(?:^|\s)([\w.]*\w(?:Error|Exception): .*)")


class LastWords:
    """The errors named first, one of which is the cause of the rest, and the last lines; all of it is passed on."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=KEPT)
        self._errors: dict[str, None] = {}

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Processes started within are listened to for as long as they live."""
        reading, writing = os.pipe()
        own = os.dup(2)
        os.dup2(writing, 2)
        os.close(writing)
        # A daemon, since a process that keeps standard error open may outlive the engine.
        Thread(target=self._listen, args=(reading, os.dup(own)), name="last-words", daemon=True).start()
        try:
            yield
        finally:
            os.dup2(own, 2)
            os.close(own)

    def forget(self) -> None:
        self._lines.clear()
        self._errors.clear()

    def told(self, reason: str) -> str:
        """`reason`, and below it the errors that were named, or the last lines where none was."""
        return "\n".join([reason, *(f"  {line}" for line in list(self._errors) or list(self._lines))])

    def _listen(self, reading: int, own: int) -> None:
        with os.fdopen(reading, "rb") as lines, os.fdopen(own, "wb", buffering=0) as passed_on:
            for line in lines:
                passed_on.write(line)
                text = line.decode(errors="replace").rstrip()
                if text:
                    self._lines.append(text)
                if (named := ERROR.search(text)) and len(self._errors) < NAMED:
                    self._errors[named[1]] = None
