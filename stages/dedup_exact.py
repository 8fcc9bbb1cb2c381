"""Removes repeated questions: one row of each `content_key` stays, the others say which."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from pipeline.context import Context
from pipeline.stage import TableStage
from stages._winner import DISAGREE, OTHER_QUESTION, PREFER, check_rules, in_common, merged_clusters, ranked, settled
from stages.records import QAPair


@dataclass(frozen=True, kw_only=True)
class DedupExact(TableStage[QAPair, QAPair]):
    """Of the rows that ask the same, the best stays with the ids of its copies and the rule that made it the best.

    The others leave as `duplicate` and name the winner with the rule by which it is the better one. Before that, of
    rows that share their id and ask different questions one stays, and the others leave as `duplicate_id`: an id names
    one row. Two answers of copies that state different values give the winner the signal `copies_disagree`: numbers
    and fractions count by their value, other short answers by their normal form. Clusters of an earlier stage are
    merged where their rows ask the same.

    prefer -- what makes the better copy, the weightiest first: `human` origin, `accepted` by the site, `solution` (an
              answer of 15 words or more), the `longest` answer, `votes`, the extractor's `score`; what is alike in all
              of them goes by the smallest id, `earliest`
    """

    prefer: list[str] = field(default_factory=lambda: list(PREFER))

    def __post_init__(self) -> None:
        check_rules(self.prefer, "dedup_exact")

    def suspicious(self) -> Mapping[str, pl.Expr]:
        return {DISAGREE: pl.col("signals").list.contains(DISAGREE)}

    def transform(self, rows: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        rows = rows.with_row_index("_row")
        keys = ranked(in_common(rows, pl.col("id"), pl.col("content_key")), self.prefer)
        by_id = _leaving(keys, "id", OTHER_QUESTION, pl.col("content_key") != pl.col("content_key").first().over("id"))
        left = keys.join(by_id, on="_row", how="anti", maintain_order="left")
        by_content = _leaving(left, "content_key", "duplicate", pl.lit(value=True))
        return settled(rows, keys, pl.concat([by_id, by_content]), _clusters(keys), self.prefer)


def _leaving(best_first: pl.DataFrame, key: str, reason: str, where: pl.Expr) -> pl.DataFrame:
    """All rows but the first of each `key` for which `where` holds, each with that first one."""
    winner = pl.col("_row").first().over(key).alias("_winner")
    found = best_first.with_columns(winner).filter(where & (pl.col("_row") != pl.col("_winner")))
    return found.select("_row", "_winner", pl.lit(reason).alias("reason"), pl.lit(None, dtype=pl.String).alias("note"))


def _clusters(keys: pl.DataFrame) -> pl.DataFrame:
    """The merged clusters; where no row had one there is nothing to merge, for copies leave."""
    if not keys["cluster"].count():
        return keys.select("_row", pl.col("cluster").alias("_cluster")).clear()
    return merged_clusters(keys, keys["content_key"].rank("dense").to_numpy())
