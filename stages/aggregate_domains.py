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

        rows = rows.with_row_index("_row")
        domains = self._counted(rows).collect(engine="streaming")
        domains = domains.join(_samples(rows, domains.select("domain", "_shown")), on="domain").drop("_shown")
        stands_for = domains.lazy().select("domain", "_first", "_id")
        figures = domains.lazy().drop("domain", "_id").rename({"_first": "_row"})
        others = pl.col("_row") != pl.col("_first")
        return (
            rows.select("_row", "id", "domain")
            .join(stands_for, on="domain", how="left", maintain_order="left")
            .join(figures, on="_row", how="left", maintain_order="left")
            .with_columns(
                pl.lit(str(DomainLabel.UNLABELLED)).alias("label"),
                *(pl.lit(None, dtype=pl.String).alias(name) for name in ("reason", "labelled_by", "reply")),
                pl.when(others).then(pl.lit("counted_in_domain")).alias(REJECT_REASON),
                pl.when(others).then(pl.col("_id")).alias(REJECT_DETAIL),
            )
            .drop("_row", "_first", "_id")
        )

    def _counted(self, rows: "pl.LazyFrame") -> "pl.LazyFrame":
        """A row a domain: its figures, `_first` and `_id` of the document that stands for it, `_shown` samples."""
        import polars as pl

        from pipeline.sorting import first_of_each

        shown = pl.col("_row").sort_by("is_recalled", "id", descending=[True, False]).head(self.samples)
        known = rows.select("_row", "id", "domain", "is_recalled", "score", "num_chars")
        counted = (
            first_of_each(known)
            .group_by("domain")
            .agg(
                pl.col("_row").sort_by("id").first().alias("_first"),
                pl.col("id").min().alias("_id"),
                pl.len().cast(pl.Int64).alias("num_documents"),
                pl.col("is_recalled").sum().cast(pl.Int64).alias("num_recalled"),
                pl.col("is_recalled").cast(pl.Float64).mean().alias("share_recalled"),
                pl.col("score").alias("mean_score"),
                pl.col("num_chars").sum().alias("num_chars"),
                shown.alias("_shown"),
            )
        )
        # A sum by several threads has other last bits each time, and polars drops a sort before a mean.
        return counted.with_columns(pl.col("mean_score").list.sort().list.mean().round(9))


def _samples(rows: "pl.LazyFrame", shown: "pl.DataFrame") -> "pl.DataFrame":
    """`samples` of each domain; `_shown` are the numbers of their rows."""
    import polars as pl

    placed = shown.explode("_shown").rename({"_shown": "_row"})
    texts = rows.select("_row", pl.struct("url", "title", "snippet", "score").alias("samples"))
    found = texts.join(placed.lazy().select("_row"), on="_row", how="semi", maintain_order="left")
    told = placed.join(found.collect(engine="streaming"), on="_row", how="left", maintain_order="left")
    return told.group_by("domain", maintain_order=True).agg("samples")
