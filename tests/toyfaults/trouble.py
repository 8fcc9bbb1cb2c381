"""Rows that pass through as they are, by stages that do what stands in a file; paths are no part of a key."""

import os
import re
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline import BatchStage, Context, RowStage
from pipeline.stage import BatchFn
from tests.toystages.records import Num

HELD: list[bytes] = []
BITE = 16 << 20


def told(order: Path) -> str:
    """What is to be done: once, unless the file says `always`."""
    try:
        words = order.read_text().split()
        if words[0] != "always":
            order.unlink()
    except FileNotFoundError:  # it is for nobody, or another worker was first
        return ""
    return words[-1]


def obey(what: str) -> None:
    if what == "hang":
        while True:
            time.sleep(1)
    if what == "backtrack":
        re.match(r"(a+)+$", "a" * 40 + "b")  # no end within a lifetime
    if what == "leak":
        HELD.append(os.urandom(BITE))
    if what == "swell":
        while True:
            HELD.append(os.urandom(BITE))
    if what == "raise":
        raise LookupError("an index is not there")
    if what == "die":
        os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True, kw_only=True)
class Troubled(RowStage[Num, Num]):
    """Obeys at rows whose number `at` divides."""

    order: Path
    at: int = 4

    def process(self, row: Num) -> Num:
        if row.n % self.at == 0:
            obey(told(self.order))
        return row


@dataclass(frozen=True, kw_only=True)
class TroubledBatch(BatchStage[Num, Num]):
    """Obeys when it is opened, at a batch or when it is closed: three files, of which the name of one ends so."""

    order: Path

    @contextmanager
    def open(self, ctx: Context) -> Iterator[BatchFn[Num, Num]]:
        def run(rows: Sequence[Num]) -> Sequence[Num]:
            obey(told(self._order("batch")))
            return rows

        obey(told(self._order("open")))
        yield run
        obey(told(self._order("close")))

    def _order(self, moment: str) -> Path:
        return self.order.with_name(f"{self.order.name}-{moment}")
