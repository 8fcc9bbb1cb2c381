"""Where the recall loop ends: the documents that go on to extraction, the others with the reason they do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from pipeline.context import Context
from pipeline.stage import REJECT_DETAIL, REJECT_REASON, TableStage
from stages.records import Document, Domain, DomainLabel, ScoredDocument

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, kw_only=True)
class KeepRecalled(TableStage[Document, Document]):
    """Documents that the side input `scores` recalled and whose domain `domains`, where it is given, does not exclude.

    Where side inputs hold an id or a domain more than once, the first one counts.

    keep_unlabelled  -- documents of domains that nobody labelled stay too
    """

    side_inputs: ClassVar[Mapping[str, Any]] = {"scores": ScoredDocument}
    optional_side: ClassVar[Mapping[str, Any]] = {"domains": Domain}

    keep_unlabelled: bool = True

    def transform(self, rows: "pl.LazyFrame", ctx: Context) -> "pl.LazyFrame":
        import polars as pl

        scores = _first(ctx.side["scores"].lazy().select("id", "domain", "score", "is_recalled"), "id")
        names = ["domain", "score", "is_recalled"]
        if "domains" in ctx.side:
            labels = _first(ctx.side["domains"].lazy().select("domain", pl.col("label").alias("_label")), "domain")
        else:
            labels = scores.select("domain", pl.lit(str(DomainLabel.SELECTED)).alias("_label")).unique()
        found = scores.join(labels, on="domain", how="left").rename({name: f"_{name}" for name in names})
        label = pl.col("_label").fill_null(str(DomainLabel.UNLABELLED))
        unlabelled = pl.lit(None) if self.keep_unlabelled else pl.lit("domain_unlabelled")
        reason = (
            pl.when(pl.col("_score").is_null()).then(pl.lit("not_scored"))
            .when(~pl.col("_is_recalled")).then(pl.lit("low_score"))
            .when(label == str(DomainLabel.REJECTED)).then(pl.lit("domain_rejected"))
            .when(label == str(DomainLabel.UNLABELLED)).then(unlabelled)
        )  # fmt: skip
        detail = pl.format("{}: score {}", pl.col("_domain"), pl.col("_score")).fill_null("")
        return (
            rows.join(found, on="id", how="left", maintain_order="left")
            .with_columns(reason.alias(REJECT_REASON), detail.alias(REJECT_DETAIL))
            .drop("_domain", "_score", "_is_recalled", "_label")
        )


def _first(rows: "pl.LazyFrame", name: str) -> "pl.LazyFrame":
    return rows.unique(name, keep="first", maintain_order=True)
