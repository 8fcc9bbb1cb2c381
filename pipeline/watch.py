"""A node while it runs, as its progress and its budget of errors see it."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace

from pipeline.checks import check_budget
from pipeline.config import Node
from pipeline.errors import StoreError
from pipeline.manifest import ShardReport, Totals
from pipeline.meter import EVERY_S
from pipeline.progress import Progress


@dataclass
class Watch:
    """Told of every shard, of every count, and of rows that are done while their shard is not."""

    node: Node
    progress: Progress
    tally: Totals

    def committed(self, report: ShardReport) -> None:
        """Raises `BudgetError` when more rows failed than may."""
        rows_in, quarantined = self.tally.rows_in + report.rows_in, self.tally.quarantined + report.quarantined
        self.tally = replace(self.tally, rows_in=rows_in, quarantined=quarantined)
        self.judge()

    def judge(self, rows_in: int = 0, quarantined: int = 0) -> None:
        """Raises `BudgetError` when, with so many more rows done and failed, more failed than may."""
        totals = replace(
            self.tally, rows_in=self.tally.rows_in + rows_in, quarantined=self.tally.quarantined + quarantined
        )
        check_budget(self.node, totals, finished=False)

    async def tick(self) -> None:
        """Without end: a model that loads, or writes a long answer, is not to look like one that hangs."""
        while True:
            await asyncio.sleep(EVERY_S)
            with suppress(StoreError):  # a full disk is told by what must be written
                self.progress.tick(self.node.name)

    def live(self, name: str, amount: float) -> None:
        if name == "rows":
            self.progress.advance(self.node.name, int(amount))
        else:
            self.progress.count(self.node.name, name, amount)
