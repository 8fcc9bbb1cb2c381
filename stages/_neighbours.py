"""Which vectors lie near one another: all with all in a small table, by partitions in a large one.

Partitions are those of k-means, as in SemDeDup (Abbas et al. 2023), but a vector is also compared with the members of
the next nearest partitions, since near pairs stand on both sides of every border. What is missed all the same is
measured on a sample against comparing it with everything.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EXACT_ROWS = 20_000
_BLOCK = 2_048
_FITTED_PER_PARTITION = 64


@dataclass(frozen=True, slots=True)
class Recall:
    """Of `pairs` near pairs of sampled rows with any row `found` are in partitions that are compared."""

    pairs: int
    found: int


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """`vectors` is of shape (rows, dimensions), each of length 1; `probes` names each row's nearest partitions.

    The first of these is its own. The shape of `probes` is (rows, partitions looked at).
    """

    vectors: "NDArray[Any]"
    probes: "NDArray[np.int32]"

    def groups(self, threshold: float) -> "NDArray[np.int64]":
        """A number for each row, the same for rows that a chain of near pairs joins: cosine at least `threshold`."""
        import numpy as np

        edges = [np.empty((0, 2), np.int64), *self._edges(threshold)]
        return _components(np.concatenate(edges), len(self.vectors))

    def recall(self, threshold: float, *, sample: int) -> Recall:
        """Against exact search, over rows at equal distances in the table."""
        import numpy as np

        rows = np.arange(0, len(self.vectors), max(1, len(self.vectors) // sample))
        pairs = found = 0
        for start in range(0, len(self.vectors), _BLOCK):
            stop = min(start + _BLOCK, len(self.vectors))
            near = _cosines(self.vectors[rows], self.vectors[start:stop]) >= threshold
            a, b = np.nonzero(near & (rows[:, None] != np.arange(start, stop)))
            a, b = rows[a], b + start
            seen = (self.probes[a] == self.probes[b, :1]).any(1) | (self.probes[b] == self.probes[a, :1]).any(1)
            pairs, found = pairs + len(a), found + int(seen.sum())
        return Recall(pairs, found)

    def _edges(self, threshold: float) -> "Iterator[NDArray[np.int64]]":
        """Pairs enough to join all that are near; not all near pairs, of which there may be many."""
        import numpy as np

        by_home = np.argsort(self.probes[:, 0], kind="stable")
        homes = self.probes[by_home, 0]
        for partition in range(int(self.probes.max(initial=-1)) + 1):
            members = by_home[slice(*np.searchsorted(homes, [partition, partition + 1]))]
            visitors = np.flatnonzero((self.probes[:, 1:] == partition).any(1))
            for column in _blocks(members):
                for row in _blocks(np.concatenate([members, visitors])):
                    a, b = np.nonzero(_cosines(self.vectors[row], self.vectors[column]) >= threshold)
                    apart = row[a] != column[b]
                    if apart.any():
                        yield _star(row[a[apart]], column[b[apart]])


def neighbourhood(vectors: "NDArray[Any]", *, partitions: int | None, probes: int, seed: int) -> Neighbourhood:
    """`partitions` are as many as the square root of the rows where None is given, and one up to `EXACT_ROWS` rows."""
    import numpy as np

    count = partitions or (1 if len(vectors) <= EXACT_ROWS else round(len(vectors) ** 0.5))
    count = min(count, len(vectors))
    if count <= 1:
        return Neighbourhood(vectors, np.zeros((len(vectors), 1), np.int32))
    centres = _centres(vectors, count, seed=seed)
    nearest = np.empty((len(vectors), min(probes, count)), np.int32)
    for start in range(0, len(vectors), _BLOCK):
        # |v - c|^2 = 1 - 2 v.c + |c|^2
        apart = (centres**2).sum(1) - 2 * _cosines(vectors[start : start + _BLOCK], centres)
        some = np.argpartition(apart, nearest.shape[1] - 1, axis=1)[:, : nearest.shape[1]]
        order = np.argsort(np.take_along_axis(apart, some, axis=1), axis=1, kind="stable")
        nearest[start : start + _BLOCK] = np.take_along_axis(some, order, axis=1)
    return Neighbourhood(vectors, nearest)


def _centres(vectors: "NDArray[Any]", count: int, *, seed: int) -> "NDArray[np.float32]":
    import numpy as np
    from sklearn.cluster import MiniBatchKMeans

    step = max(1, len(vectors) // (count * _FITTED_PER_PARTITION))
    fitted = MiniBatchKMeans(count, random_state=seed, batch_size=4_096, n_init=1, max_iter=20).fit(
        np.asarray(vectors[::step], np.float32)
    )
    found: NDArray[np.float32] = fitted.cluster_centers_.astype(np.float32)
    return found


def _cosines(left: "NDArray[Any]", right: "NDArray[Any]") -> "NDArray[np.float32]":
    import numpy as np

    found: NDArray[np.float32] = np.asarray(left, np.float32) @ np.asarray(right, np.float32).T
    return found


def _blocks(rows: "NDArray[np.int64]") -> "Iterator[NDArray[np.int64]]":
    for start in range(0, len(rows), _BLOCK):
        yield rows[start : start + _BLOCK]


def _star(left: "NDArray[np.int64]", right: "NDArray[np.int64]") -> "NDArray[np.int64]":
    """Each row of these pairs paired with one of its component: as few pairs as join the same rows."""
    import numpy as np

    rows, places = np.unique(np.concatenate([left, right]), return_inverse=True)
    group = _components(places.reshape(2, -1).T, len(rows))
    firsts = rows[np.unique(group, return_index=True)[1]]
    star = np.stack([rows, firsts[group]], axis=1)
    found: NDArray[np.int64] = star[star[:, 0] != star[:, 1]]
    return found


def _components(edges: "NDArray[np.int64]", count: int) -> "NDArray[np.int64]":
    import numpy as np
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(edges), np.int8)
    graph = coo_matrix((ones, (edges[:, 0], edges[:, 1])), shape=(count, count))
    found: NDArray[np.int64] = connected_components(graph, directed=False)[1].astype(np.int64)
    return found
