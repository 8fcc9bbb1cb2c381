"""Removes repeated questions: one row of each `content_key` stays, the others say which."""

from dataclasses import dataclass, field

import polars as pl

from pipeline.context import Context
from pipeline.stage import TableStage
from stages._winner import PREFER, check_rules, merged_clusters, ranked, settled
from stages.records import QAPair


@dataclass(frozen=True, kw_only=True)
class DedupExact(TableStage[QAPair, QAPair]):
    """Of the rows that ask the same, the best stays with the ids of its copies and the rule that made it the best.

    The others leave as `duplicate` and name the winner with the rule by which it is the better one. Of rows that share
    their id and ask different questions one stays, and the others leave as `duplicate_id`: an id names one row. Two
    answers of copies that state different values give the winner the signal `copies_disagree`. Clusters of an earlier
    stage are merged where their rows ask the same.

    prefer -- what makes the better copy, the weightiest first: `human` origin, `accepted` by the site, `solution` (an
              answer of 15 words or more), the `longest` answer, `votes`, the extractor's `score`; what is alike in all
              of them goes by the smallest id, `earliest`
    """

    prefer: list[str] = field(default_factory=lambda: list(PREFER))

    def __post_init__(self) -> None:
        check_rules(self.prefer, "dedup_exact")

    def transform(self, rows: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        rows = rows.with_row_index("_row")
        keys = ranked(rows, self.prefer)
        by_content = _leaving(keys, "content_key", "duplicate")
        left = keys.join(by_content, on="_row", how="anti", maintain_order="left")
        by_id = _leaving(left, "id", "duplicate_id")
        return settled(rows, keys, pl.concat([by_content, by_id]), _clusters(keys), self.prefer)


def _leaving(best_first: pl.DataFrame, key: str, reason: str) -> pl.DataFrame:
    """All rows but the first of each `key`, each with that one."""
    first = pl.col("_row").first().over(key)
    found = best_first.select("_row", first.alias("_winner")).filter(pl.col("_row") != pl.col("_winner"))
    return found.with_columns(pl.lit(reason).alias("reason"), pl.lit(None, dtype=pl.String).alias("note"))


def _clusters(keys: pl.DataFrame) -> pl.DataFrame:
    """The merged clusters; where no row had one there is nothing to merge, for copies leave."""
    if not keys["cluster"].count():
        return keys.select("_row", pl.col("cluster").alias("_cluster")).clear()
    groups = keys.sort("_row")["content_key"].rank("dense").to_numpy()
    return merged_clusters(keys, groups)
