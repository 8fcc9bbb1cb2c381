"""Reads question-answer rows from JSON Lines files (plain or gzipped) and from files that hold one JSON array."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from stages._jsonl import JsonFile
from stages._pair_files import PairFiles
from stages._row_files import RowFile


@dataclass(frozen=True, kw_only=True)
class ReadJsonl(PairFiles):
    """One `QAPair` for each row, in file order; dots in a column's name lead into objects ("meta.question")."""

    extractor: ClassVar[str] = "jsonl"

    def file(self, path: Path) -> RowFile:
        return JsonFile(path)
