"""In which order the rows of a stream go out: sources mixed, and nothing long left for the end.

A file holds rows of one source, of one length. Asked in its order they would leave an engine with long answers alone
for hours and with a long tail at the end. So the slices of all files are taken in an order by hash, and rows are drawn
from a buffer over several slices, by hash of their id. Once no slice is left, what is in the buffer goes out longest
first. The order decides nothing about the rows that come out.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import heappop, heappush
from typing import Any, Generic, TypeVar

from pipeline.shard import ShardTask

# A slice is what is committed at once: 2,048 answers of 16,000 tokens are 120 MB of text, in memory when it is. Slices
# of fewer than 64 rows would be too many files; of more than 1,024 rows the first would be long in coming.
REQUESTS_PER_SLICE = 2048
REQUESTS_GUESSED = 4
SMALLEST, LARGEST = 64, 1024
# Slices mixed with one another: 2,048 to 4,096 rows where each asks for one to four answers.
LOOKAHEAD = 4


def rows_per_slice(requests_per_row: int | None) -> int:
    return min(max(REQUESTS_PER_SLICE // (requests_per_row or REQUESTS_GUESSED), SMALLEST), LARGEST)


def share_of(name: str) -> float:
    """A number from 0 to 1 by hash."""
    return int.from_bytes(hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=6).digest()) / (1 << 48)


def mixed(tasks: Sequence[ShardTask]) -> list[ShardTask]:
    """The slices of all files in an order by hash."""
    return sorted(tasks, key=lambda task: share_of(str(task.index)))


S = TypeVar("S")


class Lookahead(Generic[S]):
    """Rows that were read and not drawn yet, each with the slice it is of.

    Time is counted in slices. The rows of slice `n` are drawn between `n + 1 - LOOKAHEAD` and `n + 1`, evenly and by
    hash of their ids. So at any time rows of as many slices are mixed, and a slice is through soon after it was read.
    """

    def __init__(self) -> None:
        self.heap: list[tuple[float, int, S, Any]] = []
        self.slices = 0
        self.read = 0

    def add(self, slice_: S, rows: Iterable[Any]) -> None:
        self.slices += 1
        first = max(self.slices - LOOKAHEAD, 0)
        for row in rows:
            self.read += 1
            heappush(self.heap, (first + (self.slices - first) * share_of(row.id), self.read, slice_, row))

    def due(self) -> Iterator[tuple[S, Any]]:
        """The rows that go out before another slice is read."""
        while self.heap and self.heap[0][0] <= self.slices - LOOKAHEAD:
            yield heappop(self.heap)[2:]

    def rest(self, effort: Callable[[Any], float]) -> Iterator[tuple[S, Any]]:
        """What is left when there is no other slice, longest first."""
        left, self.heap = sorted(self.heap, key=lambda entry: (-effort(entry[3]), entry[:2])), []
        yield from (entry[2:] for entry in left)
