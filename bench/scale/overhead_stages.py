"""A source and eight cheap row stages for `bench/scale/overhead.py`: each looks at a row, or changes a little of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.parquet import read_rows
from pipeline.schema import Record
from pipeline.stage import Reject, RowStage, SourceStage


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Record):
    """A row of every kind of field."""

    question: str
    answer: str
    source: str
    licence: str | None
    score: float
    num_words: int | None = None
    is_short: bool = False
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class StoredNotes(SourceStage[Note]):
    """`Note` rows, a shard per file."""

    paths: list[Path]

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return {path.name: digest(path) for path in self.paths}

    def shards(self) -> Sequence[Any]:
        return range(len(self.paths))

    def read(self, shard: Any) -> Iterator[Note]:
        return read_rows(self.paths[shard], Note)


@dataclass(frozen=True, kw_only=True)
class TrimQuestion(RowStage[Note, Note]):
    def process(self, row: Note) -> Note:
        return replace(row, question=row.question.strip())


@dataclass(frozen=True, kw_only=True)
class CountWords(RowStage[Note, Note]):
    def process(self, row: Note) -> Note:
        return replace(row, num_words=row.question.count(" ") + 1)


@dataclass(frozen=True, kw_only=True)
class DropUnscored(RowStage[Note, Note]):
    """One row in a hundred."""

    def process(self, row: Note) -> Note | Reject:
        return row if row.score >= 0.01 else Reject("unscored", f"score {row.score}")


@dataclass(frozen=True, kw_only=True)
class MarkShort(RowStage[Note, Note]):
    def process(self, row: Note) -> Note:
        return replace(row, is_short=len(row.answer) < 24)


@dataclass(frozen=True, kw_only=True)
class TagShort(RowStage[Note, Note]):
    def process(self, row: Note) -> Note:
        return replace(row, tags=[*row.tags, "short"]) if row.is_short else row


@dataclass(frozen=True, kw_only=True)
class NameLicence(RowStage[Note, Note]):
    def process(self, row: Note) -> Note:
        return replace(row, licence=row.licence or "unknown")


@dataclass(frozen=True, kw_only=True)
class HalveScore(RowStage[Note, Note]):
    def process(self, row: Note) -> Note:
        return replace(row, score=row.score / 2)


@dataclass(frozen=True, kw_only=True)
class DropEmpty(RowStage[Note, Note]):
    """None of them."""

    def process(self, row: Note) -> Note | Reject:
        return row if row.question else Reject("empty")


STAGES = (TrimQuestion, CountWords, DropUnscored, MarkShort, TagShort, NameLicence, HalveScore, DropEmpty)
