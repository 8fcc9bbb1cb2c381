"""Extraction in a sandbox."""

from dataclasses import dataclass

from pipeline import Reject
from stages._sandboxed import SandboxedStage
from stages.extract_qa import ExtractQa
from stages.records import Document, QAPair


@dataclass(frozen=True, kw_only=True)
class ExtractApart(SandboxedStage[Document, QAPair]):
    """The pairs of a page, found in a sandbox."""

    def process(self, row: Document) -> list[QAPair] | Reject:
        return ExtractQa().process(row)
