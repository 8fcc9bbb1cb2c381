"""Finds questions that ask the same in other words or with other numbers: they go into one cluster."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.context import Context, Folder
from pipeline.errors import ConfigError
from pipeline.stage import TableStage
from stages._embedding import Vectors
from stages._near_symbols import Lexicon, tokens_of
from stages._neighbours import Neighbourhood, neighbourhood
from stages._winner import DISAGREE, KEPT, PREFER, check_rules, in_common, merged_clusters, of_rows, ranked, settled
from stages.records import QAPair

_BLOCK = 65_536


@dataclass(frozen=True, kw_only=True)
class DedupSemantic(TableStage[QAPair, QAPair]):
    """Questions whose vectors have a cosine of `threshold` or more share a `cluster`, directly or by a chain, so that
    no split holds one of them for training and another for validation. Clusters they had before are merged.

    The side input `vectors` is a node of `embed_questions` over these rows, or over more. Nothing leaves by default:
    that two texts lie near is no proof that they ask the same. The counters tell how many of the near pairs of sampled
    rows (`sampled_pairs`, by comparing them with all rows) were within reach (`sampled_pairs_found`). Needs the extra
    `embed`.

    threshold  -- at 0.95, with numbers masked, MATH's test questions pair up by one scheme with other data; by 0.90
                  there are pairs of one topic and different problems
    drop       -- rows leave as `semantic_duplicate` whose signs (`stages/_near_symbols.py`: numbers, operators, single
                  letters, deciding words, drawings) are those of a better row they are near to, in the same order; the
                  others are variants and stay
    prefer     -- the rules by which a copy is the better one, see `dedup_exact`
    partitions -- of k-means; by default the square root of the rows, and one up to 20,000 rows: all with all
    probes     -- nearest partitions in which each row looks for others
    sample     -- rows by which the recall is measured; 0 measures nothing
    """

    packages: ClassVar[tuple[str, ...]] = ("numpy", "scipy", "scikit-learn")
    side_inputs: ClassVar[Mapping[str, Any]] = {"vectors": Folder}

    threshold: float = 0.95
    drop: bool = False
    prefer: list[str] = field(default_factory=lambda: list(PREFER))
    partitions: int | None = None
    probes: int = 4
    sample: int = 500

    def __post_init__(self) -> None:
        check_rules(self.prefer, "dedup_semantic")
        if not 0 < self.threshold <= 1:
            raise ConfigError(f"dedup_semantic: threshold is {self.threshold:g}; it must be above 0 and at most 1")
        if min(self.probes, 1 if self.partitions is None else self.partitions) < 1 or self.sample < 0:
            raise ConfigError("dedup_semantic: partitions and probes must be at least 1, sample at least 0")

    def suspicious(self) -> Mapping[str, pl.Expr]:
        return {KEPT: pl.col("cluster").is_not_null(), DISAGREE: pl.col("signals").list.contains(DISAGREE)}

    def transform(self, rows: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        rows = rows.with_row_index("_row")
        vectors = _ordered(rows, Vectors(ctx.side["vectors"].folder), ctx)
        near = neighbourhood(vectors, partitions=self.partitions, probes=self.probes, seed=0)
        groups = near.groups(self.threshold)
        self._count(near, groups, ctx)
        keys = ranked(in_common(rows, groups=groups), self.prefer)
        leaving = self._leaving(rows, keys, groups, near) if self.drop else _table([])
        return settled(rows, keys, leaving, merged_clusters(keys, groups[keys["_row"].to_numpy()]), self.prefer)

    def _count(self, near: Neighbourhood, groups: NDArray[np.int64], ctx: Context) -> None:
        sizes = np.bincount(groups)
        ctx.count("rows_near_another", int(sizes[sizes > 1].sum()))
        ctx.count("groups_of_near_rows", int((sizes > 1).sum()))
        ctx.count("largest_group", int(sizes.max(initial=0)))
        if self.sample:
            recall = near.recall(self.threshold, sample=self.sample)
            ctx.count("sampled_pairs", recall.pairs)
            ctx.count("sampled_pairs_found", recall.found)

    def _leaving(
        self, rows: pl.LazyFrame, keys: pl.DataFrame, groups: NDArray[np.int64], near: Neighbourhood
    ) -> pl.DataFrame:
        """What leaves in favour of whom; only the questions of rows that are near another are read."""
        shared = np.flatnonzero(np.bincount(groups)[groups] > 1)
        wanted = pl.DataFrame({"_row": pl.Series(shared, dtype=pl.UInt32)})
        asked = of_rows(wanted, rows.select("_row", "question")).collect()
        lexicon = Lexicon()
        signs = pl.Series("signs", [tokens_of(text, lexicon).signs for text in asked["question"]], dtype=pl.String)
        known = asked.select("_row", signs)
        numbered = known.with_columns(pl.Series("group", groups[asked["_row"].to_numpy()]))
        alike = (
            keys.select("_row").join(numbered, on="_row", maintain_order="left")
            .group_by("group", "signs", maintain_order=True).agg("_row")
        )  # fmt: skip
        return _table([one for best_first in alike["_row"] for one in self._copies(best_first.to_numpy(), near)])

    def _copies(self, best_first: NDArray[Any], near: Neighbourhood) -> Iterator[tuple[int, int, float]]:
        """(row, the better row it is near to, cosine): the best stays, of those not near to it the best, and so on."""
        left = best_first
        while len(left) > 1:
            cosines = near.vectors[left[1:]].astype(np.float32) @ near.vectors[left[0]].astype(np.float32)
            gone = cosines >= self.threshold
            for row, cosine in zip(left[1:][gone], cosines[gone], strict=True):
                yield int(row), int(left[0]), float(cosine)
            left = left[1:][~gone]


def _ordered(rows: pl.LazyFrame, vectors: Vectors, ctx: Context) -> NDArray[np.float16]:
    """The vectors in the order of the rows, on disk."""
    ids = rows.select("id").collect(engine="streaming")["id"]
    places = vectors.places(ids, node=ctx.node)
    shape = (len(ids), vectors.matrix.shape[1])
    if not len(ids):
        return np.zeros(shape, np.float16)
    ordered: NDArray[np.float16] = np.lib.format.open_memmap(
        ctx.scratch / "vectors.npy", mode="w+", dtype=np.float16, shape=shape
    )
    for start in range(0, len(ids), _BLOCK):
        ordered[start : start + _BLOCK] = vectors.matrix[places[start : start + _BLOCK]]
    return ordered


def _table(leaving: list[tuple[int, int, float]]) -> pl.DataFrame:
    found = pl.DataFrame(leaving, orient="row", schema={"_row": pl.UInt32, "_winner": pl.UInt32, "cosine": pl.Float64})
    return found.select(
        "_row",
        "_winner",
        pl.lit("semantic_duplicate").alias("reason"),
        pl.format("; cosine {}", pl.col("cosine").round(3)).alias("note"),
    )
