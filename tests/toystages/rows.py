"""Toy row and batch stages."""

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pipeline import BatchStage, Context, Reject, RowStage
from pipeline.stage import BatchFn
from tests.toystages.records import Colour, Every, Num, Point


@dataclass(frozen=True, kw_only=True)
class Behave(RowStage[Num, Num]):
    """Does with row `n` what `script[n % len(script)]` says."""

    script: list[str]

    def process(self, row: Num) -> Any:
        act = self.script[row.n % len(self.script)]
        if act == "keep":
            return row
        if act.startswith("split"):
            parts = int(act.removeprefix("split"))
            return [Num(id=f"{row.id}/{part}", n=row.n, text=row.text * part) for part in range(parts)]
        if act == "reject":
            return Reject("scripted", row.text)
        if act == "raise":
            raise RuntimeError(f"poison {row.n}")
        return _odd_result(act, row)


def _odd_result(act: str, row: Num) -> Any:
    """What a stage should not return."""
    values: dict[str, Any] = {"float": 1.0, "huge": 2**70, "text": "1"}
    texts: dict[str, Any] = {"bytes": b"", "none": None, "surrogate": "\ud800"}
    details: dict[str, Any] = {"bad_detail": None, "surrogate_detail": "\ud800"}
    if act in values:
        return Num(id=row.id, n=values[act], text="")
    if act in texts:
        return Num(id=row.id, n=0, text=texts[act])
    if act in details:
        return Reject("scripted", details[act])
    if act == "bad_reason":
        return Reject(7)  # type: ignore[arg-type]
    stranger = Num(id="elsewhere", n=0, text="")
    return {"nothing": None, "empty": [], "stranger": stranger, "twins": [row, row], "mapping": {"id": row.id}}[act]


@dataclass(frozen=True, kw_only=True)
class Shout(RowStage[Num, Num]):
    """A cheap step downstream with an option."""

    mark: str = "!"

    def process(self, row: Num) -> Num:
        return Num(id=row.id, n=row.n, text=row.text + self.mark)


@dataclass(frozen=True, kw_only=True)
class Blot(RowStage[Num, Num]):
    """Fails on the numbers in `bad` for as long as the file `flag` exists: a cause outside the row."""

    flag: Path
    bad: list[int]

    def process(self, row: Num) -> Num:
        if row.n in self.bad and self.flag.exists():
            raise RuntimeError(f"{self.flag.name} stands in the way")
        return row


@dataclass(frozen=True, kw_only=True)
class Deadly(RowStage[Num, Num]):
    """Kills its process at row `at`, the first time or `always`."""

    at: int
    marker: Path
    always: bool = False

    def process(self, row: Num) -> Num:
        if row.n == self.at and (self.always or not self.marker.exists()):
            self.marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return row


@dataclass(frozen=True, kw_only=True)
class Slow(BatchStage[Num, Num]):
    """Takes its time; fails as a whole on a batch that holds a number of `poison`."""

    seconds: float = 0.0
    poison: list[int]
    returns: str = "all"

    @contextmanager
    def open(self, ctx: Context) -> Iterator[BatchFn[Num, Num]]:
        if self.returns == "unopened":
            raise LookupError("no index here")

        def run(rows: Sequence[Num]) -> Sequence[Num]:
            time.sleep(self.seconds)
            if any(row.n in self.poison for row in rows):
                raise ValueError("bad batch")
            ctx.count("seen", len(rows))
            ctx.count("share_at_0.50", 0.25)
            return list(rows[1:]) if self.returns == "too few" else rows

        yield run


@dataclass(frozen=True, kw_only=True)
class Dear(RowStage[Num, Num]):
    """An expensive stage without a teacher: its code is a guard."""

    expensive: ClassVar[bool] = True
    packages: ClassVar[tuple[str, ...]] = ("orjson",)

    def process(self, row: Num) -> Num:
        return row


@dataclass(frozen=True, kw_only=True)
class Hasty(RowStage[Num, Num]):
    """Says that a clock may decide what it gives."""

    steady: ClassVar[bool] = False

    def process(self, row: Num) -> Num:
        return row


@dataclass(frozen=True, kw_only=True)
class Widen(RowStage[Num, Every]):
    """Rows with a field of each kind."""

    def process(self, row: Num) -> Every:
        point = Point(x=row.n / 3, label=None if row.n % 2 else row.text)
        colour = Colour.RED if row.n % 2 else Colour.BLUE
        return Every(
            id=row.id,
            text=row.text,
            whole=row.n,
            real=row.n / 7,
            flag=row.n % 2 == 0,
            colour=colour,
            words=[row.text] * (row.n % 3),
            reals=[1.0, row.n / 3],
            colours=[colour],
            point=point,
            points=[point] * (row.n % 2),
            maybe_text=None,
            maybe_whole=row.n if row.n % 2 else None,
            maybe_real=None,
            maybe_flag=None,
            maybe_colour=colour if row.n % 2 else None,
            maybe_words=None,
            maybe_point=point if row.n % 2 else None,
            holes=[None, row.text],
        )
