"""What several tests need: side inputs held in memory, a context, and a table stage run on rows."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
import pyarrow as pa

from pipeline.context import Context, SideInput
from pipeline.schema import Record, from_table, row_values, schema_of, to_table
from pipeline.stage import REJECT_REASON, BatchStage, Reject, TableStage

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class MemorySide:
    """A side input made of rows, or of a folder; `record` says what the rows would be where there are none."""

    records: Sequence[Record] = ()
    path: Path | None = None
    record: type[Record] | None = None

    @property
    def folder(self) -> Path:
        assert self.path is not None
        return self.path

    @property
    def num_rows(self) -> int:
        return len(self.records)

    def table(self) -> pa.Table:
        return to_table([row_values(row) for row in self.records], self.record or type(self.records[0]))

    def lazy(self) -> pl.LazyFrame:
        frame = pl.from_arrow(self.table())
        assert isinstance(frame, pl.DataFrame)
        return frame.lazy()

    def rows(self, record: type[R]) -> Iterator[R]:
        assert all(isinstance(row, record) for row in self.records)
        return iter(self.records)  # type: ignore[arg-type]

    def batches(self, columns: Sequence[str], rows: int) -> Iterator[pa.RecordBatch]:
        yield from self.table().select(list(columns)).to_batches(max_chunksize=rows)

    def find(self, ids: Collection[str], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        yield from self.lazy().filter(pl.col("id").is_in(list(ids))).select(columns).collect().to_arrow().to_batches()


def context(scratch: Path, **side: SideInput) -> Context:
    return Context(node="node", scratch=scratch, side=side)


def run_batch(stage: BatchStage[Any, Any], rows: Sequence[Record], ctx: Context) -> list[Any]:
    with stage.open(ctx) as fn:
        return list(fn(rows))


def run_table(stage: TableStage[Any, Any], rows: Sequence[Record], ctx: Context) -> tuple[list[Any], dict[str, str]]:
    """Kept rows as records, and dropped ids with their reason."""
    frame = stage.transform(MemorySide(rows).lazy(), ctx).collect()
    if REJECT_REASON not in frame.columns:
        frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(REJECT_REASON))
    dropped = frame.filter(pl.col(REJECT_REASON).is_not_null())
    kept = frame.filter(pl.col(REJECT_REASON).is_null())
    record = stage.row_out
    assert record is not None
    table = kept.select(schema_of(record).names).sort("id").to_arrow()
    return list(from_table(table, record)), dict(zip(dropped["id"], dropped[REJECT_REASON], strict=True))


def rejected(results: Sequence[Any]) -> list[str]:
    return [result.reason for result in results if isinstance(result, Reject)]


def folder_side(path: Path) -> Mapping[str, SideInput]:
    return {"folder": MemorySide(path=path)}
