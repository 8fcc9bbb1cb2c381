"""The worker's side: one stage on one shard, file to file. What its code raises ends here."""

import errno
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.artifact import Artifact
from pipeline.context import Context
from pipeline.deadline import OverdueError, limiting
from pipeline.errors import ShardError, TracemillError, naming
from pipeline.inputs import StoredInput
from pipeline.manifest import ShardReport
from pipeline.outbox import Fault, Outbox, Result
from pipeline.remote.reading import Reading
from pipeline.schema import Record
from pipeline.stage import BatchStage, RowStage, SourceStage, Stage

BATCH = 256
EXHAUSTED = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM}


@dataclass(frozen=True)
class ShardTask:
    """All a worker needs: the stage, where its input is, where its output goes. Rows do not travel."""

    stage: Stage
    artifact: Artifact
    index: int
    source: Any
    context: Context


@dataclass
class Counters:
    """Live counters of a task; the stage adds through `Context.count`."""

    amounts: dict[str, float] = field(default_factory=dict)

    def __call__(self, name: str, amount: float) -> None:
        self.amounts[name] = self.amounts.get(name, 0) + amount


def run_shard(task: ShardTask) -> ShardReport:
    """Runs a source, row or batch stage on one shard and commits it."""
    started = time.monotonic()
    counters = Counters()
    context = replace(task.context, count=counters)
    assert task.stage.row_out is not None
    outbox = Outbox(task.stage.row_out)
    try:
        if isinstance(task.stage, SourceStage):
            with naming(context.node), Reading(context.node, context.scratch):
                _read(task.stage, task.source, outbox, context.node)
        else:
            _process(task.stage, task.source, outbox, context)
    except TracemillError:
        raise
    except Exception as error:  # the stage broke between rows: no row can be blamed
        what = f"reading {task.source}" if isinstance(task.stage, SourceStage) else f"shard {task.index}"
        raise broken(f"{context.node}: {what}", error) from error
    seconds = time.monotonic() - started
    expected = None if isinstance(task.stage, SourceStage) else task.source.num_rows
    return outbox.commit(task.artifact, task.index, expected=expected, seconds=seconds, counters=counters.amounts)


def fault_of(error: BaseException) -> Fault:
    """The fault of a row; raises again what no row is to blame for: that a disk or the descriptors ran out."""
    if isinstance(error, OSError) and error.errno in EXHAUSTED:
        raise error
    return Fault.of(error)


def broken(what: str, error: Exception) -> TracemillError:
    """The error of a stage that failed as a whole: the disk's, where it is full or closed, else the stage's own."""
    if isinstance(error, OSError) and error.errno in files.WHY:
        return files.unwritable(error, Path(error.filename or ""))
    text = str(error).split("\n\n")[0]  # polars adds its whole plan
    return ShardError(f"{what} failed: {type(error).__name__}: {text}")


def _read(stage: SourceStage[Any], shard: Any, outbox: Outbox, node: str) -> None:
    items, number = iter(stage.read(shard)), 0
    while batch := list(islice(items, BATCH)):
        outbox.put_new(batch, [f"{node}:{shard}:{number + offset}" for offset in range(len(batch))])
        number += len(batch)


def _process(stage: Stage, source: StoredInput, outbox: Outbox, context: Context) -> None:
    assert stage.row_in is not None
    rows = source.rows(stage.row_in)
    with _opened(stage, context) as fn:
        while batch := list(islice(rows, context.run.batch_rows)):
            outbox.put(batch, _results(fn, batch, context.node))


BatchFn = Callable[[Sequence[Any]], Sequence[Any]]


@contextmanager
def _opened(stage: Stage, context: Context) -> Iterator[BatchFn]:
    with limiting(context.run.row_timeout_s) as limited:
        if isinstance(stage, RowStage):
            process = limited(stage.process)
            yield lambda batch: [_guarded(process, row) for row in batch]
        else:
            assert isinstance(stage, BatchStage)
            with stage.open(context) as fn:
                yield limited(fn)


def _guarded(process: Callable[[Any], Result], row: Record) -> Result:
    try:
        return process(row)
    except TracemillError:
        raise
    except (Exception, OverdueError) as error:  # noqa: BLE001  # a fault of this row goes to quarantine, whatever it is
        return fault_of(error)


def _results(fn: BatchFn, batch: list[Record], node: str) -> Sequence[Result]:
    """The results of a batch; if it raises, its rows run one by one so that only the poison row is set aside."""
    try:
        results = list(fn(batch))
    except TracemillError:
        raise
    except (Exception, OverdueError):  # noqa: BLE001  # which row it was is found below
        results = [_guarded(lambda row: _single(fn, row), row) for row in batch]
    if len(results) != len(batch):
        raise ShardError(f"{node}: the stage returned {len(results)} results for {len(batch)} rows")
    return results


def _single(fn: BatchFn, row: Record) -> Result:
    results = list(fn([row]))
    if len(results) != 1:
        raise ValueError(f"the stage returned {len(results)} results for one row")
    return results[0]
