"""Rejects pages that a blocklist names."""

from dataclasses import dataclass

from stages._blocklist import BlockStage
from stages.records import Document


@dataclass(frozen=True, kw_only=True)
class BlockDocuments(BlockStage[Document]):
    """Pages on none of the lists, unchanged; the others are rejected with the entry that applies.

    urls         -- pages: scheme, `www.`, fragment and closing slash do not count
    domains      -- sites with all their subdomains; a whole top-level domain is written `.xyz`
    ids          -- documents
    removal_keys -- what owners' requests name, see `stages/_removal.py`; an address stands for its key
    *_files      -- more of them, one a line, ` #` begins a comment; may be gzipped
    """
