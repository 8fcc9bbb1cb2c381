"""The record of a run: metrics.jsonl is the truth, one row a step, flushed at once; the display is a courtesy."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

METRICS = "metrics.jsonl"
PLAIN_LINES = 20  # about so many lines a run where there is no terminal


def read_metrics(run: Path) -> list[dict[str, Any]]:
    path = run / METRICS
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


class MetricsLog:
    """Appends rows to metrics.jsonl; a resumed run first drops the rows after its checkpoint, which come again."""

    def __init__(self, run: Path, *, resumed_at: int) -> None:
        kept = [row for row in read_metrics(run) if row["step"] <= resumed_at] if resumed_at else []
        self._file = (run / METRICS).open("w", encoding="utf-8")
        for row in kept:
            self.write(row)

    def write(self, row: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(row) + "\n")
        self._file.flush()

    def close(self) -> None:
        self._file.close()


class Display:
    """Live progress on a terminal, a plain line now and then elsewhere, nothing when quiet."""

    def __init__(self, console: Console, *, total: int, done: int) -> None:
        self._console, self._total = console, total
        self._every = max(1, total // PLAIN_LINES)
        self._progress: Progress | None = None
        if console.is_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._progress = Progress(*columns, console=console)
            self._task = self._progress.add_task("training", total=total, completed=done)
            self._progress.start()

    def step(self, row: Mapping[str, Any]) -> None:
        words = f"loss {row['loss']:.4f}  lr {row['lr']:.2e}  {row['tokens_per_s']:.0f} tokens/s"
        if self._progress:
            self._progress.update(self._task, completed=row["step"], description=words)
        elif row["step"] % self._every == 0 or row["step"] == self._total:
            self._console.print(f"step {row['step']}/{self._total}  {words}", highlight=False)

    def note(self, text: str) -> None:
        self._console.print(text, highlight=False)

    def close(self) -> None:
        if self._progress:
            self._progress.stop()


@contextmanager
def display(console: Console, *, total: int, done: int) -> Iterator[Display]:
    shown = Display(console, total=total, done=done)
    try:
        yield shown
    finally:
        shown.close()
