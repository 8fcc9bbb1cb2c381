"""What a stage runs in: its side inputs, how it runs, and what stands above it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from pipeline.schema import Record

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

R = TypeVar("R", bound=Record)


class Folder:
    """Names the artifact of a `FileStage` where a stage declares a side input that is a folder, not rows."""


class SideInput(Protocol):
    """One input of a stage besides its main one, or the rows a `FileStage` builds from."""

    @property
    def folder(self) -> Path:
        """The folder of a `FileStage` artifact."""
        ...

    @property
    def num_rows(self) -> int: ...

    def lazy(self) -> "pl.LazyFrame": ...

    def rows(self, record: type[R]) -> Iterator[R]: ...

    def batches(self, columns: Sequence[str], rows: int) -> "Iterator[pa.RecordBatch]":
        """These columns of the rows in the order of `lazy()`, at most `rows` at a time: memory for no more."""
        ...

    def find(self, ids: Collection[str], columns: Sequence[str]) -> "Iterator[pa.RecordBatch]":
        """These columns of the rows with these ids, of which each stands once, in any order; little else is read."""
        ...


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """How a node runs (`run:` in the YAML). Nothing here can change a key, so nothing here may change a row.

    workers       -- processes; those of a stream stage have a teacher each
    restarts      -- how often a process with a teacher is started again after its death, without an answer in between
    max_errors    -- the share of rows that may be quarantined before the node fails
    batch_rows    -- rows that a stage which takes batches is given at once
    max_in_flight -- the most requests that a stream stage has open; without it what its teacher serves at once
    row_timeout_s -- seconds after which a row (a batch, then its rows one by one) is broken off and quarantined;
                     without it none is

    Raises `ValueError`.
    """

    workers: int = 1
    restarts: int = 3
    max_errors: float = 0.0
    batch_rows: int = 256
    max_in_flight: int | None = None
    row_timeout_s: float | None = None

    def __post_init__(self) -> None:
        for name in ("workers", "batch_rows", "max_in_flight"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name} is {value}; it must be at least 1")
        if self.restarts < 0:
            raise ValueError(f"restarts is {self.restarts}; it must be at least 0")
        if self.row_timeout_s is not None and self.row_timeout_s <= 0:
            raise ValueError(f"row_timeout_s is {self.row_timeout_s:g}; it must be above 0")
        if not 0 <= self.max_errors <= 1:
            raise ValueError(f"max_errors is {self.max_errors:g}; it is a share of the rows, from 0 to 1")


@dataclass(frozen=True, kw_only=True)
class Ancestor:
    """One artifact above an export, as manifests and cards report it; `pins` names the files read and their digests.

    `version` is its stage's, `code` the digest of the code that made it, `packages` those named as deciding its rows.
    `facts` is what its stage tells beside `config` and is as the recipe says now, be the artifact older or not.
    `needs` and `side` name the nodes that its rows and its side inputs, by role, came from. `is_folder` is the artifact
    of a file stage, which has no rows; `given_as` are the roles in which the export itself takes it, "needs" for rows.
    """

    node: str
    stage: str
    key: str
    digest: str
    config: Mapping[str, Any]
    pins: Mapping[str, str]
    rows_in: int
    kept: int
    rows_out: int
    rejected: Mapping[str, int]
    quarantined: int
    version: int = 1
    code: str = ""
    packages: Mapping[str, str | None] = field(default_factory=dict)
    needs: Sequence[str] = ()
    side: Mapping[str, Sequence[str]] = field(default_factory=dict)
    is_folder: bool = False
    given_as: Sequence[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def _ignore(name: str, amount: float) -> None:
    pass


def without_report(path: Path) -> None:
    pass


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the engine gives a stage while it runs.

    `count(name, amount)` adds to a live counter (tokens, cache hits); counters go to events, never into rows.
    `lineage` lists the artifacts above this node in run order; only file stages get it. `write_report(path)` writes the
    HTML report of those artifacts; a stage that publishes gets it.
    """

    node: str
    scratch: Path
    side: Mapping[str, SideInput] = field(default_factory=dict)
    run: RunOptions = field(default_factory=RunOptions)
    count: Callable[[str, float], None] = _ignore
    lineage: Sequence[Ancestor] = ()
    write_report: Callable[[Path], None] = without_report
