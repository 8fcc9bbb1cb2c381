"""Shard tasks and responders on a Dask cluster: an existing one by its scheduler's address, or one on this machine.

Data stays in the store, which scheduler, workers and driver must see under the same path.
"""

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, TypeVar

from pipeline.errors import ConfigError, OutageError
from pipeline.fleet.dask import DaskLauncher
from pipeline.fleet.launch import Launcher

T = TypeVar("T")
R = TypeVar("R")


class DaskExecutor:
    def __init__(self, scheduler: str | None) -> None:
        self.scheduler = scheduler
        self.client: Any = None
        self.cluster: Any = None

    def __enter__(self) -> "DaskExecutor":
        try:
            import dask
            import distributed
        except ModuleNotFoundError as error:
            raise ConfigError("the dask executor needs the extra: pip install 'tracemill[dask]'") from error
        # Stages may start processes of their own (the verifier's pool), which a daemonic worker must not.
        dask.config.set({"distributed.worker.daemon": False})
        if self.scheduler is None:
            self.cluster = distributed.LocalCluster(n_workers=0, threads_per_worker=1, dashboard_address=None)
        try:
            self.client = distributed.Client(self.cluster or self.scheduler, timeout="20s")
        except ValueError as error:
            raise ConfigError(f"--scheduler {self.scheduler}: {error}; write tcp://host:port") from error
        except (OSError, TimeoutError) as error:
            raise OutageError(
                f"no Dask scheduler answers at {self.scheduler}; start one, or leave --scheduler out"
            ) from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self.client is not None:
            self.client.close()
        if self.cluster is not None:
            self.cluster.close()

    def map(self, fn: Callable[[T], R], tasks: Iterable[T], *, workers: int) -> Iterator[R]:
        """Yields results as they come; raises what a task raised, or `OutageError` when its workers died."""
        from distributed import KilledWorker, as_completed

        if self.cluster is not None and len(self.cluster.workers) < workers:
            self.cluster.scale(workers)
        # pure=False: a task is known by nothing but itself, results are never reused between runs.
        futures = [self.client.submit(fn, task, pure=False) for task in tasks]
        try:
            for future in as_completed(futures):
                try:
                    yield future.result()
                except KilledWorker as error:
                    raise OutageError(
                        f"Dask workers keep dying ({error}); give them more memory and run again"
                    ) from error
        finally:
            self.client.cancel(futures)

    def launcher(self, *, workers: int, gpus: int) -> Launcher | None:
        return DaskLauncher(self.client, self.cluster, workers=workers, gpus=gpus)
