"""Stages that do on a Dask worker what a test tells them."""

import os
import random
import time
from dataclasses import dataclass
from pathlib import Path

from pipeline import RowStage
from pipeline.context import Context, SideInput
from pipeline.stage import FileStage
from tests.toystages.records import Num


def pause(folder: Path, name: str) -> None:
    """Says which process it is in `name.<pid>`, goes on when there is a file `open-name`, and says `left.<pid>`."""
    (folder / f"{name}.{os.getpid()}").touch()
    try:
        while not (folder / f"open-{name}").exists():
            time.sleep(0.02)
    finally:
        (folder / f"left.{os.getpid()}").touch()


@dataclass(frozen=True, kw_only=True)
class Gate(RowStage[Num, Num]):
    """Waits at row `at`; says then what stood in the file `words` before, where there is one."""

    folder: Path
    at: int

    def process(self, row: Num) -> Num:
        words = self.folder / "words"
        said = words.read_text() if words.exists() else row.text
        if row.n == self.at:
            pause(self.folder, "gate")
        return Num(id=row.id, n=row.n, text=said)


@dataclass(frozen=True, kw_only=True)
class Build(FileStage[Num]):
    """A folder with the sum of the numbers; waits before it writes it."""

    folder: Path

    def build(self, rows: SideInput | None, folder: Path, ctx: Context) -> None:
        assert rows is not None
        (ctx.scratch / "half").touch(exist_ok=False)
        pause(self.folder, "build")
        (folder / "sum.txt").write_text(str(sum(row.n for row in rows.rows(Num))))


@dataclass(frozen=True, kw_only=True)
class Hungry(RowStage[Num, Num]):
    """Takes memory at row `at`, the first time, until it is stopped or has as much as a mistake may cost."""

    folder: Path
    at: int

    def process(self, row: Num) -> Num:
        marker = self.folder / "hungry"
        if row.n == self.at and not marker.exists():
            marker.touch()
            held = []
            for _ in range(3000):
                held.append(os.urandom(1 << 20))
                time.sleep(0.005)
        return row


@dataclass(frozen=True, kw_only=True)
class Heavy(RowStage[Num, Num]):
    """Has a long option, and makes a long text of each row."""

    option: str
    length: int

    def process(self, row: Num) -> Num:
        return Num(id=row.id, n=row.n, text=random.Random(row.n).randbytes(self.length // 2).hex())
