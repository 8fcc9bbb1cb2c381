"""Tells problems that are never solved because they are hard from those whose gold may be wrong."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.context import Context
from pipeline.errors import ConfigError, OutageError
from pipeline.schema import schema_of
from pipeline.stage import TableStage
from stages._consensus import Consensus, Quorum, Said, consensus, same_answer
from stages.records import Attempt, GoldStatus, Problem, VerdictRow
from stages.verify import Verify
from verifier import Outcome, Verifier, VerifierError

MAJORITY_DISAGREES = "majority_disagrees"
BATCH = 512
FOUND = pa.schema([
    pa.field("id", pa.string()), pa.field("consensus", pa.string()), pa.field("num_consensus", pa.int64()),
    pa.field("consensus_teachers", pa.list_(pa.string())), pa.field("is_clear", pa.bool_()),
    pa.field("is_open", pa.bool_()),
])  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AuditGolds(TableStage[Problem, Problem]):
    """Writes `audit` on every problem and drops none; `settle_golds` decides.

    Of a problem that no decided attempt solved, `suspect_gold` says that the attempts agree on one other answer, `hard`
    that they do not. A cut-off attempt or one without an answer is decided and wrong, and agrees with none. A solved
    problem keeps its status and gets the signal `majority_disagrees` where as many agree on another answer, and more
    than on the gold. With the side input `attempts` the audit names the teachers of whose own attempts more than half
    give that answer; without it none.

    On golds with two values (yes or no) all wrong attempts agree by necessity, so there `suspect_gold` says no more
    than that enough of them were made.

    min_agree -- attempts that must agree on the other answer
    min_share -- and their share of the decided ones
    timeout_s -- wall time for one comparison; where status or answer hang on one that takes longer, it is `undecided`
    """

    steady: ClassVar[bool] = False  # a comparison may end in time or not
    packages: ClassVar[tuple[str, ...]] = Verify.packages
    side_inputs: ClassVar[Mapping[str, Any]] = {"verdicts": VerdictRow}
    optional_side: ClassVar[Mapping[str, Any]] = {"attempts": Attempt}

    min_agree: int = 3
    min_share: float = 0.5
    timeout_s: float = 3.0

    def __post_init__(self) -> None:
        if self.min_agree < 1:
            raise ConfigError(f"audit_golds: min_agree is {self.min_agree}; it must be at least 1")
        if not 0 < self.min_share <= 1:
            raise ConfigError(f"audit_golds: min_share is {self.min_share:g}; it is a share above 0")

    @property
    def _quorum(self) -> Quorum:
        return Quorum(self.min_agree, self.min_share)

    def suspicious(self) -> Mapping[str, pl.Expr]:
        return {
            str(GoldStatus.SUSPECT_GOLD): pl.col("audit").struct.field("status") == GoldStatus.SUSPECT_GOLD,
            MAJORITY_DISAGREES: pl.col("signals").list.contains(MAJORITY_DISAGREES),
        }

    def transform(self, rows: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        counted = ctx.scratch / "counted.parquet"
        _counts(ctx.side["verdicts"].lazy()).sink_parquet(counted)
        counts = pl.scan_parquet(counted)
        said, found = ctx.scratch / "said.parquet", ctx.scratch / "found.parquet"
        self._said(rows, counts, ctx).sink_parquet(said)
        self._compare(said, found, workers=ctx.run.workers)
        audited = rows
        for more in (counts, pl.scan_parquet(found)):
            audited = audited.join(more, on="id", how="left", maintain_order="left")
        return audited.with_columns(_filled()).with_columns(*self._judged()).select(schema_of(Problem).names)

    def _said(self, rows: pl.LazyFrame, counts: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        """What the attempts at each problem answered where enough differ from the gold; one row a problem, by id."""
        differ = pl.col("num_attempts") - pl.col("num_correct")
        enough = pl.max_horizontal(
            pl.lit(self.min_agree), (self.min_share * pl.col("num_attempts")).round(9).ceil()
        ).cast(pl.Int64)
        wanted = counts.filter((differ > 0) & ((pl.col("num_correct") == 0) | (differ >= enough))).select("id")
        keys = ["problem_id", "teacher", "extracted", "is_correct"]
        answers = (
            _with_teachers(ctx, wanted)
            .with_columns((pl.col("outcome") == Outcome.CORRECT).alias("is_correct"))
            .group_by(keys)
            .agg(pl.len().cast(pl.Int64).alias("count"))
            .group_by("problem_id")
            .agg(pl.struct(pl.col("extracted").alias("text"), "teacher", "count", "is_correct").alias("said"))
        )
        asked = rows.select(pl.col("id").alias("problem_id"), "question")
        told = asked.join(answers, on="problem_id", maintain_order="left")
        return told.unique("problem_id", keep="any").sort("problem_id")

    def _compare(self, said: Path, found: Path, *, workers: int) -> None:
        """Reads a batch of problems at a time; each worker thread waits for a process of the verifier's pool."""
        with (
            pq.ParquetFile(said, pre_buffer=False) as source,
            pq.ParquetWriter(found, FOUND) as sink,
            Verifier(workers=workers, timeout_s=self.timeout_s) as verifier,
            ThreadPoolExecutor(workers) as threads,
        ):

            def one(row: Mapping[str, Any]) -> Consensus:
                told = [Said(**fields) for fields in row["said"]]
                return consensus(told, same_answer(verifier, row["question"]), self._quorum)

            for batch in source.iter_batches(batch_size=BATCH):
                problems = batch.to_pylist()
                try:
                    results = list(threads.map(one, problems))
                except VerifierError as error:
                    raise OutageError(f"the verifier does not work: {error}") from error
                sink.write_table(_table([row["problem_id"] for row in problems], results))

    def _judged(self) -> Iterator[pl.Expr]:
        """The audit in the order of its fields, and the signals."""
        correct, is_clear, is_open = pl.col("num_correct"), pl.col("is_clear"), pl.col("is_open")
        left_open = (pl.col("num_attempts") == 0) & (pl.col("num_undecided") > 0)
        status = (
            pl.when(correct > 0)
            .then(pl.lit(str(GoldStatus.SOLVED)))
            .when(left_open | is_open)
            .then(pl.lit(str(GoldStatus.UNDECIDED)))
            .when(pl.col("num_attempts") == 0)
            .then(pl.lit(str(GoldStatus.UNSAMPLED)))
            .when(is_clear)
            .then(pl.lit(str(GoldStatus.SUSPECT_GOLD)))
            .otherwise(pl.lit(str(GoldStatus.HARD)))
        )
        counts = ("num_attempts", "num_correct", "num_undecided", "consensus", "num_consensus", "consensus_teachers")
        given = pl.col("audit").struct.field("given_answer")
        yield pl.struct(status.alias("status"), *counts, given.alias("given_answer")).alias("audit")
        disputed = (correct > 0) & is_clear & ~is_open & (pl.col("num_consensus") > correct)
        others = pl.col("signals").list.filter(pl.element() != MAJORITY_DISAGREES)
        yield (
            pl.when(disputed)
            .then(pl.concat_list(others, pl.lit(MAJORITY_DISAGREES)))
            .otherwise(others)
            .alias("signals")
        )


def _counts(verdicts: pl.LazyFrame) -> pl.LazyFrame:
    outcome = pl.col("outcome")
    return verdicts.group_by(pl.col("problem_id").alias("id")).agg(
        (outcome != Outcome.UNDECIDED).sum().cast(pl.Int64).alias("num_attempts"),
        (outcome == Outcome.CORRECT).sum().cast(pl.Int64).alias("num_correct"),
        (outcome == Outcome.UNDECIDED).sum().cast(pl.Int64).alias("num_undecided"),
    )


def _with_teachers(ctx: Context, wanted: pl.LazyFrame) -> pl.LazyFrame:
    """Decided verdicts of the wanted problems; `teacher` is null where no attempts are given."""
    verdicts = ctx.side["verdicts"].lazy().filter(pl.col("outcome") != Outcome.UNDECIDED)
    verdicts = verdicts.select("id", "problem_id", "outcome", "extracted")
    verdicts = verdicts.join(wanted, left_on="problem_id", right_on="id", how="semi")
    if "attempts" not in ctx.side:
        return verdicts.with_columns(pl.lit(None, dtype=pl.String).alias("teacher"))
    attempts = ctx.side["attempts"].lazy().select("id", "teacher")
    lost = verdicts.join(attempts, on="id", how="anti").select(pl.col("id").min(), pl.len().alias("count")).collect()
    if lost["count"].item():
        raise ConfigError(
            f"{ctx.node}: {lost['count'].item()} verdicts have no attempt in side input `attempts` (first: "
            f"{lost['id'].item()}); name the nodes there whose rows were verified"
        )
    return verdicts.join(attempts, on="id", how="left")


def _table(ids: Sequence[str], results: Iterable[Consensus]) -> pa.Table:
    rows = [(one.answer, one.count, list(one.teachers), one.is_clear, one.is_open) for one in results]
    columns = [ids, *zip(*rows, strict=True)]
    return pa.table([pa.array(column, type=field.type) for column, field in zip(columns, FOUND, strict=True)], FOUND)


def _filled() -> Iterator[pl.Expr]:
    """Zeros and nothing for problems without attempts, or whose attempts were not compared."""
    for name in ("num_attempts", "num_correct", "num_undecided", "num_consensus"):
        yield pl.col(name).fill_null(0)
    for name in ("is_clear", "is_open"):
        yield pl.col(name).fill_null(False)
    yield pl.col("consensus_teachers").fill_null(pl.lit([], dtype=pl.List(pl.String)))
