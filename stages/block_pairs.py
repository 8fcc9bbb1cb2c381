"""Rejects question-answer pairs that a blocklist names."""

from dataclasses import dataclass

from stages._blocklist import BlockStage
from stages.records import QAPair


@dataclass(frozen=True, kw_only=True)
class BlockPairs(BlockStage[QAPair]):
    """Pairs on none of the lists, unchanged; the others are rejected with the entry that applies.

    ids -- pairs, or documents with all their pairs
    """
