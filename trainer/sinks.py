"""Trackers that a run may also be shown in. They are guests: one that fails is told of and left out; the run goes on.

Numbers carry the names that they have in metrics.jsonl.
"""

import contextlib
import logging
import math
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module, metadata
from pathlib import Path
from typing import Any, Protocol

from pipeline.yamlfile import read_mapping
from trainer.config import RESOLVED
from trainer.errors import TrainConfigError

PROJECT = "tracemill"
_LOG = logging.getLogger(__name__)


class Sink(Protocol):
    def write(self, values: Mapping[str, float], step: int) -> None: ...

    def close(self) -> None: ...


def require(names: Sequence[str]) -> None:
    """Raises `TrainConfigError` where a tracker is not installed.

    Asked of the installed packages: a folder `wandb/` in the working directory, as wandb makes, can be imported too.
    """
    for name in names:
        try:
            metadata.distribution(name)
        except metadata.PackageNotFoundError:
            raise TrainConfigError(
                f"log_to: {name} is not installed: `pip install {name}`, or leave it out; metrics.jsonl has all rows"
            ) from None


class Guest:
    """A sink that cannot hurt the run: its first failure is logged as a warning and is the last of it."""

    def __init__(self, name: str, run: Path, *, resumed_at: int) -> None:
        self._name = name
        self._sink: Sink | None = self._guard(lambda: OPENERS[name](run, resumed_at))

    def write(self, row: Mapping[str, Any]) -> None:
        if (sink := self._sink) is not None:
            self._guard(lambda: sink.write(_numbers(row), row["step"]))

    def close(self) -> None:
        if (sink := self._sink) is not None:
            self._guard(sink.close)

    def _guard(self, act: Callable[[], Any]) -> Any:
        try:
            with contextlib.redirect_stdout(sys.stderr):  # which belongs to the command: `--json` is read by programs
                return act()
        except Exception as error:  # noqa: BLE001  # whatever a tracker raises, a run of days does not end for it
            self._sink = None
            _LOG.warning("%s gets no more rows of this run: %r; metrics.jsonl has them all", self._name, error)
            return None


def _numbers(row: Mapping[str, Any]) -> dict[str, float]:
    return {
        key: float(value)
        for key, value in row.items()
        if key != "step" and isinstance(value, int | float) and math.isfinite(value)
    }


class _TensorBoard:
    def __init__(self, run: Path, resumed_at: int) -> None:
        from torch.utils.tensorboard import SummaryWriter

        # Rows after the checkpoint of a resumed run come again; what was drawn of them goes.
        self._writer = SummaryWriter(run / "tensorboard", purge_step=resumed_at + 1 if resumed_at else None)

    def write(self, values: Mapping[str, float], step: int) -> None:
        for key, value in values.items():
            self._writer.add_scalar(key, value, step)
        self._writer.flush()

    def close(self) -> None:
        self._writer.close()


class _Tracker:
    """A run of wandb or trackio, which share these three calls."""

    def __init__(self, package: str, run: Path, **options: Any) -> None:
        config = read_mapping(run / RESOLVED, "the run's configuration")
        self._run = import_module(package).init(project=PROJECT, name=run.name, config=config, **options)

    def write(self, values: Mapping[str, float], step: int) -> None:
        self._run.log(dict(values), step=step)

    def close(self) -> None:
        self._run.finish()


def _trackio(run: Path, resumed_at: int) -> Sink:
    return _Tracker("trackio", run, resume="allow" if resumed_at else "never")


def _wandb(run: Path, resumed_at: int) -> Sink:
    # The name lies in the run folder, so that a resumed run goes on in wandb and one that is begun again is another.
    identity = run / "wandb" / "id"
    if not resumed_at or not identity.exists():
        identity.parent.mkdir(exist_ok=True)
        identity.write_text(uuid.uuid4().hex[:12], "utf-8")
    return _Tracker("wandb", run, id=identity.read_text("utf-8"), resume="allow", dir=str(run))


OPENERS: dict[str, Callable[[Path, int], Sink]] = {"tensorboard": _TensorBoard, "trackio": _trackio, "wandb": _wandb}
