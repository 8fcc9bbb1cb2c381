"""Drops questions whose meaning a benchmark holds, by what `match_benchmarks` found and a model may have said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from pipeline.context import Context
from pipeline.errors import ConfigError, ShardError
from pipeline.stage import REJECT_DETAIL, REJECT_REASON, TableStage
from stages._leak_report import Leak
from stages._nearness import MIN_PROSE, MIN_SHARED, THRESHOLD, nearness, num_prose
from stages.records import Likeness, MatchedPair, QAPair

NEAR_SIGNAL = "near_benchmark"
CONTAMINATED, UNDECIDED = "contaminated", "leak_undecided"
_COLUMNS = ["benchmark", "item", "item_question", "cosine", "shared_numbers", "shared_answer", "crowd"]


@dataclass(frozen=True, kw_only=True)
class DecontaminateSemantic(TableStage[QAPair, QAPair]):
    """The side input `matches` is a node of `match_benchmarks`, or of `judge_matches` after it.

    Where a model was asked about a match, its word counts: any likeness but `different` makes the row `contaminated`,
    and the method is `judge_same`, `judge_renamed` or `judge_numbers_changed`. Where none was asked, a nearness
    (`stages/_nearness.py`) of `threshold` or more does, by the method `embedding`. A row whose model gave no decision
    is a reject of its own, `leak_undecided`, which says that nothing was found out. Rows that have matches and stay
    get the signal `near_benchmark`. The detail is that of `decontaminate`, with the item's text.

    min_prose      -- an item of fewer words of prose, "Compute 3 + 4", is near to all of its kind: without a model's
                      word it counts only where rare numbers agree
    keep_undecided -- such rows stay, with the signal `leak_undecided`; for a training set the safe side is without them
    """

    side_inputs: ClassVar[Mapping[str, Any]] = {"matches": MatchedPair}

    threshold: float = THRESHOLD
    min_prose: int = MIN_PROSE
    keep_undecided: bool = False

    def __post_init__(self) -> None:
        most = nearness(1.0, 1.0, 1.0, 0.0)
        if not 0 < self.threshold <= most:
            raise ConfigError(
                f"decontaminate_semantic: threshold is {self.threshold:g}; nearness goes from 0 to {most:g}"
            )

    def transform(self, rows: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        matches = ctx.side["matches"].lazy()
        self._check_all_matched(rows, matches, ctx)
        found = self._found(matches)
        decided = found.filter(pl.col("rank") < 2).collect(engine="streaming")
        told = decided.select("id", _reason(self.keep_undecided).alias(REJECT_REASON), _details(decided))
        signals = found.filter(pl.col("rank") > 0).select("id", _signal().alias("_signal"))
        return (
            rows.join(
                told.filter(pl.col(REJECT_REASON).is_not_null()).lazy(), on="id", how="left", maintain_order="left"
            )
            .join(signals, on="id", how="left", maintain_order="left")
            .with_columns(_with_signal())
            .drop("_signal")
        )

    def _found(self, matches: pl.LazyFrame) -> pl.LazyFrame:
        """Of each row with matches the one that decides: `rank` 0 a leak, 1 undecided, 2 neither."""
        each = (
            matches.select("id", pl.col("matches").alias("match"))
            .explode("match")
            .filter(pl.col("match").is_not_null())
            .select("id", *map(_field, _COLUMNS), *map(_opinion, ("likeness", "trouble")))
        )
        near = nearness(*map(pl.col, ("cosine", "shared_numbers", "shared_answer", "crowd")))
        likeness, trouble = pl.col("likeness"), pl.col("trouble")
        prose = pl.col("item_question").map_elements(num_prose, return_dtype=pl.Int64)
        tells = (pl.col("shared_numbers") >= MIN_SHARED) | (prose >= self.min_prose)
        rank = (
            pl.when(likeness == Likeness.DIFFERENT).then(2)
            .when(likeness.is_not_null()).then(0)
            .when(trouble.is_not_null()).then(1)
            .when((near >= self.threshold) & tells).then(0)
            .otherwise(2)
        )  # fmt: skip
        ordered = each.with_columns(rank.alias("rank"), near.alias("near")).sort(
            "rank", "near", "benchmark", "item", descending=[False, True, False, False]
        )
        return ordered.unique("id", keep="first", maintain_order=True)

    def _check_all_matched(self, rows: pl.LazyFrame, matches: pl.LazyFrame, ctx: Context) -> None:
        """A row that was never compared must not pass for a clean one."""
        absent = rows.select("id").join(matches.select("id"), on="id", how="anti").collect(engine="streaming")
        if absent.height:
            raise ShardError(
                f"{ctx.node}: {absent.height} rows were not compared with the benchmarks, such as "
                f"{absent['id'].sort()[0]}; the node given as `matches` must run over the same rows, or over more"
            )


def _field(name: str) -> pl.Expr:
    return pl.col("match").struct.field(name)


def _opinion(name: str) -> pl.Expr:
    return _field("opinion").struct.field(name)


def _reason(keep_undecided: bool) -> pl.Expr:
    undecided = pl.lit(None, dtype=pl.String) if keep_undecided else pl.lit(UNDECIDED)
    return pl.when(pl.col("rank") == 0).then(pl.lit(CONTAMINATED)).otherwise(undecided)


def _details(decided: pl.DataFrame) -> pl.Series:
    return pl.Series(REJECT_DETAIL, [_detail(row) for row in decided.iter_rows(named=True)], dtype=pl.String)


def _detail(row: Mapping[str, Any]) -> str:
    said = row["likeness"] or row["trouble"]
    leak = Leak(
        method=f"judge_{said}" if said else "embedding",
        benchmark=row["benchmark"],
        item=row["item"],
        score=row["cosine"],
        text=" ".join(row["item_question"].split()),
    )
    return str(leak)


def _signal() -> pl.Expr:
    return pl.when(pl.col("rank") == 1).then(pl.lit(UNDECIDED)).otherwise(pl.lit(NEAR_SIGNAL))


def _with_signal() -> pl.Expr:
    signals, signal = pl.col("signals"), pl.col("_signal")
    is_new = signal.is_not_null() & ~signals.list.contains(signal)
    return pl.when(is_new).then(pl.concat_list(signals, signal)).otherwise(signals).alias("signals")
