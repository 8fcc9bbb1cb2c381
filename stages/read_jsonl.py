"""Reads question-answer rows from JSON Lines files (plain or gzipped) and from files that hold one JSON array."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from stages._jsonl import JsonFile
from stages._pair_files import PairFiles
from stages._row_files import RowFile


@dataclass(frozen=True, kw_only=True)
class ReadJsonl(PairFiles):
    """One `QAPair` for each row, in file order; dots in a column's name lead into objects ("meta.question").

    question_fields  -- joined by a space
    source_field     -- a column that names the source of each row; `source` stands in where it is absent
    id_field         -- a column whose value becomes the id, after the source; without it the id is a digest of source,
                        question and answer
    licence_field, author_field, votes_field -- columns that may be empty in a row
    options_field    -- a column with a list of options: an answer that names one, by letter or by number from 0,
                        becomes its text
    needs_answer     -- off: rows with an empty answer are taken too, as questions to keep clear of
    limit            -- only the first rows of all files together
    sample           -- that many rows of all files together, chosen by `seed` and content, never by position
    """

    extractor: ClassVar[str] = "jsonl"

    def file(self, path: Path) -> RowFile:
        return JsonFile(path)
