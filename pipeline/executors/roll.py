"""The workers of a Dask cluster while a run goes on: how many there are, who came, who was lost."""

import threading
import time
from typing import Any, Protocol

LOOK_S = 2.0


class Tell(Protocol):
    """Told of what happens beside the nodes: an event for the log with its facts, and a line for a person."""

    def __call__(self, event: str, line: str, **facts: Any) -> None: ...


class Roll:
    """Called every two seconds, between `open` and `close`, by a thread of its own.

    `hint` says how workers are started where there are none; None where they come by themselves.
    """

    def __init__(self, client: Any, tell: Tell, *, hint: str | None) -> None:
        self.client, self.tell, self.hint = client, tell, hint
        self.threads: dict[str, int] = {}
        self._vacant_since = time.monotonic()
        self._is_asked_for = False
        self._closing = threading.Event()
        self._calling = threading.Thread(target=self._call_again, name="tracemill-roll", daemon=True)

    def open(self) -> None:
        self._call()
        self._calling.start()

    def close(self) -> None:
        self._closing.set()
        self._calling.join()
        if not self.threads:  # of a run that was over before they were called again
            self._call()

    @property
    def num_threads(self) -> int:
        return sum(self.threads.values())

    @property
    def vacant_s(self) -> float:
        """Seconds since there was last a worker; 0 while there is one."""
        return 0.0 if self.threads else time.monotonic() - self._vacant_since

    def _call(self) -> None:
        try:
            present = dict(self.client.nthreads())
        except OSError:  # the scheduler does not answer; whoever waits for a shard is told why
            present = {}
        came, lost = len(present.keys() - self.threads.keys()), len(self.threads.keys() - present.keys())
        if self.threads and not present:
            self._vacant_since = time.monotonic()
        self.threads = present
        if came or lost:
            self._is_asked_for = False
            self._tell(came, lost)
        elif not present and not self._is_asked_for and self.hint:
            self._is_asked_for = True
            self.tell("vacant", f"dask: no workers; waits for some. {self.hint}")

    def _tell(self, came: int, lost: int) -> None:
        changes = [f"{came} new"] * bool(came) + [f"{lost} lost, what they ran is run elsewhere"] * bool(lost)
        line = f"dask: workers: {len(self.threads)}, threads: {self.num_threads} ({'; '.join(changes)})"
        self.tell("workers", line, workers=len(self.threads), threads=self.num_threads, came=came, lost=lost)

    def _call_again(self) -> None:
        while not self._closing.wait(LOOK_S):
            self._call()
