"""Inline with one worker, so that `breakpoint()` works in a stage; a pool of clean interpreters with more."""

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from types import TracebackType
from typing import Any, TypeVar

from pipeline.errors import OutageError
from pipeline.fleet.launch import Launcher
from pipeline.fleet.local import LocalLauncher

T = TypeVar("T")
R = TypeVar("R")

PR_SET_PDEATHSIG = 1
DEATHS_ALLOWED = 2
# Polars has the kernel go on with a wait that an interrupt broke off: one that ends by itself lets Python hear of it.
HEED_S = 0.5


def start_worker(parent: int) -> None:
    """In a fresh worker: dies with its parent, and leaves interrupts to it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class LocalExecutor:
    """Processes start by `spawn`: never a fork of a parent that may hold torch, polars or CUDA."""

    def __init__(self) -> None:
        self.pool: ProcessPoolExecutor | None = None
        self.size = 0

    def __enter__(self) -> "LocalExecutor":
        return self

    @property
    def about(self) -> Mapping[str, Any]:
        return {"executor": "local"}

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if error is not None and self.pool is not None:
            # Nobody waits for what they do: a shard is committed whole or not at all.
            for process in list(self.pool._processes.values()):
                process.kill()
        self._close()

    def map(self, fn: Callable[[T], R], tasks: Iterable[T], *, workers: int) -> Iterator[R]:
        """Yields results as they come; raises `OutageError` when workers keep dying."""
        if workers <= 1:
            yield from map(fn, tasks)
            return
        todo, deaths = list(tasks), 0
        while todo:
            done: set[int] = set()  # by identity: tasks need not be hashable
            try:
                for result in self._map_pool(fn, todo, done, workers):
                    deaths = 0
                    yield result
            except BrokenProcessPool as error:
                deaths += 1
                self._close()
                if deaths > DEATHS_ALLOWED:
                    text = "worker processes keep dying, most often for lack of memory; run again with fewer --workers"
                    raise OutageError(text) from error
            todo = [task for task in todo if id(task) not in done]

    def launcher(self, *, workers: int, gpus: int) -> Launcher | None:
        return LocalLauncher(workers=workers, gpus=gpus) if workers > 1 else None

    def _map_pool(self, fn: Callable[[T], R], tasks: list[T], done: set[int], workers: int) -> Iterator[R]:
        pool = self._open(workers)
        waiting = iter(tasks)
        running: dict[Future[R], T] = {pool.submit(fn, task): task for task in islice(waiting, 2 * workers)}
        try:
            while running:
                for future in wait(running, timeout=HEED_S, return_when=FIRST_COMPLETED).done:
                    task = running.pop(future)
                    result = future.result()
                    done.add(id(task))
                    yield result
                    running.update({pool.submit(fn, task): task for task in islice(waiting, 1)})
        finally:
            for future in running:
                future.cancel()

    def _open(self, workers: int) -> ProcessPoolExecutor:
        if self.pool is None or self.size != workers:
            self._close()
            context = multiprocessing.get_context("spawn")
            self.pool = ProcessPoolExecutor(workers, context, initializer=start_worker, initargs=(os.getpid(),))
            self.size = workers
        return self.pool

    def _close(self) -> None:
        if self.pool is not None:
            self.pool.shutdown(wait=True, cancel_futures=True)
            self.pool = None
