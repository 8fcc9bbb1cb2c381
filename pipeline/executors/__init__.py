"""Where shard tasks run. Only tasks and reports travel; rows stay in the store; order does not matter."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from pipeline.errors import ConfigError

T = TypeVar("T")
R = TypeVar("R")


class Executor(Protocol):
    """`map` yields results as they come; when the caller stops iterating, what has not started is dropped."""

    def map(self, fn: Callable[[T], R], tasks: Iterable[T], *, workers: int) -> Iterator[R]: ...


def open_executor(name: str, *, scheduler: str | None) -> AbstractContextManager[Executor]:
    """The executor called `name`; raises `ConfigError` for an unknown one or where its extra is not installed."""
    if name == "local":
        from pipeline.executors.local import LocalExecutor

        return LocalExecutor()
    if name == "dask":
        from pipeline.executors.dask import DaskExecutor

        return DaskExecutor(scheduler)
    raise ConfigError(f"there is no executor {name!r}; executors: local, dask")
