"""Threads that work while the caller goes on, each through what it is given in the order given."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

THREADS, WAITING = 2, 3  # that write, and row groups that wait for each


class Threads:
    """At most `waiting` calls stand before each thread; what a call raises is raised by a later one of `submit`.

    As a context: leaving it waits for all that was given, and after an error drops what has not begun.
    """

    def __init__(self, number: int = THREADS, *, waiting: int = WAITING) -> None:
        self._pools = [ThreadPoolExecutor(1, thread_name_prefix="export") for _ in range(number)]
        self._given: list[deque[Future[None]]] = [deque() for _ in range(number)]
        self._waiting = waiting

    def __len__(self) -> int:
        return len(self._pools)

    def submit(self, thread: int, work: Callable[[], None]) -> None:
        given = self._given[thread]
        while len(given) >= self._waiting or (given and given[0].done()):
            given.popleft().result()
        given.append(self._pools[thread].submit(work))

    def finish(self) -> None:
        for given in self._given:
            while given:
                given.popleft().result()

    def __enter__(self) -> "Threads":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for pool in self._pools:
            pool.shutdown(cancel_futures=kind is not None)
