"""Chance that depends on ids and seeds alone, never on row order, library versions or the day."""

import hashlib


def unit_interval(*parts: str) -> float:
    """A number in [0, 1) made of a digest of `parts`."""
    digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=6).digest()
    return int.from_bytes(digest) / 2**48
