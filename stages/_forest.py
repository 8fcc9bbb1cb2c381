"""Which rows belong together, as more and more pairs of them are known to."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


class Forest:
    """Components of rows (union-find over arrays); the root of a component is its smallest row."""

    def __init__(self, count: int) -> None:
        self.parent = np.arange(count)

    def roots(self, rows: Rows) -> Rows:
        found = self.parent[rows]
        while True:
            above = self.parent[found]
            if np.array_equal(above, found):
                self.parent[rows] = found
                return found
            found = above

    def all_roots(self) -> Rows:
        return self.roots(np.arange(self.parent.size))

    def join(self, left: Rows, right: Rows) -> None:
        while left.size:
            one, other = self.roots(left), self.roots(right)
            apart = one != other
            left, right, one, other = left[apart], right[apart], one[apart], other[apart]
            np.minimum.at(self.parent, np.maximum(one, other), np.minimum(one, other))

    def join_equal(self, rows: Rows, keys: NDArray[Any]) -> None:
        """Joins those of `rows` that have the same key."""
        order = np.argsort(keys, kind="stable")
        same = keys[order[1:]] == keys[order[:-1]]
        self.join(rows[order[:-1][same]], rows[order[1:][same]])
