"""What proves the views of an export: their files, and sums of digests that no order and no cut into files changes."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from pipeline.files import file_digest
from pipeline.schema import Record, schema_payload
from stages._export_digest import DERIVED
from stages._training_prompt import THINK


@dataclass(frozen=True, kw_only=True)
class FileFacts:
    """What proves one file of the export."""

    rows: int
    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path, rows: int) -> Self:
        return cls(rows=rows, bytes=path.stat().st_size, sha256=file_digest(path))


@dataclass(frozen=True, kw_only=True)
class SplitFacts:
    """`sum` adds up the row digests, so it does not depend on the order of rows or on the cut into files.

    `files` are named relative to the export's folder.
    """

    rows: int
    sum: str
    files: dict[str, FileFacts]


@dataclass(frozen=True, kw_only=True)
class ViewFacts:
    """What was written of one view."""

    record: type[Record]
    splits: dict[str, SplitFacts]
    index: tuple[str, FileFacts]

    def identity(self) -> dict[str, Any]:
        """What the digest of the export covers: schema, rows of each split, and words that row digests leave out."""
        rows = {split: [facts.rows, facts.sum] for split, facts in self.splits.items()}
        schema = schema_payload(self.record)
        words = {"think": THINK} if DERIVED & {name for name, *_ in schema} else {}
        return {"schema": schema, "splits": rows, **words}

    def files(self) -> dict[str, dict[str, Any]]:
        parts = (*(part for split in self.splits.values() for part in split.files.items()), self.index)
        return {name: asdict(facts) for name, facts in parts}
