"""A node as the report sees it: counts, files of rows, how its rows are shown. Only paths travel between processes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from pipeline.artifact import Artifact
from pipeline.lineage import Located
from pipeline.manifest import Totals
from pipeline.parquet import KINDS, open_parquet
from pipeline.schema import Record, Shown, schema_of
from pipeline.stage import Stage

FILES_AT_ONCE = 64


@dataclass(frozen=True)
class Step:
    """One node with its artifact; `state` as in `Located`. `building` is the folder of an export not yet in place."""

    node: str
    stage: Stage
    artifact: Artifact
    state: str
    needs: Sequence[str]
    side: Mapping[str, Sequence[str]]
    building: Path | None = None

    @classmethod
    def of(cls, located: Located) -> "Step":
        node = located.node
        return cls(node.name, node.stage, located.artifact, located.state, node.needs, dict(node.side))

    @property
    def uses(self) -> str:
        return type(self.stage).uses()

    @property
    def shown(self) -> Shown:
        """How the rows it gives are shown."""
        return (type(self.stage).row_out or Record).shown

    @cached_property
    def totals(self) -> Totals:
        return Totals.of(self.artifact.reports())

    @cached_property
    def is_spent(self) -> bool:
        """Whether its rows were dropped, for they can be made again."""
        return self.artifact.is_spent

    @cached_property
    def columns(self) -> list[str]:
        """The columns of its rows that are shown."""
        record = type(self.stage).row_out
        return [name for name in schema_of(record).names if name not in self.shown.bulky] if record else []

    def files(self, kind: str) -> list[Path]:
        """The files of `data`, `rejects`, `quarantine` or, of an export, of the rows it holds: `exported`."""
        if kind == "data" and self.is_spent:
            return []
        if kind == "data" and self.state == "complete":
            return self.artifact.data_files()
        if kind != "exported":
            return self.artifact.side_files(kind)
        return exported_files(self.building or self.artifact.folder) if getattr(self.stage, "publishes", False) else []

    def scans(self, kind: str) -> Iterator[pl.LazyFrame]:
        """The rows of a kind, some files at a time: what is held at once does not grow with the rows."""
        files = self.files(kind)
        for begin in range(0, len(files), FILES_AT_ONCE):
            yield pl.scan_parquet(files[begin : begin + FILES_AT_ONCE], glob=False)

    def check_readable(self) -> None:
        """Raises `StoreError` naming the first file that is damaged, which polars does not."""
        for kind in ("data", *KINDS, "exported"):
            for path in self.files(kind):
                open_parquet(path).close()


def exported_files(folder: Path) -> list[Path]:
    """The Parquet files of an export that name rows by their ids; its index alone where it has one."""
    index = folder / "index"
    paths = sorted((index if index.is_dir() else folder).rglob("*.parquet"))
    return [path for path in paths if "id" in pq.read_schema(path).names]


def column_of(path: str) -> pl.Expr:
    """A column, or with a dot the member of a struct."""
    name, *members = path.split(".")
    column = pl.col(name)
    for member in members:
        column = column.struct.field(member)
    return column


def label_of(path: str) -> str:
    """What a column is called in the report: `provenance.source` is a source like any other."""
    return path.rpartition(".")[2]
