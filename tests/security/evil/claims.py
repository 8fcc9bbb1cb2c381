"""Rows that say whose they want to be."""

from dataclasses import dataclass, replace

from pipeline import RowStage
from pipeline.stage import Reject
from stages.records import Document


@dataclass(frozen=True, kw_only=True)
class Claim(RowStage[Document, Document]):
    """Obeys a page that begins with `be ID`, as a parser that trusted a reply's ids would."""

    def process(self, row: Document) -> Document | Reject:
        text = row.text or ""
        return replace(row, id=text.split()[1]) if text.startswith("be ") else row
