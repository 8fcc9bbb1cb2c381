"""A bar for work that goes through a version's bytes: checking and copying it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from pipeline.terminal import Terminal

# Less is done before anybody would look at a bar.
LONG_BYTES = 100_000_000


@contextmanager
def bytes_bar(path: Path, doing: str) -> Iterator[Callable[[int], None]]:
    """Yields what is to be told of the bytes that were done; a bar on a terminal's standard error, else nothing."""
    console = Terminal(stderr=True)
    total = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    if not console.is_terminal or total < LONG_BYTES:
        yield lambda amount: None
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task(doing, total=total)
        yield lambda amount: bars.advance(task, amount)
