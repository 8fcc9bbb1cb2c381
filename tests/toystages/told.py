"""Toy stages whose rows say how they are shown: questions, attempts at them, verdicts, a data set with its report."""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import polars as pl

from pipeline import Context, FileStage, Reject, RowStage, SourceStage
from pipeline.context import SideInput
from pipeline.schema import Record, Shown

WORDS = [
    f"{first}{second}" for first in ("so ", "wait", "$x$ ", "thus", "12 ") for second in ("ran", "7", "sum", "\\n")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Record):
    shown = Shown(texts=("question", "answer"), facets=("origin.source",), bulky=("page",))

    question: str
    answer: str
    page: str
    origin: "Origin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    source: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried(Record):
    shown = Shown(texts=("reasoning", "final"), facets=("teacher",), numbers=("length",))

    teacher: str
    reasoning: str
    final: str
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged(Record):
    shown = Shown(facets=("outcome",), numbers=("rate",))

    outcome: str
    rate: float | None


@dataclass(frozen=True, kw_only=True)
class Ask(SourceStage[Asked]):
    """`rows` questions from three sources, `source` and a number; `texts` are asked by the first rows as they are."""

    rows: int
    texts: list[str]
    url: str = "https://example.org/page"
    source: str = "source"

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return {}

    def shards(self) -> Sequence[int]:
        return range(0, self.rows, 5000)

    def read(self, shard: int) -> Iterator[Asked]:
        for n in range(shard, min(shard + 5000, self.rows)):
            text = self.texts[n] if n < len(self.texts) else f"What is ${n} + {n}$?"
            origin = Origin(source=f"{self.source}-{n % 3}", url=self.url)
            yield Asked(id=f"q{n:06d}", question=text, answer=str(2 * n), page="<html>" * 20, origin=origin)


@dataclass(frozen=True, kw_only=True)
class Sieve(RowStage[Asked, Asked]):
    """Drops every tenth question for one of two reasons; every 50th fails."""

    def process(self, row: Asked) -> Asked | Reject:
        n = int(row.id[1:])
        if n % 50 == 49:
            raise RuntimeError(f"poison {n}")
        if n % 10 == 9:
            return Reject("too_odd" if n % 20 == 9 else "too_even", f"n is {n}")
        return row

    def suspicious(self) -> Mapping[str, pl.Expr]:
        return {"long_question": pl.col("question").str.len_chars() > 40}


@dataclass(frozen=True, kw_only=True)
class Misgive(RowStage[Asked, Asked]):
    """Suspects rows by a column that there is none of."""

    def process(self, row: Asked) -> Asked:
        return row

    def suspicious(self) -> Mapping[str, pl.Expr]:
        return {"nowhere": pl.col("nowhere") > 0}


@dataclass(frozen=True, kw_only=True)
class Try(RowStage[Asked, Tried]):
    """So many attempts at a question, each with reasoning of `chars` characters that no two share."""

    attempts: int = 2
    chars: int = 200

    def process(self, row: Asked) -> list[Tried]:
        return [self._one(row, number) for number in range(self.attempts)]

    def _one(self, row: Asked, number: int) -> Tried:
        words = random.Random(f"{row.id} {number}").choices(WORDS, k=self.chars // 4)
        reasoning = " ".join(words)[: self.chars]
        final = f"The answer is \\boxed{{{row.answer}}}."
        length = len(reasoning) + 7 * (int(row.id[1:]) % 100)
        return Tried(
            id=f"{row.id}/t-{number:02d}",
            teacher=f"teacher-{number % 2}",
            reasoning=reasoning,
            final=final,
            length=length,
        )


@dataclass(frozen=True, kw_only=True)
class Doubt(RowStage[Tried, Judged]):
    def process(self, row: Tried) -> Judged:
        n = int(row.id[1:7])
        outcome = "undecided" if n % 30 == 7 else "correct" if n % 2 else "incorrect"
        return Judged(id=row.id, outcome=outcome, rate=None if n % 3 else (n % 7) / 6)

    def suspicious(self) -> Mapping[str, pl.Expr]:
        return {"undecided": pl.col("outcome") == "undecided"}


@dataclass(frozen=True, kw_only=True)
class Hand(FileStage[Judged]):
    """A data set with an index and the report of what lies above it."""

    publishes: ClassVar[bool] = True

    name: str

    def build(self, rows: SideInput | None, folder: Path, ctx: Context) -> None:
        assert rows is not None
        (folder / "index").mkdir()
        index = rows.lazy().filter(pl.col("outcome") == "correct").select("id", pl.lit("train").alias("split"))
        index.sink_parquet(folder / "index" / "sft.parquet")
        count = int(index.select(pl.len()).collect().item())
        manifest: dict[str, Any] = {
            "digest": "ab" * 32,
            "rows": {"sft": {"train": count}},
            "tokens": {"sft": 7 * count},
        }
        (folder / "manifest.json").write_text(json.dumps(manifest))
        ctx.write_report(folder / "report.html")
