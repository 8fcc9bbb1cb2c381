"""Writes the views of an export: Parquet files a split, with the counts and digests that the manifest needs."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.files import file_digest
from pipeline.schema import DIGEST_MODULUS, Record, row_digest, row_values, schema_of, schema_payload, to_table
from stages.records import RlRow, SftRow

SPLITS = ("train", "validation")
# Readers that stream hold one row group at a time, and long reasoning makes rows of 50 kB and more.
ROW_GROUP_ROWS = 1_000
FILE_ROWS = 50_000


@dataclass(frozen=True, kw_only=True)
class FileFacts:
    """What proves one file of the export."""

    rows: int
    bytes: int
    sha256: str


class SplitWriter:
    """Writes the rows of one split of one view into numbered files; the last step names them, since N is known then."""

    def __init__(self, folder: Path, split: str, record: type[Record]) -> None:
        self._folder, self._split, self._record = folder, split, record
        self._buffer: list[list[Any]] = []
        self._counts: list[int] = []
        self._writer: pq.ParquetWriter | None = None
        self._sum = 0

    def add(self, row: Record) -> None:
        values = row_values(row)
        self._sum = (self._sum + row_digest(values)) % DIGEST_MODULUS
        self._buffer.append(values)
        if len(self._buffer) == ROW_GROUP_ROWS:
            self._flush()

    def close(self) -> "SplitFacts":
        """A split without rows still gets a file, so that every reader finds its columns."""
        if self._buffer or not self._counts:
            self._flush()
        self._end_file()
        total = len(self._counts)
        names = [f"{self._split}-{index:05d}-of-{total:05d}.parquet" for index in range(total)]
        for index, name in enumerate(names):
            self._part(index).rename(self._folder / name)
        files = {
            f"{self._folder.name}/{name}": _facts(self._folder / name, rows)
            for name, rows in zip(names, self._counts, strict=True)
        }
        return SplitFacts(rows=sum(self._counts), sum=f"{self._sum:064x}", files=files)

    def _flush(self) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._part(len(self._counts)), schema_of(self._record), compression="zstd")
            self._counts.append(0)
        # `datasets` cannot read a row group of no rows, but reads a file of no row groups.
        if self._buffer:
            self._writer.write_table(to_table(self._buffer, self._record), row_group_size=ROW_GROUP_ROWS)
        self._counts[-1] += len(self._buffer)
        self._buffer = []
        if self._counts[-1] >= FILE_ROWS:
            self._end_file()

    def _end_file(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _part(self, index: int) -> Path:
        return self._folder / f"{self._split}.{index}.part"


@dataclass(frozen=True, kw_only=True)
class SplitFacts:
    """`sum` adds up the row digests, so it does not depend on the order of rows or on the cut into files.

    `files` are named relative to the export's folder.
    """

    rows: int
    sum: str
    files: dict[str, FileFacts]


@dataclass(kw_only=True)
class SourceFacts:
    """What one source gave to one view; sampled problems are those with a decided attempt (RL view only)."""

    rows: int = 0
    sampled: int = 0
    problems: set[str] = field(default_factory=set)
    licences: Counter[str] = field(default_factory=Counter)
    attributions: set[str] = field(default_factory=set)
    origins: Counter[str] = field(default_factory=Counter)

    def add(self, row: SftRow | RlRow) -> None:
        self.rows += 1
        self.sampled += isinstance(row, RlRow) and row.num_attempts > 0
        self.problems.add(row.provenance.problem_id)
        self.licences[row.provenance.licence or "unknown"] += 1
        self.attributions |= {row.provenance.attribution} - {None}  # type: ignore[arg-type]
        self.origins[row.provenance.origin] += 1


@dataclass(kw_only=True)
class ViewFacts:
    """What was written of one view and what it holds."""

    record: type[Record]
    splits: dict[str, SplitFacts] = field(default_factory=dict)
    sources: dict[str, SourceFacts] = field(default_factory=dict)
    teachers: Counter[str] = field(default_factory=Counter)
    answer_types: Counter[str] = field(default_factory=Counter)
    tokens: int = 0

    def add(self, row: SftRow | RlRow) -> None:
        self.sources.setdefault(row.provenance.source, SourceFacts()).add(row)
        self.answer_types[row.answer_type] += 1
        if isinstance(row, SftRow):
            self.teachers[row.teacher] += 1
            self.tokens += row.num_tokens

    def identity(self) -> dict[str, Any]:
        """What the digest of the export covers: schema and rows of each split."""
        rows = {split: [facts.rows, facts.sum] for split, facts in self.splits.items()}
        return {"schema": schema_payload(self.record), "splits": rows}

    def files(self) -> dict[str, dict[str, Any]]:
        return {name: asdict(file) for facts in self.splits.values() for name, file in facts.files.items()}


def write_view(folder: Path, rows: Iterable[tuple[str, SftRow | RlRow]], *, record: type[Record]) -> ViewFacts:
    """Writes `(split, row)` pairs in the order given, which is the artifact's and so the same on every run."""
    folder.mkdir()
    facts = ViewFacts(record=record)
    writers = {split: SplitWriter(folder, split, record) for split in SPLITS}
    for split, row in rows:
        facts.add(row)
        writers[split].add(row)
    facts.splits = {split: writer.close() for split, writer in writers.items()}
    return facts


def _facts(path: Path, rows: int) -> FileFacts:
    return FileFacts(rows=rows, bytes=path.stat().st_size, sha256=file_digest(path))
