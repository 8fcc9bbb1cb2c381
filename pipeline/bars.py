"""Live bars on a terminal, one per node, with rates, cost and time left.

They are drawn a few times a second by a thread of rich's, from what was counted until then: a count costs an addition.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TextIO

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress

from pipeline.meter import Meter, Readings
from pipeline.progress import describe
from pipeline.terminal import Terminal

REDRAWN_PER_S = 4


class Bars(RichProgress):
    """Rich's bars, brought up to date by `update` whenever they are drawn."""

    def __init__(self, *columns: ProgressColumn, bring_up: Callable[[], None], console: Console) -> None:
        self.bring_up = bring_up
        super().__init__(*columns, console=console, refresh_per_second=REDRAWN_PER_S)

    def get_renderables(self) -> Iterable[RenderableType]:
        self.bring_up()
        yield from super().get_renderables()


class LiveProgress:
    """A bar for each node that runs, a line for each that is reused."""

    def __init__(self, stream: TextIO) -> None:
        self.meters: dict[str, Meter] = {}
        self.tasks: dict[str, TaskID] = {}
        self.running: str | None = None
        self.ending = threading.Lock()  # what a node ended with is not drawn over by what it stood at
        self.bars = Bars(
            TextColumn("{task.fields[node]:<14}", style="bold", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}", style="cyan", markup=False),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}", style="yellow", markup=False),
            bring_up=self._bring_up,
            console=Terminal(file=stream),
        )
        self.bars.start()

    def start(self, node: str, *, status: str, total: int, unit: str, readings: Readings | None = None) -> None:
        self.meters[node] = Meter(total, unit, readings)
        self.tasks[node] = self.bars.add_task("", total=max(total, 1), node=node, rate=status, left="")
        self.running = node

    def advance(self, node: str, amount: int) -> None:
        self.meters[node].advance(amount)

    def count(self, node: str, name: str, amount: float) -> None:
        self.meters[node].count(name, amount)

    def tick(self, node: str) -> None:
        """Bars are drawn anew by themselves."""

    def _bring_up(self) -> None:
        with self.ending:
            node = self.running
            if node is not None and self.meters[node].has_begun:
                meter = self.meters[node]
                self.bars.update(self.tasks[node], completed=meter.done, rate=meter.text(), left=meter.remaining())

    def finish(self, node: str, summary: Mapping[str, Any]) -> None:
        with self.ending:
            self.running = None
        if node in self.tasks:
            total = self.bars.tasks[self.tasks[node]].total
            self.bars.update(self.tasks[node], completed=total, rate=describe(summary), left="")
        else:
            self.bars.console.print(f"{node:<14} {describe(summary)}", highlight=False, markup=False)

    def tell(self, event: str, line: str, **facts: Any) -> None:
        self.bars.console.print(line, highlight=False, markup=False, soft_wrap=True)

    def close(self) -> None:
        self.bars.stop()
