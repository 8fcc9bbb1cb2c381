"""Counts scored documents by site: how many there are, how many the classifier recalled, and what they look like."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.context import Context
from pipeline.stage import REJECT_DETAIL, REJECT_REASON, TableStage
from stages.records import Domain, DomainLabel, ScoredDocument

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, kw_only=True)
class AggregateDomains(TableStage[ScoredDocument, Domain]):
    """One `Domain` a site, without a label yet; the document with the smallest id stands for it.

    The other documents leave with the reason `counted_in_domain`: they are in the figures of the row they name. An id
    that comes more than once is one document, the first.

    samples  -- pages of each domain to show to whoever labels it, recalled ones first; ids being digests, those with
                the smallest are as good as a draw
    """

    samples: int = 6

    def transform(self, rows: "pl.LazyFrame", ctx: Context) -> "pl.LazyFrame":
        import polars as pl

        rows = rows.unique("id", keep="first", maintain_order=True)
        sample = pl.struct("url", "title", "snippet", "score")
        domains = rows.group_by("domain").agg(
            pl.col("id").min().alias("_first"),
            pl.len().cast(pl.Int64).alias("num_documents"),
            pl.col("is_recalled").sum().cast(pl.Int64).alias("num_recalled"),
            pl.col("is_recalled").cast(pl.Float64).mean().alias("share_recalled"),
            pl.col("score").sort().mean().round(9).alias("mean_score"),
            pl.col("num_chars").sum().alias("num_chars"),
            sample.sort_by("is_recalled", "id", descending=[True, False]).head(self.samples).alias("samples"),
        )
        others = pl.col("id") != pl.col("_first")
        return (
            rows.select("id", "domain")
            .join(domains, on="domain", how="left")
            .with_columns(
                pl.lit(str(DomainLabel.UNLABELLED)).alias("label"),
                *(pl.lit(None, dtype=pl.String).alias(name) for name in ("reason", "labelled_by", "reply")),
                pl.when(others).then(pl.lit("counted_in_domain")).alias(REJECT_REASON),
                pl.when(others).then(pl.col("_first")).alias(REJECT_DETAIL),
            )
            .drop("_first")
        )
