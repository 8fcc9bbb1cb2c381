"""Where shard tasks and responders run. Tasks and reports travel, rows stay in the store; order does not matter."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol, TypeVar

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from pipeline.fleet.launch import Launcher

T = TypeVar("T")
R = TypeVar("R")


class Executor(Protocol):
    """`map` yields results as they come; when the caller stops iterating, what has not started is dropped."""

    def map(self, fn: Callable[[T], R], tasks: Iterable[T], *, workers: int) -> Iterator[R]: ...

    def launcher(self, *, workers: int, gpus: int) -> "Launcher | None":
        """What starts `workers` responder processes with `gpus` GPUs each; None where the caller's process will do."""
        ...


def open_executor(name: str, *, scheduler: str | None) -> AbstractContextManager[Executor]:
    """The executor called `name`; raises `ConfigError` for an unknown one or where its extra is not installed."""
    if name == "local":
        from pipeline.executors.local import LocalExecutor

        return LocalExecutor()
    if name == "dask":
        from pipeline.executors.dask import DaskExecutor

        return DaskExecutor(scheduler)
    raise ConfigError(f"there is no executor {name!r}; executors: local, dask")
