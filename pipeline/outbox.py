"""What became of the rows of one shard, until it is committed.

What a row-wise stage returns for a row is one of four things: a row, several rows, a `Reject`, or an exception. The
`Outbox` turns each into its line in `data`, `rejects` or `quarantine` and counts it, so that nothing falls between.
"""

import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from pipeline import files
from pipeline.errors import ShardError
from pipeline.manifest import ShardReport
from pipeline.schema import DIGEST_MODULUS, Record, row_digest, row_json, row_values, to_table
from pipeline.stage import Reject
from pipeline.store import KINDS, Artifact, write_parquet

Result = Any


@dataclass(frozen=True)
class Fault:
    """An exception that belongs to one row."""

    error: str
    traceback: str

    @classmethod
    def of(cls, error: BaseException) -> "Fault":
        text = "".join(traceback.format_exception(error))
        return cls(f"{type(error).__name__}: {error}", text[-8000:])


@dataclass
class Outbox:
    """Collects what became of the rows of one shard, then commits it."""

    record: type[Record]
    values: list[list[Any]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    rejects: list[list[str]] = field(default_factory=list)
    quarantine: list[list[str]] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)
    rows_in: int = 0
    kept: int = 0
    digest: int = 0

    def put(self, rows: Sequence[Record], results: Sequence[Result]) -> None:
        """Files the results of input rows."""
        checked = self._fitting([self._checked(row.id, result) for row, result in zip(rows, results, strict=True)])
        for row, result in zip(rows, checked, strict=True):
            self._file(row.id, result, lambda row=row: row_json(row))  # type: ignore[misc]

    def put_new(self, items: Sequence[Record | Reject], where: Sequence[str]) -> None:
        """Files items of a source, which have no input row; `where` says for each where it stood."""
        results = [item if isinstance(item, Reject) else self._checked(item.id, item) for item in items]
        for item, place, result in zip(items, where, self._fitting(results), strict=True):
            if isinstance(result, list) and item.id in self.ids:
                result = Reject("duplicate_id", "a row with this id came earlier in the shard")
            self._file(str(item.id or place), result, lambda: "")

    def _checked(self, parent: str, result: Result) -> Result:
        """The plain values of the rows a result holds, or the reject or fault it is."""
        if isinstance(result, (Reject, Fault)):
            return result
        rows = result if isinstance(result, list) else [result]
        try:
            for row in rows:
                self._check_row(parent, row)
            if not rows:
                raise ValueError("the stage returned an empty list; return a Reject with a reason instead")
            return [row_values(row) for row in rows]
        except (TypeError, ValueError, AttributeError) as error:
            return Fault.of(error)

    def _check_row(self, parent: str, row: Any) -> None:
        if not isinstance(row, self.record):
            raise TypeError(f"the stage returned {type(row).__name__}, not {self.record.__name__} or Reject")
        if row.id != parent and not row.id.startswith(f"{parent}/"):
            raise ValueError(f"row id {row.id!r} neither keeps nor extends its parent's id {parent!r}")

    def _fitting(self, results: list[Result]) -> list[Result]:
        """The results with those replaced by a fault whose values do not fit the schema."""
        if self._misfit([values for result in results if isinstance(result, list) for values in result]) is None:
            return results
        return [(self._misfit(result) or result) if isinstance(result, list) else result for result in results]

    def _misfit(self, values: list[list[Any]]) -> Fault | None:
        try:
            to_table(values, self.record)
        except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
            return Fault.of(error)
        return None

    def _file(self, row_id: str, result: Result, row: Callable[[], str]) -> None:
        self.rows_in += 1
        if isinstance(result, list):
            new = [values[0] for values in result]
            if len({*new}) == len(new) and self.ids.isdisjoint(new):
                self._keep(new, result)
                return
            twice = next(row_id for index, row_id in enumerate(new) if row_id in self.ids or row_id in new[:index])
            result = Fault(f"ValueError: row id {twice!r} was given twice in one shard", "")
        if isinstance(result, Reject):
            self.rejected[result.reason] += 1
            self.rejects.append([row_id, result.reason, result.detail, row()])
        else:
            self.quarantine.append([row_id, result.error, result.traceback, row()])

    def _keep(self, ids: list[str], values: list[list[Any]]) -> None:
        self.ids.update(ids)
        self.values += values
        self.digest = (self.digest + sum(map(row_digest, values))) % DIGEST_MODULUS
        self.kept += 1

    def commit(
        self, artifact: Artifact, index: int, *, expected: int | None, seconds: float, counters: dict[str, float]
    ) -> ShardReport:
        """Writes rows, rejects and quarantine, then the report that makes the shard whole.

        `expected` is the number of rows in the shard's file, None for a source. Raises `ShardError` when another
        number was processed.
        """
        if expected is not None and expected != self.rows_in:
            raise ShardError(f"shard {index}: {expected} rows in its file, {self.rows_in} processed; nothing is kept")
        report = ShardReport(
            index=index,
            rows_in=self.rows_in,
            kept=self.kept,
            rows_out=len(self.values),
            rejected=dict(self.rejected),
            quarantined=len(self.quarantine),
            digest=f"{self.digest:064x}",
            seconds=round(seconds, 3),
            counters=counters,
        )
        self.values.sort(key=lambda values: values[0])
        write_parquet(artifact.shard("data", index), to_table(self.values, self.record))
        for kind, lines in (("rejects", self.rejects), ("quarantine", self.quarantine)):
            write_lines(artifact, kind, index, lines)
        files.write_json(artifact.report_path(index), report.to_json())
        return report


def write_lines(artifact: Artifact, kind: str, index: int, lines: list[list[str]]) -> None:
    path = artifact.shard(kind, index)
    if not lines:
        path.unlink(missing_ok=True)
        return
    # An error may quote text that UTF-8 cannot hold.
    columns = (
        [text.encode("utf-8", "replace").decode() for text in column] for column in zip(*sorted(lines), strict=True)
    )
    write_parquet(path, pa.table([pa.array(column, pa.string()) for column in columns], schema=KINDS[kind]))
