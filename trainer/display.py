"""What a person sees of a run: live on a terminal, a plain line now and then elsewhere, nothing when quiet."""

import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

PLAIN_LINES = 20  # about so many lines a run where there is no terminal,
PLAIN_SECONDS = 60.0  # and at least one a minute, if steps are as fast
RECENT = 20  # steps by which the time left is told
# What matters of a row, in the order in which it is shown.
WORDS: dict[str, str] = {
    "loss": "loss {:.4f}",
    "reward/total": "reward {:.3f}",
    "accuracy": "accuracy {:.1%}",
    "len/mean": "length {:.0f}",
    "truncated": "truncated {:.1%}",
    "kl_ref": "KL {:.4f}",
    "eval_loss": "validation loss {:.4f}",
    "eval/accuracy": "held-out accuracy {:.1%}",
    "eval/low": "95 %: {:.1%}",
    "eval/high": "to {:.1%}",
    "eval/len": "length {:.0f}",
    "eval/truncated": "truncated {:.1%}",
    "lr": "lr {:.1e}",
    "tokens_per_s": "{:,.0f} tokens/s",
}


def words(row: Mapping[str, Any]) -> str:
    return "  ".join(form.format(row[key]) for key, form in WORDS.items() if row.get(key) is not None)


class Display:
    def __init__(self, console: Console, *, total: int, done: int) -> None:
        self._console, self._total = console, total
        self._seconds: deque[float] = deque(maxlen=RECENT)
        self._plain_at = time.monotonic()
        self._live: Live | None = None
        if console.is_terminal and not console.quiet:
            columns = (TextColumn("step"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
            self._progress = Progress(*columns)
            self._task = self._progress.add_task("", total=total, completed=done)
            self._live = Live(self._progress, console=console)
            self._live.start()

    def row(self, row: Mapping[str, Any]) -> None:
        """A row of the metrics, of a step or of an evaluation."""
        if "seconds" not in row:
            self.held_out(row)
            return
        self.step(row)
        if row.get("skipped"):
            self.note(f"step {row['step']}: no response could be decided, so nothing was learnt")

    def step(self, row: Mapping[str, Any]) -> None:
        self._seconds.append(row["seconds"])
        left = self._left(row["step"])
        if self._live:
            self._progress.update(self._task, completed=row["step"], description=left)
            self._live.update(Group(self._progress, Text(words(row))))
        elif self._is_due(row["step"]):
            self.note(f"step {row['step']}/{self._total}  {words(row)}  {left}")

    def held_out(self, row: Mapping[str, Any]) -> None:
        """A row of an evaluation, which stays on the screen; nothing where it has nothing to show."""
        if told := words(row):
            self.note(f"step {row['step']}/{self._total}  {told}")

    def note(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)

    def close(self) -> None:
        if self._live:
            self._live.stop()

    def _left(self, step: int) -> str:
        seconds = (self._total - step) * sum(self._seconds) / len(self._seconds)
        return f"{timedelta(seconds=round(seconds))} left"

    def _is_due(self, step: int) -> bool:
        now = time.monotonic()
        every = max(1, self._total // PLAIN_LINES)
        if step % every and step != self._total and now - self._plain_at < PLAIN_SECONDS:
            return False
        self._plain_at = now
        return True


@contextmanager
def display(console: Console, *, total: int, done: int) -> Iterator[Display]:
    """Progress of a run of `total` steps of which `done` are behind it."""
    shown = Display(console, total=total, done=done)
    try:
        yield shown
    finally:
        shown.close()
