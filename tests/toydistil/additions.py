"""Additions to ask a teacher, and its answers as toy rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import Context, Reject, RowStage, SourceStage
from stages.distil import Distil
from stages.records import Attempt, Origin, Problem
from tests.toystages.engines import Engined
from tests.toystages.records import Num
from tests.toystages.streams import Logged
from verifier.types import AnswerType


@dataclass(frozen=True, kw_only=True)
class Sums(SourceStage[Problem]):
    """Additions as problems; `changed` asks another question in the place of that number."""

    count: int
    per: int = 10
    changed: int | None = None

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return {}

    def shards(self) -> Sequence[int]:
        return range(0, self.count, self.per)

    def read(self, shard: int) -> Iterator[Problem]:
        for n in range(shard, min(shard + self.per, self.count)):
            added = 2 if n == self.changed else 1
            yield Problem(
                id=f"sum{n:03d}",
                question=f"What is {n} + {added}?",
                reference_solution=None,
                answer=str(n + added),
                answer_type=AnswerType.INTEGER,
                unit=None,
                signals=[],
                subject=None,
                origin=Origin.HUMAN,
                url="",
                source="toy",
                licence=None,
                attribution=None,
                content_key=f"{n}+{added}",
                removal_key="additions",
            )


@dataclass(frozen=True, kw_only=True)
class BilledDistil(Distil):
    """The real stage with its real teacher, behind an engine in a process of its own, and a bill."""

    log: Path

    def responder(self, ctx: Context) -> Any:
        return Logged(Engined(super().responder(ctx)), self.log)


@dataclass(frozen=True, kw_only=True)
class Finals(RowStage[Attempt, Num]):
    """The final answers of attempts."""

    def process(self, row: Attempt) -> Num | Reject:
        return Num(id=row.id, n=row.sample, text=row.final) if row.final else Reject("no_answer")
