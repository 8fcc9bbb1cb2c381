"""Finds questions that are nearly the same: copies of one problem leave, variants of one stay in one cluster."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from pipeline.context import Context
from pipeline.errors import ConfigError
from pipeline.stage import TableStage
from stages._near_bands import recall_curve
from stages._near_families import Families, Leaving, find_families, leaving
from stages._near_scan import scan
from stages._winner import DISAGREE, KEPT, PREFER, check_rules, in_common, merged_clusters, ranked, settled
from stages.records import QAPair


@dataclass(frozen=True, kw_only=True)
class DedupNear(TableStage[QAPair, QAPair]):
    """MinHash in bands proposes pairs of questions, and each pair is compared exactly before it counts.

    Near are two questions whose sets of word runs have a Jaccard similarity of `threshold` or more. All that are near,
    directly or by a chain, share a `cluster`, which splits keep together; clusters they had before are merged. Near
    questions that agree in what decides (`stages/_near_symbols.py`) are copies: the best stays, with the ids of its
    copies and the rule that made it the best, and the others leave as `near_duplicate`. "60 km in 2 hours" and "80 km
    in 3 hours" do not agree: they are variants, which stay. So do questions that are the same but for their numbers,
    however many, if they have six words or more: they share a cluster. Two answers of copies that state different
    values give the winner the signal `copies_disagree`, as in `dedup_exact`.

    A pair of similarity J meets in a band with a probability of 1 - (1 - J^rows)^bands, which is 0.990 at 0.8
    and 0.9996 at 0.85. The counters of the run hold that curve (`expected_recall_at_0.80`) beside the number of pairs
    compared and joined, and in `rows_unsettled` how many rows stay because the comparisons that decide who leaves, 64 a
    row on average, were used up.

    shingle       -- words in a run; a shorter question is one run, one without words is near to nothing
    bands, rows   -- of the MinHash; more bands propose more pairs, more rows in a band fewer
    keep_variants -- off: variants leave too
    prefer        -- the rules by which a copy is the better one, see `dedup_exact`
    """

    threshold: float = 0.8
    shingle: int = 3
    bands: int = 25
    rows: int = 8
    keep_variants: bool = True
    prefer: list[str] = field(default_factory=lambda: list(PREFER))

    def __post_init__(self) -> None:
        check_rules(self.prefer, "dedup_near")
        if not 0 < self.threshold <= 1:
            raise ConfigError(f"dedup_near: threshold is {self.threshold:g}; it must be above 0 and at most 1")
        for name in ("shingle", "bands", "rows"):
            if getattr(self, name) < 1:
                raise ConfigError(f"dedup_near: {name} is {getattr(self, name)}; it must be at least 1")

    def suspicious(self) -> Mapping[str, pl.Expr]:
        return {KEPT: pl.col("cluster").is_not_null(), DISAGREE: pl.col("signals").list.contains(DISAGREE)}

    def transform(self, rows: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        rows = rows.with_row_index("_row")
        with TemporaryDirectory(dir=ctx.scratch) as folder:
            scanned = scan(
                rows.select("question"),
                Path(folder),
                shingle=self.shingle,
                bands=self.bands,
                rows=self.rows,
                workers=ctx.run.workers,
            )
            families = find_families(scanned, self.threshold, keep_variants=self.keep_variants)
            groups = families.near.all_roots()
            keys = ranked(in_common(rows, groups=groups), self.prefer)
            best_first = keys["_row"].to_numpy()
            rank = np.zeros(groups.size, np.int64)
            rank[best_first] = np.arange(keys.height)
            gone = leaving(scanned, families.copies, rank, self.threshold, keep_variants=self.keep_variants)
        self._count(ctx, families)
        ctx.count("rows_unsettled", gone.num_unsettled)
        return settled(rows, keys, _table(gone), merged_clusters(keys, groups[best_first]), self.prefer)

    def _count(self, ctx: Context, families: Families) -> None:
        for similarity, share in recall_curve(self.bands, self.rows).items():
            if similarity >= 0.5:
                ctx.count(f"expected_recall_at_{similarity:.2f}", round(share, 4))
        ctx.count("pairs_compared", families.num_compared)
        ctx.count("pairs_joined", families.num_joined)


def _table(gone: Leaving) -> pl.DataFrame:
    return pl.DataFrame({"_row": gone.rows, "_winner": gone.winners, "jaccard": gone.jaccard}).select(
        pl.col("_row", "_winner").cast(pl.UInt32),
        pl.lit("near_duplicate").alias("reason"),
        pl.format("; Jaccard {}", pl.col("jaccard").round(2)).alias("note"),
    )
