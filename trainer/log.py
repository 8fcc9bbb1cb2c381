"""The record of a run: metrics.jsonl is the truth, a row a step, flushed at once; trackers see the same rows."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from trainer.sinks import Guest

METRICS = "metrics.jsonl"


def read_metrics(run: Path) -> list[dict[str, Any]]:
    path = run / METRICS
    lines = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]  # a full disk may have cut the last one


class MetricsLog:
    """Appends rows to metrics.jsonl; a resumed run first drops the rows after its checkpoint, which come again.

    log_to -- trackers that get the rows too; one that fails does not stop the run (`trainer.sinks`)
    """

    def __init__(self, run: Path, *, resumed_at: int, log_to: Sequence[str] = ()) -> None:
        kept = [row for row in read_metrics(run) if row["step"] <= resumed_at] if resumed_at else []
        draft = run / f".{METRICS}"
        draft.write_text("".join(json.dumps(row) + "\n" for row in kept), "utf-8")
        draft.replace(run / METRICS)
        self._file = (run / METRICS).open("a", encoding="utf-8")
        self._guests = [Guest(name, run, resumed_at=resumed_at) for name in log_to]

    def write(self, row: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(row) + "\n")
        self._file.flush()
        for guest in self._guests:
            guest.write(row)

    def close(self) -> None:
        self._file.close()
        for guest in self._guests:
            guest.close()
