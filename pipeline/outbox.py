"""What became of the rows of one shard, until it is committed.

What a row-wise stage returns for a row is one of four things: a row, several rows, a `Reject`, or an exception. The
`Outbox` turns each into its line in `data`, `rejects` or `quarantine` and counts it, so that nothing falls between.
"""

import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline import files
from pipeline.artifact import Artifact
from pipeline.bulk import columns_of
from pipeline.columns import by_id
from pipeline.errors import ShardError
from pipeline.manifest import ShardReport
from pipeline.parquet import KINDS, write_parquet
from pipeline.redaction import redacted
from pipeline.schema import DIGEST_MODULUS, Record, descends, row_json, row_values, rows_digest, table_of, to_table
from pipeline.stage import Reject

Result = Any
Values = list[list[Any]]
SPILL_BYTES = 4_000_000
MOST_TOLD = 8000  # characters of an error: it may quote a whole page


@dataclass(frozen=True)
class Fault:
    """An exception that belongs to one row."""

    error: str
    traceback: str

    @classmethod
    def of(cls, error: BaseException) -> "Fault":
        text = "".join(traceback.format_exception(error))
        told = f"{type(error).__name__}: {error}"
        return cls(redacted(told[:MOST_TOLD]), redacted(text[-MOST_TOLD:]))


@dataclass
class Outbox:
    """Collects what became of the rows of one shard, then commits it.

    Rows wait as Arrow tables. With `spill`, the beginning of a path, they wait in files as soon as they are more than a
    few megabytes, so that many shards may be open at once whatever their rows weigh.
    """

    record: type[Record]
    spill: Path | None = None
    tables: list[pa.Table] = field(default_factory=list)
    spilled: list[Path] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    rejects: list[list[str]] = field(default_factory=list)
    quarantine: list[list[str]] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)
    rows_in: int = 0
    kept: int = 0
    digest: int = 0
    held_bytes: int = 0

    def put(self, rows: Sequence[Record], results: Sequence[Result]) -> None:
        """Files the results of input rows."""
        if self._put_at_once([row.id for row in rows], results, lambda place: row_json(rows[place])):
            return
        fitted, table = self._fitted([self._checked(row.id, result) for row, result in zip(rows, results, strict=True)])
        kept: Values = []
        for row, result in zip(rows, fitted, strict=True):
            kept += self._file(row.id, result, lambda row=row: row_json(row))  # type: ignore[misc]
        self._keep(kept, table)

    def put_new(self, items: Sequence[Record | Reject], where: Sequence[str]) -> None:
        """Files items of a source, which have no input row; `where` says for each where it stood."""
        names = [str(item.id or place) for item, place in zip(items, where, strict=True)]
        if self._put_at_once(names, items, lambda place: ""):
            return
        fitted, table = self._fitted([self._checked(item.id or "", item) for item in items])
        kept: Values = []
        for item, name, result in zip(items, names, fitted, strict=True):
            if isinstance(result, list) and item.id in self.ids:
                result = Reject("duplicate_id", "a row with this id came earlier in the shard")
            kept += self._file(name, result, lambda: "")
        self._keep(kept, table)

    def _put_at_once(self, parents: list[str], results: Sequence[Result], text: Callable[[int], str]) -> bool:
        """Files results that are rows or rejects and beyond doubt; False, with nothing filed, where one is not."""
        kept, above, refused = list[Record](), list[str](), list[int]()
        for place, (parent, result) in enumerate(zip(parents, results, strict=True)):
            if type(result) is self.record:
                kept.append(result)
                above.append(parent)
            elif type(result) is Reject:
                refused.append(place)
            elif type(result) is list and result:
                kept += result
                above += [parent] * len(result)
            else:
                return False
        if kept and not self._keep_at_once(kept, above):
            return False
        self.rows_in += len(parents)
        self.kept += len(parents) - len(refused)
        for place in refused:
            self._refuse(parents[place], results[place], text(place))
        return True

    def _keep_at_once(self, rows: list[Record], parents: list[str]) -> bool:
        columns = columns_of(rows, self.record)
        if columns is None or not all(map(descends, columns[0], parents)):
            return False
        new = {*columns[0]}
        if len(new) < len(rows) or not self.ids.isdisjoint(new):
            return False
        try:
            table = table_of(columns, self.record)
        except ValueError:
            return False
        self.ids |= new
        self._hold(table, zip(*columns, strict=True))
        return True

    def _checked(self, parent: str, result: Result) -> Result:
        """The plain values of the rows a result holds, or the reject or fault it is."""
        if isinstance(result, (Reject, Fault)):
            return result
        rows = result if isinstance(result, list) else [result]
        try:
            for row in rows:
                if not isinstance(row, self.record):
                    raise TypeError(f"the stage returned {type(row).__name__}, not {self.record.__name__} or Reject")
                if not descends(row.id, parent):
                    raise ValueError(f"row id {row.id!r} neither keeps nor extends its parent's id {parent!r}")
            if not rows:
                raise ValueError("the stage returned an empty list; return a Reject with a reason instead")
            return [row_values(row) for row in rows]
        except (TypeError, ValueError, AttributeError) as error:
            return Fault.of(error)

    def _fitted(self, results: list[Result]) -> tuple[list[Result], pa.Table]:
        """The results with those replaced by a fault whose values do not fit the schema; the others as one table."""
        table = self._table(results)
        if isinstance(table, Fault):
            alone = (self._table([result]) for result in results)
            results = [fit if isinstance(fit, Fault) else result for fit, result in zip(alone, results, strict=True)]
            table = self._table(results)
            assert isinstance(table, pa.Table)
        return results, table

    def _table(self, results: list[Result]) -> pa.Table | Fault:
        values = [values for result in results if isinstance(result, list) for values in result]
        try:
            return to_table(values, self.record)
        except ValueError as error:
            return Fault.of(error)

    def _file(self, row_id: str, result: Result, row: Callable[[], str]) -> Values:
        """Files one result; returns the values of the rows to be kept of it."""
        self.rows_in += 1
        if isinstance(result, list):
            new = [values[0] for values in result]
            if len({*new}) == len(new) and self.ids.isdisjoint(new):
                self.ids.update(new)
                self.kept += 1
                return result
            twice = next(row_id for index, row_id in enumerate(new) if row_id in self.ids or row_id in new[:index])
            result = Fault(f"ValueError: row id {twice!r} was given twice in one shard", "")
        if isinstance(result, Reject):
            self._refuse(row_id, result, row())
        else:
            self.quarantine.append([row_id, result.error, result.traceback, row()])
        return []

    def _refuse(self, row_id: str, reject: Reject, text: str) -> None:
        self.rejected[reject.reason] += 1
        self.rejects.append([row_id, reject.reason, reject.detail, text])

    def _keep(self, values: Values, fitted: pa.Table) -> None:
        if values:
            self._hold(fitted if fitted.num_rows == len(values) else to_table(values, self.record), values)

    def _hold(self, table: pa.Table, values: Iterable[Sequence[Any]]) -> None:
        self.tables.append(table)
        self.held_bytes += table.nbytes
        self.digest = (self.digest + rows_digest(values)) % DIGEST_MODULUS
        if self.spill and self.held_bytes > SPILL_BYTES:
            self._spill(self.spill)

    def _spill(self, beginning: Path) -> None:
        path = beginning.with_name(f"{beginning.name}-{len(self.spilled)}.arrow")
        with files.storing(path), pa.ipc.new_file(path, self.tables[0].schema) as writer:
            for table in self.tables:
                writer.write_table(table)
        self.spilled.append(path)
        self.tables, self.held_bytes = [], 0

    def rows(self) -> pa.Table:
        """The rows kept, by id."""
        spilled = [pa.ipc.open_file(pa.memory_map(str(path))).read_all() for path in self.spilled]
        return by_id(pa.concat_tables([to_table([], self.record), *spilled, *self.tables]))

    def commit(
        self, artifact: Artifact, index: int, *, expected: int | None, seconds: float, counters: dict[str, float]
    ) -> ShardReport:
        """Writes rows, rejects and quarantine, then the report that makes the shard whole.

        `expected` is the number of rows in the shard's file, None for a source. Raises `ShardError` when another
        number was processed.
        """
        if expected is not None and expected != self.rows_in:
            raise ShardError(f"shard {index}: {expected} rows in its file, {self.rows_in} processed; nothing is kept")
        table = self.rows()
        report = ShardReport(
            index=index,
            rows_in=self.rows_in,
            kept=self.kept,
            rows_out=table.num_rows,
            rejected=dict(self.rejected),
            quarantined=len(self.quarantine),
            digest=f"{self.digest:064x}",
            seconds=round(seconds, 3),
            counters=counters,
        )
        paths = [artifact.shard("data", index)]
        write_parquet(paths[0], table)
        for kind, lines in (("rejects", self.rejects), ("quarantine", self.quarantine)):
            write_lines(artifact, kind, index, lines)
            paths += [artifact.shard(kind, index)] if lines else []
        report = artifact.commit_shard(report, paths)
        for path in self.spilled:
            path.unlink()
        return report


def write_lines(artifact: Artifact, kind: str, index: int, lines: list[list[str]]) -> None:
    path = artifact.shard(kind, index)
    if not lines:
        files.right.get()()
        path.unlink(missing_ok=True)
        return
    # An error may quote text that UTF-8 cannot hold.
    columns = (
        [text.encode("utf-8", "replace").decode() for text in column] for column in zip(*sorted(lines), strict=True)
    )
    write_parquet(path, pa.table([pa.array(column, pa.string()) for column in columns], schema=KINDS[kind]))
