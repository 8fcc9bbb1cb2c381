"""Rejects pages that a blocklist names."""

from dataclasses import dataclass

from stages._blocklist import BlockStage
from stages.records import Document


@dataclass(frozen=True, kw_only=True)
class BlockDocuments(BlockStage[Document]):
    """Pages on none of the lists, unchanged; the others are rejected with the entry that applies.

    ids -- documents
    """
