"""Shard tasks and responders on a Dask cluster: an existing one by its scheduler's address, or one on this machine.

Data stays in the store, which workers and driver must both see. Through the scheduler go, for each shard, its place in
the store and its report, some kilobytes.
"""

import importlib.util
import logging
import pickle
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, suppress
from functools import cached_property
from http import HTTPStatus
from itertools import islice
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, TypeVar

from pipeline.errors import ConfigError, OutageError
from pipeline.executors.attempt import Bundle, deadliest, run_attempt
from pipeline.executors.cluster_here import cluster_here
from pipeline.executors.roll import Roll, Tell
from pipeline.fleet.dask import DaskLauncher
from pipeline.fleet.launch import Launcher
from pipeline.shard import ShardTask

R = TypeVar("R")

# One that runs and one that waits at its worker for each thread: no thread waits for the driver, and the scheduler
# never holds more, be there a hundred thousand shards.
TASKS_PER_THREAD = 2
# Bytes of what all shards of a node have in common; more than this is sent to the workers once and not with each shard.
INLINE_BYTES = 32_768
LOOK_S = 1.0
LINK_S = 3.0
FETCH_S = 5.0
WAIT_S = 60.0


class DaskExecutor:
    def __init__(self, scheduler: str | None, tell: Tell) -> None:
        self.scheduler, self.tell = scheduler, tell
        self.client: Any = None
        self.cluster: Any = None
        self.wait_s = WAIT_S
        self._roll: Roll
        self._opened = ExitStack()

    def __enter__(self) -> "DaskExecutor":
        if importlib.util.find_spec("distributed") is None:
            raise ConfigError("the dask executor needs the extra: pip install 'tracemill[dask]'")
        self.wait_s = _patience()
        with ExitStack() as opened:  # what is open is closed again where the rest cannot be opened
            if self.scheduler is None:
                self.cluster = opened.enter_context(cluster_here())
            self.client = self._connected()
            opened.callback(self.client.close)
            self._open_roll()
            opened.callback(self._roll.close)
            self._opened = opened.pop_all()
        return self

    def _connected(self) -> Any:
        import distributed
        from distributed.comm.addressing import parse_address, parse_host_port
        from distributed.comm.registry import get_backend

        # What it has to say of workers and a scheduler that go is told in one line by whoever waits for them.
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
        logging.getLogger("asyncio").addFilter(_is_news)
        where = str(self.scheduler)
        if where.startswith("tls://") and not distributed.Security().tls_client_cert:
            raise ConfigError(
                f"--scheduler {where}: Dask knows no certificates; name them in its configuration "
                "(distributed.comm.tls: ca-file, client.cert, client.key)"
            )
        try:
            if self.cluster is None:  # a client that is made for what is no address waits at its end for one
                scheme, place = parse_address(where)
                get_backend(scheme)
                parse_host_port(place)
            return distributed.Client(self.cluster or where, timeout="20s", set_as_default=False)
        except ValueError as error:
            raise ConfigError(f"--scheduler {where}: {error}; write tcp://host:port") from error
        except (OSError, TimeoutError) as error:
            raise OutageError(f"no Dask scheduler answers at {where}; start one, or leave --scheduler out") from error

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._opened.close()

    def _open_roll(self) -> None:
        facts = self.about
        if facts["dashboard"]:
            self.tell("dashboard", f"dask: dashboard at {facts['dashboard']}", **facts)
        hint = None if self.cluster is not None else f"Start some: dask worker {self._where}"
        self._roll = Roll(self.client, self.tell, hint=hint)
        self._roll.open()

    @property
    def _where(self) -> str:
        return str(self.client.scheduler.address)

    @cached_property
    def about(self) -> Mapping[str, Any]:
        return {"executor": "dask", "scheduler": self._where, "dashboard": self._dashboard()}

    def _dashboard(self) -> str | None:
        try:
            link = str(self.client.dashboard_link)
        except KeyError:  # the scheduler serves no pages at all
            return None
        request = urllib.request.Request(link, method="HEAD")
        try:
            urllib.request.urlopen(request, timeout=LINK_S).close()
        except urllib.error.HTTPError as error:
            return None if error.code == HTTPStatus.NOT_FOUND else link
        except OSError:
            return link  # not from here: a tunnel may lead there
        return link

    def map(self, fn: Callable[[ShardTask], R], tasks: Sequence[ShardTask], *, workers: int) -> Iterator[R]:
        """Yields results as they come; raises what a task raised, or `OutageError` where the cluster fails.

        A cluster of this machine is grown to `workers`; of another all threads are used.
        """
        if not tasks:
            return
        if self.cluster is not None and len(self.cluster.workers) < workers:
            self.cluster.scale(workers)
        submit = self._submitter(fn, tasks[0])
        waiting, ended = iter(tasks), SimpleQueue[Any]()
        running: dict[Any, ShardTask] = {}
        try:
            while True:
                threads = max(self._roll.num_threads, workers)
                for task in islice(waiting, max(TASKS_PER_THREAD * threads - len(running), 0)):
                    future = submit(task)
                    running[future] = task
                    future.add_done_callback(ended.put)
                if not running:
                    return
                try:
                    future = ended.get(timeout=LOOK_S)
                except Empty:
                    self._check_vacancy(tasks[0])
                    continue
                try:
                    result = self._result(future, running[future])
                except TimeoutError:
                    if future.status == "error":  # the task's own
                        raise
                    # Its report was at a worker that is lost, and the shard runs again.
                    future.add_done_callback(ended.put)
                    continue
                del running[future]
                yield result
        finally:
            with suppress(OSError, CancelledError):  # of a scheduler that has gone
                self.client.cancel(list(running))

    def _submitter(self, fn: Callable[[ShardTask], Any], first: ShardTask) -> Callable[[ShardTask], Any]:
        bundle: Any = Bundle.of(fn, first)
        # Known by nothing but itself: results are never reused between runs. The dashboard groups by what comes first.
        key = f"{first.context.node}-{secrets.token_hex(4)}"
        if len(bundle.packed) > INLINE_BYTES:
            bundle = self.client.submit(_as_it_is, bundle, key=f"bundle-{key}", pure=False)

        def submit(task: ShardTask) -> Any:
            own = pickle.dumps((task.index, task.source))
            return self.client.submit(run_attempt, bundle, own, key=f"{key}-{task.index}", pure=False)

        return submit

    def _result(self, future: Any, task: ShardTask) -> Any:
        from distributed import KilledWorker

        node = task.context.node
        try:
            return future.result(timeout=FETCH_S)
        except KilledWorker as error:
            shards = ", ".join(map(str, deadliest(task.context.scratch) or [task.index]))
            raise OutageError(
                f"{node}: {error.allowed_failures + 1} Dask workers have died one after another over "
                f"shard {shards}, most often for lack of memory; give them more, or fewer threads each, and run again"
            ) from error
        except CancelledError as error:
            raise OutageError(
                f"{node}: the Dask scheduler at {self._where} has gone or was restarted; "
                "when it is there again the same command goes on"
            ) from error
        except (ImportError, AttributeError) as error:  # a stage's own is told by another name
            raise ConfigError(
                f"the Dask workers at {self._where} cannot load tracemill ({error}): "
                "install the same version on all machines, as on this one"
            ) from error

    def _check_vacancy(self, task: ShardTask) -> None:
        if self._roll.vacant_s > self.wait_s:
            raise OutageError(
                f"{task.context.node}: the Dask cluster at {self._where} has had no workers for {self.wait_s:g} s; "
                f"start some: dask worker {self._where}"
            )

    def launcher(self, *, workers: int, gpus: int) -> Launcher | None:
        return DaskLauncher(self.client, self.cluster, workers=workers, gpus=gpus, wait_s=self.wait_s)


def _is_news(record: logging.LogRecord) -> bool:
    """Not what Dask's waiters for a result that was lost with its worker leave behind when the client closes."""
    return record.exc_info is None or getattr(record.exc_info[0], "__name__", "") != "AllExit"


def _patience() -> float:
    """Seconds that a cluster may be without workers, from Dask's configuration."""
    import dask

    wanted = dask.config.get("tracemill.wait-for-workers", WAIT_S)
    try:
        return float(dask.utils.parse_timedelta(wanted, default="s"))
    except (ValueError, KeyError, AttributeError) as error:
        raise ConfigError(
            f"tracemill.wait-for-workers is {wanted!r} in Dask's configuration; write 10m, say"
        ) from error


def _as_it_is(bundle: Bundle) -> Bundle:
    return bundle
