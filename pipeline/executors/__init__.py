"""Where shard tasks and responders run. Tasks and reports travel, rows stay in the store; order does not matter."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from pipeline.errors import ConfigError
from pipeline.executors.roll import Tell

if TYPE_CHECKING:
    from pipeline.fleet.launch import Launcher
    from pipeline.shard import ShardTask

R = TypeVar("R")


class Executor(Protocol):
    """`map` yields results as they come; when the caller stops iterating, what has not started is dropped.

    The tasks of one call differ in nothing but their index and source. `about` goes into the record of the run.
    """

    @property
    def about(self) -> Mapping[str, Any]: ...

    def map(self, fn: "Callable[[ShardTask], R]", tasks: "Sequence[ShardTask]", *, workers: int) -> Iterator[R]: ...

    def launcher(self, *, workers: int, gpus: int) -> "Launcher | None":
        """What starts `workers` responder processes with `gpus` GPUs each; None where the caller's process will do."""
        ...


def untold(event: str, line: str, **facts: Any) -> None:
    pass


def open_executor(name: str, *, scheduler: str | None, tell: Tell = untold) -> AbstractContextManager[Executor]:
    """The executor called `name`; raises `ConfigError` for an unknown one or where its extra is not installed."""
    if name == "local":
        from pipeline.executors.local import LocalExecutor

        return LocalExecutor()
    if name == "dask":
        from pipeline.executors.dask import DaskExecutor

        return DaskExecutor(scheduler, tell)
    raise ConfigError(f"there is no executor {name!r}; executors: local, dask")
