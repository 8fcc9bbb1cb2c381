"""Up to N workers for any number of threads; a crash or a lack of memory is tried once more."""

import contextlib
import os
import queue
import threading
import time
from dataclasses import replace
from types import TracebackType
from typing import Self

from verifier.finding import Finding
from verifier.nursery import Answer, Task, VerifierError, Worker, WorkerGoneError
from verifier.types import Reason


class Pool:
    """Up to `workers` workers, started when they are first needed. A forked child of the caller starts its own."""

    def __init__(self, *, workers: int = 1, timeout_s: float = 3.0) -> None:
        if workers < 1 or timeout_s <= 0:
            raise ValueError(
                f"workers={workers}, timeout_s={timeout_s:g}: at least one worker and some time are needed"
            )
        self._workers = workers
        self._timeout_s = timeout_s
        self._closed = False
        self._forget()

    def _forget(self) -> None:
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._all: list[Worker] = []
        self._idle: queue.LifoQueue[Worker | None] = queue.LifoQueue()
        for _ in range(self._workers):
            self._idle.put(None)

    def run(self, task: Task) -> Answer:
        """Blocks while all workers are busy. Raises `VerifierError` if a worker does not start or a canary flips.

        After a crash or a lack of memory the pair is tried once more on a fresh child, in what is left of its time.
        """
        if self._owner != os.getpid():
            self.abandon()
        began = time.monotonic()
        answer = self._try(task, self._timeout_s)
        left = self._timeout_s - (time.monotonic() - began)
        if answer.finding.reason in (Reason.CRASHED, Reason.MEMORY) and left > 0:
            answer = self._try(task, left, fresh=True)
        return replace(answer, ms=(time.monotonic() - began) * 1000)

    def abandon(self) -> None:
        """In a forked child: leaves the workers to the process that started them."""
        for inherited in self._all:
            inherited.abandon()
        self._forget()

    def _try(self, task: Task, seconds: float, *, fresh: bool = False) -> Answer:
        worker = self._idle.get()
        try:
            if self._closed:
                raise VerifierError("the verifier is closed; use it inside of its `with` block")
            if worker is None:
                worker = self._started()
            if fresh:
                worker.renew()
            return worker.ask(task, seconds)
        except VerifierError as error:
            if worker is None:
                raise
            self._discard(worker)
            worker = None
            if not isinstance(error, WorkerGoneError):
                raise
            return Answer(Finding(Reason.CRASHED, str(error)), task.answer_type)
        finally:
            self._give_back(worker)

    def _give_back(self, worker: Worker | None) -> None:
        with self._lock:
            late = worker if self._closed else None
            self._idle.put(None if self._closed else worker)
        if late:
            self._discard(late)

    def _started(self) -> Worker:
        """One that is killed while it starts, for want of memory say, is started once more."""
        try:
            return self._start()
        except WorkerGoneError:
            return self._start()

    def _start(self) -> Worker:
        worker = Worker()
        with self._lock:
            self._all.append(worker)
        try:
            worker.start()
        except VerifierError:
            self._discard(worker)
            raise
        return worker

    def _discard(self, worker: Worker) -> None:
        with self._lock:
            if worker in self._all:
                self._all.remove(worker)
                worker.close()

    def close(self) -> None:
        """Ends the workers; one that is busy ends when it has answered. May be called twice."""
        if self._owner != os.getpid():
            return
        waiting: list[Worker | None] = []
        with self._lock, contextlib.suppress(queue.Empty):
            self._closed = True
            while True:
                waiting.append(self._idle.get_nowait())
        for worker in waiting:
            if worker:
                self._discard(worker)
            self._idle.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
