"""A task on its way: it is made fit for the machine on which it arrives, whose mirror may lie elsewhere.

The task names files of the mirror of whoever sent it. Where it arrives they are those of the mirror there; what the
stage reads is fetched when it is opened, what it commits is sent, so data goes between worker and store alone.
"""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from pipeline import files
from pipeline.remote.address import mirror_of
from pipeline.remote.mirror import Mirror
from pipeline.remote.mirrored import LAYOUT, UNSENT

if TYPE_CHECKING:
    from pipeline.shard import ShardTask

Q = TypeVar("Q")


@dataclass(frozen=True)
class Errand(Generic[Q]):
    """Picklable. `layout` is the cut of the input into shards, of which the task is one if `by_shard`, else all."""

    fn: Callable[[Any], Q]
    mirror: Mirror
    layout: str
    by_shard: bool

    def __call__(self, task: Any) -> Q:
        here = Mirror(mirror_of(self.mirror.remote.url, os.environ), self.mirror.remote)
        if here.root != self.mirror.root:
            return self._run_away(relocated(task, self.mirror, here))
        task.context.scratch.mkdir(parents=True, exist_ok=True)
        return self._run(task)

    def _run_away(self, task: Any) -> Q:
        scratch = task.context.scratch
        scratch.mkdir(parents=True, exist_ok=True)
        self._lay_out(task)
        try:
            done = self._run(task)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        (task.artifact.path / UNSENT).unlink(missing_ok=True)  # what comes of it is the driver's
        return done

    def _lay_out(self, task: "ShardTask") -> None:
        path = task.artifact.path / LAYOUT
        if not path.exists() or path.read_text() != self.layout:
            files.write_text(path, self.layout)

    def _run(self, task: Any) -> Q:
        if not self.by_shard:
            sent: Any = task.artifact.made_at_once(lambda: self.fn(task))
            return cast("Q", sent)
        done: Q | None = task.artifact.settled(task.index)
        return self.fn(task) if done is None else done


def relocated(value: Any, there: Mirror, here: Mirror) -> Any:
    """The value with all that lies in one mirror lying in another."""
    if isinstance(value, Mirror):
        return here
    if isinstance(value, Path):
        return here.root / value.relative_to(there.root) if value.is_relative_to(there.root) else value
    if isinstance(value, (tuple, list)) and not hasattr(value, "_fields"):
        return type(value)(relocated(item, there, here) for item in value)
    if isinstance(value, Mapping):
        return {key: relocated(item, there, here) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: getattr(value, field.name) for field in fields(value) if field.init}
        moved = {name: relocated(part, there, here) for name, part in parts.items()}
        changed = {name: part for name, part in moved.items() if part is not parts[name] and part != parts[name]}
        return replace(value, **changed) if changed else value
    return value
