"""What the author of a stage sees: six shapes and `Reject`.

A stage is a frozen dataclass whose fields are its configuration. Run-time state (an index, an engine, a pool) lives in
the closure of `open()`, never on `self`. Fields of type `Path` name files; they never enter a fingerprint: what they
hold does, through `pins()`.
"""

import inspect
import re
import typing
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from pipeline.context import Context, SideInput
from pipeline.responder import Responder
from pipeline.schema import Record

if TYPE_CHECKING:
    import polars as pl

In = TypeVar("In", bound=Record)
Out = TypeVar("Out", bound=Record)

REJECT_REASON = "_reject_reason"
REJECT_DETAIL = "_reject_detail"


@dataclass(frozen=True, slots=True)
class Reject:
    """A decision against a row: `reason` is a short snake_case word that is counted, `detail` is for the reader.

    A source, which has no input row, sets `id` to say what it dropped.
    """

    reason: str
    detail: str = ""
    id: str | None = None

    def __post_init__(self) -> None:
        for name, value, kinds in (
            ("reason", self.reason, str),
            ("detail", self.detail, str),
            ("id", self.id, str | None),
        ):
            if not isinstance(value, kinds):
                raise TypeError(f"the {name} of a Reject is {value!r}, not text")


class Stage(ABC):  # noqa: B024  # each shape adds its own abstract method
    """Base of the six shapes.

    version    -- bump when the rows can differ; a comment says what changed and why
    expensive  -- its code is a guard and not part of the key: an edit without a bump of `version` stops and asks
    steady     -- gives the same rows each time; of one in which a clock may decide, `keep: results` drops no rows
    packages   -- distributions whose version decides the output ("sympy"); they enter the key, or the guard
    side_inputs, optional_side -- inputs by role: a record type, or `Folder`
    """

    version: ClassVar[int] = 1
    expensive: ClassVar[bool] = False
    steady: ClassVar[bool] = True
    packages: ClassVar[tuple[str, ...]] = ()
    # Reasons of rejects that may be the machine's doing: `tracemill retry` does such rows again.
    retryable_reasons: ClassVar[frozenset[str]] = frozenset()
    side_inputs: ClassVar[Mapping[str, Any]] = {}
    optional_side: ClassVar[Mapping[str, Any]] = {}
    row_in: ClassVar[type[Record] | None] = None
    row_out: ClassVar[type[Record] | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for base in getattr(cls, "__orig_bases__", ()):
            origin, records = typing.get_origin(base), typing.get_args(base)
            if origin is None or not issubclass(origin, Stage) or any(isinstance(r, TypeVar) for r in records):
                continue
            takes, gives = origin.slots(records)
            cls.row_in, cls.row_out = takes, gives

    @classmethod
    def slots(cls, records: tuple[Any, ...]) -> tuple[type[Record] | None, type[Record] | None]:
        """Which of the generic arguments is the row taken and which the row given."""
        return records[0], records[1]

    @classmethod
    def uses(cls) -> str:
        """The name in a recipe: the class name in snake_case."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", cls.__name__).lower()

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        """Digests or revisions of what the stage reads from outside the store; `digest(path)` is cached."""
        return {}

    def retryable(self) -> "pl.Expr | None":
        """Which of its own rows `tracemill retry` does again, such as verdicts left open by a timeout."""
        return None

    def facts(self) -> Mapping[str, Any]:
        """What an export tells of it beside its configuration, as JSON, such as the licence of its model.

        Never part of a key, so it names neither machines nor secrets.
        """
        return {}

    def suspicious(self) -> "Mapping[str, pl.Expr]":
        """Which of its own rows a person should look at first, by why, such as golds that attempts disagree with."""
        return {}


class SourceStage(Stage, Generic[Out]):
    """Reads the outside world, pinned. A shard is any JSON value; one input file may give several."""

    @classmethod
    def slots(cls, records: tuple[Any, ...]) -> tuple[type[Record] | None, type[Record] | None]:
        return None, records[0]

    @abstractmethod
    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]: ...

    @abstractmethod
    def shards(self) -> Sequence[Any]: ...

    @abstractmethod
    def read(self, shard: Any) -> Iterator[Out | Reject]: ...


class RowStage(Stage, Generic[In, Out]):
    """One row at a time: parsing, rules, checks."""

    @abstractmethod
    def process(self, row: In) -> Out | list[Out] | Reject: ...


BatchFn = Callable[[Sequence[In]], Sequence[Out | list[Out] | Reject]]


class BatchStage(Stage, Generic[In, Out]):
    """Rows in batches against something opened once per shard: an index, a classifier, a process pool."""

    @abstractmethod
    def open(self, ctx: Context) -> AbstractContextManager[BatchFn[In, Out]]: ...


Ask = Callable[[Any], Awaitable[Any]]
StreamFn = Callable[[In, Ask], Awaitable[Out | list[Out] | Reject]]


class StreamStage(Stage, Generic[In, Out]):
    """Language-model work. `fn(row, ask)` is pure given its answers; the engine journals each answer at once.

    An `ask` whose task is cancelled is taken back: what nobody waits for any more is broken off in the engine, and an
    answer that was complete before that stays in the journal.
    """

    expensive: ClassVar[bool] = True

    def requests_per_row(self) -> int | None:
        """The most requests one row makes, for `tracemill plan`; None where that is not known beforehand."""
        return None

    def effort(self, row: Any) -> float:
        """How long the answers to a row may be expected to be, in any unit: long ones are not left for the end."""
        return 0.0

    def gpus_per_responder(self) -> int:
        """GPUs that one responder needs for itself; 0 where it needs none or takes what is visible."""
        return 0

    def readings(self, counters: Mapping[str, float], seconds: float) -> list[str]:
        """What a person sees of the last minutes beside rows and cost; the clock starts when the responder is up."""
        return [f"{amount / seconds:,.0f} {name}/s" for name, amount in sorted(counters.items()) if amount]

    def cost(self, counters: Mapping[str, float], gpu_hours: float) -> tuple[float, str] | None:
        """What that much work costs and in which currency; None where no price is known. All GPUs' hours together."""
        return None

    def compared_with(self, config: Mapping[str, Any]) -> float | None:
        """How many times the requests for a row of a stage of this class with another configuration this one makes.

        None where its rates tell nothing, such as another model's. `config` is that of fingerprints, without defaults.
        """
        return 1.0

    @abstractmethod
    def responder(self, ctx: Context) -> Responder:
        """Cheap to make: the model is loaded in `start()`."""

    @abstractmethod
    def open(self, ctx: Context) -> AbstractContextManager[StreamFn[In, Out]]: ...


class TableStage(Stage, Generic[In, Out]):
    """A whole table at once with polars: dedup, joins, selection.

    Every input id stands in the result, dropped rows with `_reject_reason` set (and `_reject_detail`, if wanted).
    A result row keeps an input's id or carries that of an ancestor of the rows it stands for.

    The result is streamed into a file, and the rows need not fit into memory where `transform` lets them pass. So
    collect narrow columns to decide by, and join what was decided to the rows with `maintain_order="left"`: polars
    then holds the right side and never the left, which it else may.
    """

    @abstractmethod
    def transform(self, rows: "pl.LazyFrame", ctx: Context) -> "pl.LazyFrame": ...


class FileStage(Stage, Generic[In]):
    """Builds a folder: a classifier, converted weights, an export. `FileStage[Record]` may also run without `needs`.

    `publishes` copies the folder to `exports/<name>/vNNNN` when its content is new; the stage then has a field `name`
    and writes the digest of its content to `manifest.json` under `digest`, which is the artifact's own. `volatile`
    names files that do not count in the digest of any other folder.
    """

    publishes: ClassVar[bool] = False
    volatile: ClassVar[frozenset[str]] = frozenset()
    needs_rows: ClassVar[bool] = True

    @classmethod
    def slots(cls, records: tuple[Any, ...]) -> tuple[type[Record] | None, type[Record] | None]:
        return records[0], None

    @abstractmethod
    def build(self, rows: SideInput | None, folder: Path, ctx: Context) -> None: ...


SHAPES: tuple[type[Stage], ...] = (SourceStage, RowStage, BatchStage, StreamStage, TableStage, FileStage)


def is_concrete(candidate: Any) -> bool:
    return inspect.isclass(candidate) and issubclass(candidate, Stage) and not inspect.isabstract(candidate)
