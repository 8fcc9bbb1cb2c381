"""One attempt at a shard, on a Dask worker.

A worker that stalls is taken for dead after a while, and its shards are given to others. It may wake up all the same,
when what it was about to write has long been written, read, or made anew by a `retry`. So an attempt works in a folder
of its own, and before a file of it gets its name in the store it asks the scheduler whether the shard is still its own:
what cannot be confirmed is not written. An attempt that was called off, by an interrupt or because its driver or the
scheduler has gone, is broken off as by an interrupt from the keyboard.
"""

import asyncio
import ctypes
import pickle
import secrets
import shutil
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.errors import ConfigError, OutageError
from pipeline.executors.edition import Edition
from pipeline.shard import ShardTask

LOOK_S = 0.5
ASK_S = 30.0
# A folder that was just made may take a moment to be seen through a network file system.
SIGHT_S = 10.0
SIGHT = "sight"
ENDING = frozenset({"closing", "closed", "failed"})


class CalledOff(BaseException):  # no error: like KeyboardInterrupt, and past what catches errors
    """Raised in the thread of an attempt that nobody waits for any more."""


@dataclass(frozen=True)
class Bundle:
    """What all shards of a node have in common.

    `nonce` stands in the file `SIGHT` of the node's scratch folder; of a store elsewhere, which need not be seen, it is
    empty: what is run then makes its scratch folder where it is.
    """

    packed: bytes = field(repr=False)
    edition: Edition
    scratch: Path
    nonce: str

    @classmethod
    def of(cls, fn: Callable[[ShardTask], Any], task: ShardTask) -> "Bundle":
        """Raises `ConfigError` where the stage does not travel."""
        try:
            packed = zlib.compress(pickle.dumps((fn, replace(task, index=0, source=None))))
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise ConfigError(f"{task.context.node}: cannot be sent to Dask workers: {error}") from error
        nonce = "" if task.artifact.is_remote else secrets.token_hex(8)
        if nonce:
            files.write_text(task.context.scratch / SIGHT, nonce)
        return cls(packed, Edition.of(task.stage), task.context.scratch, nonce)


def run_attempt(bundle: Bundle, own: bytes) -> Any:
    """The task: `own` is the pickled index and source of one shard."""
    from distributed import get_worker

    worker = get_worker()
    where = f"the Dask worker {worker.address}"
    bundle.edition.check(where)
    fn, common = _unpacked(bundle.packed)
    if bundle.nonce:
        _check_sight(bundle, where)
    index, source = pickle.loads(own)
    scratch = bundle.scratch / f"{index:05d}-{secrets.token_hex(4)}"
    with attempt(worker, worker.get_current_task()):
        if bundle.nonce:
            with files.storing(scratch):
                scratch.mkdir()
        try:
            context = replace(common.context, scratch=scratch)
            return fn(replace(common, index=index, source=source, context=context))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def deadliest(scratch: Path) -> list[int]:
    """The shards in whose attempts the most workers died: Dask also suspects what only waited at those workers."""
    begun = Counter(int(path.name.partition("-")[0]) for path in scratch.glob("[0-9]*-*"))
    return sorted(index for index, times in begun.items() if times == max(begun.values()))


@lru_cache(maxsize=4)
def _unpacked(packed: bytes) -> tuple[Callable[[ShardTask], Any], ShardTask]:
    fn, task = pickle.loads(zlib.decompress(packed))
    return fn, task


def _check_sight(bundle: Bundle, where: str) -> None:
    deadline = time.monotonic() + SIGHT_S
    while _seen(bundle.scratch / SIGHT) != bundle.nonce:
        if time.monotonic() > deadline:
            store = bundle.scratch.parent.parent
            raise ConfigError(
                f"{where} does not see the store {store}: "
                "take a folder that all machines share under the same path, or an s3:// store"
            )
        time.sleep(LOOK_S)


def _seen(path: Path) -> str | None:
    try:
        return path.read_text()
    except OSError:
        return None


@contextmanager
def attempt(worker: Any, key: str) -> Iterator[None]:
    """While it lasts this thread may write as long as the task is the worker's own, and is stopped when it is not."""
    ending, thread = threading.Lock(), threading.get_ident()
    has_ended = threading.Event()

    def watch() -> None:
        while not has_ended.wait(LOOK_S):
            if _is_wanted(worker, key):
                continue
            with ending:
                if not has_ended.is_set():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(CalledOff))
            return

    right = files.right.set(partial(_confirm, worker, key))
    threading.Thread(target=watch, name="tracemill-attempt", daemon=True).start()
    try:
        yield
    finally:
        with ending:
            has_ended.set()
        files.right.reset(right)


def _is_wanted(worker: Any, key: str) -> bool:
    task = worker.state.tasks.get(key)
    return task is not None and task.state != "cancelled" and worker.status.name not in ENDING


def _confirm(worker: Any, key: str) -> None:
    """Raises `OutageError` unless the scheduler says that this worker is to run the task."""

    async def ask() -> dict[str, Any]:
        told: dict[str, Any] = await worker.scheduler.processing(workers=[worker.address])
        return told

    try:
        told = asyncio.run_coroutine_threadsafe(ask(), worker.loop.asyncio_loop).result(ASK_S)
        is_ours = any(key in keys for keys in told.values())
    except (KeyError, OSError, RuntimeError, TimeoutError, CancelledError):
        is_ours = False  # the scheduler does not know this worker any more, or has gone
    if not is_ours:
        raise OutageError(f"{key}: this attempt was given up, and nothing of it is kept")
