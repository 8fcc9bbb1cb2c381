"""Runs a table stage: polars streams to scratch, the accounting is checked, the rows are cut into shards again."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.artifact import Artifact
from pipeline.columns import declared
from pipeline.context import Context
from pipeline.errors import ShardError, TracemillError
from pipeline.manifest import ShardReport
from pipeline.memory import give_back
from pipeline.parquet import REJECTS, unpacked_bytes, write_parquet
from pipeline.schema import Record, rows_digest, rows_in_bytes, schema_of, schema_problems
from pipeline.shard import Counters, ShardTask, broken
from pipeline.sorting import first_of_each, sink_sorted
from pipeline.stage import REJECT_DETAIL, REJECT_REASON, TableStage

SHARD_ROWS = 20_000
SHARD_BYTES = 128 << 20  # and no more than that of rows that are long
GROUP_BYTES = 32 << 20  # of a file in scratch, written and read at once
TOLD = ("id", REJECT_REASON, REJECT_DETAIL, "_row")


def run_table(task: ShardTask) -> list[ShardReport]:
    """Runs the stage over all its input and commits every shard; raises `ShardError` when rows do not add up."""
    stage, started, counters = task.stage, time.monotonic(), Counters()
    assert isinstance(stage, TableStage)
    try:
        first = _transform(stage, task, replace(task.context, count=counters))
        give_back()
        return _commit(task.context.scratch / "kept.parquet", task, first, started=started, counters=counters.amounts)
    except TracemillError:
        raise
    except Exception as error:  # a table has no single row to blame: the node fails with its cause
        raise broken(task.context.node, error) from error
    finally:
        give_back()


def _transform(stage: TableStage[Any, Any], task: ShardTask, context: Context) -> dict[str, Any]:
    """Puts the kept rows into scratch and the dropped ones into place; returns the counts of the whole table."""
    assert stage.row_in is not None
    assert stage.row_out is not None
    given, scratch = task.source.lazy(), context.scratch
    num_in = task.source.num_rows
    groups = rows_in_bytes(GROUP_BYTES, sum(map(_bytes_of, task.source.files)), num_in)
    _complete(stage.transform(given, context)).sink_parquet(scratch / "result.parquet", row_group_size=groups)
    result = pl.scan_parquet(scratch / "result.parquet")
    kept, dropped = result.filter(pl.col(REJECT_REASON).is_null()), result.filter(pl.col(REJECT_REASON).is_not_null())
    _check_schema(kept, stage.row_out, context.node)
    _check_rows(given, kept, dropped, context.node)
    columns = schema_of(stage.row_out).names
    sink_sorted(kept.select(columns), scratch / "kept.parquet", by=["id"], groups=groups)
    lines = _told(given, dropped, schema_of(stage.row_in).names)
    sink_sorted(lines, scratch / "rejects.parquet", by=REJECTS.names, groups=groups)
    counts = _rejects(scratch / "rejects.parquet", task.artifact)
    return {"rows_in": num_in, "kept": num_in - sum(counts.values()), "rejected": counts}


def _complete(frame: pl.LazyFrame) -> pl.LazyFrame:
    present = frame.collect_schema().names()
    absent = [name for name in (REJECT_REASON, REJECT_DETAIL) if name not in present]
    return frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in absent)


def _check_schema(kept: pl.LazyFrame, record: type[Record], node: str) -> None:
    schema = kept.head(0).drop(REJECT_REASON, REJECT_DETAIL).collect().to_arrow().schema
    problems = schema_problems(schema, record)
    if problems:
        raise ShardError(f"{node}: the result does not hold {record.__name__} rows: {'; '.join(problems)}")


def _check_rows(given: pl.LazyFrame, kept: pl.LazyFrame, dropped: pl.LazyFrame, node: str) -> None:
    """Each input row is kept (by its id or an ancestor's) or dropped with a reason, once; nothing is new."""
    all_came, all_went = given.select("id"), pl.concat([kept.select("id"), dropped.select("id")])
    if _folded(all_came) == _folded(all_went):
        return
    came, went = (frame.group_by("id") for frame in (all_came, all_went))
    counts = came.len("came").join(went.len("went"), on="id", how="full", coalesce=True)
    odd = counts.fill_null(0).filter(pl.col("came") != pl.col("went")).collect()
    fewer, more = odd.filter(pl.col("went") < pl.col("came")), odd.filter(pl.col("went") > pl.col("came"))
    kept_ids = set(kept.select("id").unique().collect()["id"]) if odd.height else set()
    above = {a for row in given.select("id").collect()["id"] for a in _ancestors(row)} if more.height else set()
    lost = [row for row in fewer["id"] if kept_ids.isdisjoint(_ancestors(row))]
    new = [row for row in more.filter(pl.col("came") == 0)["id"] if row not in above or row not in kept_ids]
    twice = [row for row, _, times in more.iter_rows() if times > 1]
    for found, fact in (
        (lost, "input rows are neither kept nor dropped with a reason"),
        (new, "rows of the result come from no input row"),
        (twice, "rows of the result stand there more often than they came in"),
    ):
        if found:
            raise ShardError(f"{node}: {len(found)} {fact}, such as {min(found)}")


def _folded(ids: pl.LazyFrame) -> tuple[int, ...]:
    """Alike for the same ids as often each, in any order and in no memory; for others once in 2^64 times."""
    hashed = pl.col("id").hash()
    halves = (hashed // (1 << 32)).sum().alias("high"), (hashed % (1 << 32)).sum().alias("low")
    return ids.select(pl.len(), *halves).collect(engine="streaming").row(0)


def _ancestors(row_id: str) -> Iterator[str]:
    while (cut := row_id.rfind("/")) > 0:
        row_id = row_id[:cut]
        yield row_id


def _told(given: pl.LazyFrame, dropped: pl.LazyFrame, columns: list[str]) -> pl.LazyFrame:
    """The dropped rows with their reasons, as rejects are written.

    A row is written as the stage returned it, if with all the columns it came with: an id may come more than once. Else
    it is looked up by its id.
    """
    reasons = (pl.col("id"), pl.col(REJECT_REASON), pl.col(REJECT_DETAIL).fill_null(""))
    if set(columns) <= set(dropped.collect_schema().names()):
        told = dropped.select(*reasons, _as_json(columns))
    else:
        rows = first_of_each(given).select("id", _as_json(columns))
        told = rows.join(dropped.select(*reasons), on="id", maintain_order="left")
    return told.select(TOLD).rename(dict(zip(TOLD, REJECTS.names, strict=True)))


def _rejects(path: Path, artifact: Artifact) -> dict[str, int]:
    """Puts the sorted rejects into place, and counts them by reason."""
    for index, part in enumerate(_batches(path, REJECTS.names)):
        write_parquet(artifact.shard("rejects", index), pa.Table.from_batches([part]).cast(REJECTS))
    counts = pl.scan_parquet(path).group_by("reason").len().sort("reason").collect()
    return dict(zip(counts["reason"], counts["len"], strict=True))


def _as_json(columns: list[str]) -> pl.Expr:
    return pl.struct(columns).struct.json_encode().alias("_row")


def _commit(
    path: Path, task: ShardTask, first: dict[str, Any], *, started: float, counters: dict[str, float]
) -> list[ShardReport]:
    """Cuts the sorted rows into shards; the first report carries the counts of the whole table."""
    artifact, record, reports = task.artifact, task.stage.row_out, []
    assert record is not None
    for index, rows in enumerate(_cut(path, record)):
        write_parquet(artifact.shard("data", index), rows)
        report = ShardReport(
            index=index,
            rows_out=rows.num_rows,
            quarantined=0,
            digest=f"{_digest_sum(rows):064x}",
            seconds=round(time.monotonic() - started, 3) if index == 0 else 0.0,
            counters=counters if index == 0 else {},
            **(first if index == 0 else {"rows_in": 0, "kept": 0, "rejected": {}}),
        )
        dropped = sorted((artifact.path / "rejects").glob("*.parquet")) if index == 0 else []
        reports.append(artifact.commit_shard(report, [artifact.shard("data", index), *dropped]))
    return reports


def _cut(path: Path, record: type[Record]) -> Iterator[pa.Table]:
    """The rows as the record declares them, a shard at a time; one empty table where there are none."""
    schema, is_empty = schema_of(record), True
    for batch in _batches(path, schema.names):
        is_empty = False
        yield declared(batch, record)
    if is_empty:
        yield schema.empty_table()


def _batches(path: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path, pre_buffer=False) as file:
        if rows := file.metadata.num_rows:
            at_once = min(SHARD_ROWS, rows_in_bytes(SHARD_BYTES, unpacked_bytes(file.metadata), rows))
            yield from file.iter_batches(batch_size=at_once, columns=columns)


def _bytes_of(path: Path) -> int:
    """Of its rows, unpacked."""
    return unpacked_bytes(pq.read_metadata(path))


def _digest_sum(rows: pa.Table) -> int:
    """By columns, since a list a row of a million rows costs more than what is done to it."""
    return rows_digest(zip(*(column.to_pylist() for column in rows.columns), strict=True))
