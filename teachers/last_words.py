"""What the processes of an engine wrote to standard error: the reason of a failure stands there and nowhere else."""

import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

KEPT = 12


class LastWords:
    """The last lines; all of them are passed on to this process's own standard error."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=KEPT)

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

    def told(self, reason: str) -> str:
        """`reason`, and below it the last lines, if there are any."""
        return "\n".join([reason, *(f"  {line}" for line in list(self._lines))])

    def _listen(self, reading: int, own: int) -> None:
        with os.fdopen(reading, "rb") as lines, os.fdopen(own, "wb", buffering=0) as passed_on:
            for line in lines:
                passed_on.write(line)
                if text := line.decode(errors="replace").rstrip():
                    self._lines.append(text)
