"""Where things stand, by digest: millions of places in 16 bytes each, where a `dict` of bytes would take 150.

Open addressing with linear probing over two flat arrays. Of a digest the first 8 bytes are kept, so that what is found
under one is a candidate: whoever reads there checks the rest.
"""

from array import array
from collections.abc import Iterator

ITEM = "Q"  # 64 bits without sign
SMALLEST = 1 << 10


class Places:
    """Numbers below 2**64 - 1 by digest; a digest may have several. Digests are to be evenly spread."""

    def __init__(self) -> None:
        self.length = 0
        self._allot(SMALLEST)

    def _allot(self, slots: int) -> None:
        """`slots` is a power of two. A place is kept plus one: 0 is a slot that is free."""
        self.mask = slots - 1
        self.heads = array(ITEM, bytes(8 * slots))
        self.places = array(ITEM, bytes(8 * slots))

    def __len__(self) -> int:
        return self.length

    def add(self, digest: bytes, place: int) -> None:
        if self.length * 3 > self.mask * 2:
            self._grow()
        self._put(int.from_bytes(digest[:8]), place + 1)
        self.length += 1

    def _put(self, head: int, kept: int) -> None:
        heads, places, mask = self.heads, self.places, self.mask
        slot = head & mask
        while places[slot]:
            slot = (slot + 1) & mask
        heads[slot], places[slot] = head, kept

    def _grow(self) -> None:
        heads, places = self.heads, self.places
        self._allot(2 * len(places))
        for head, kept in zip(heads, places, strict=True):
            if kept:
                self._put(head, kept)

    def of(self, digest: bytes) -> Iterator[int]:
        """The places under the first bytes of a digest, the first added first."""
        heads, places, mask = self.heads, self.places, self.mask
        head = int.from_bytes(digest[:8])
        slot = head & mask
        while places[slot]:
            if heads[slot] == head:
                yield places[slot] - 1
            slot = (slot + 1) & mask
