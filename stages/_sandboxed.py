"""Stages that read what strangers wrote: written like a `RowStage`, run in a process that can be killed."""

import marshal
import pickle
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar, cast

import orjson

from pipeline.codec import decoder_of
from pipeline.context import Context
from pipeline.errors import ConfigError
from pipeline.outbox import Fault
from pipeline.sandbox import Failure, Outcome, Sandbox
from pipeline.schema import Record, row_dict
from pipeline.stage import BatchFn, BatchStage, Reject

In = TypeVar("In", bound=Record)
Out = TypeVar("Out", bound=Record)

Plain = dict[str, Any]

_OTHER = object()


@dataclass(frozen=True, kw_only=True)
class SandboxedStage(BatchStage[In, Out]):
    """Subclasses write `process(row)`, which may hang, swell or crash: the row is then rejected with the reason.

    A row is tried twice before it is rejected as `timeout`, `memory`, `crashed` or `too_deep`; the second time alone
    in a fresh process. What `process` raises is a fault of the row, as in any stage. Tests and commands may call
    `process` directly.

    page_seconds -- processor time of one row
    page_mb      -- memory of one row, beyond that of a process which holds no row
    """

    # Both were tried twice, on a machine that may have been busy or short of memory.
    retryable_reasons: ClassVar[frozenset[str]] = frozenset({Failure.TIMEOUT, Failure.CRASHED})

    page_seconds: float = 10.0
    page_mb: int = 1024

    def __post_init__(self) -> None:
        if self.page_seconds <= 0 or self.page_mb < 1:
            raise ConfigError(
                f"{self.uses()}: page_seconds {self.page_seconds:g}, page_mb {self.page_mb}: both must be above zero"
            )

    @abstractmethod
    def process(self, row: In) -> Out | list[Out] | Reject: ...

    @contextmanager
    def open(self, ctx: Context) -> Iterator[BatchFn[In, Out]]:
        """One process: the engine may run several shards at once, each with its own."""
        if type(self).__module__ == "__main__":
            raise ConfigError(f"{self.uses()} is defined in the script that runs; put it into a module of its own")
        stage = pickle.dumps(self)
        with Sandbox(f"{__name__}:load", argument=stage, seconds=self.page_seconds, memory_mb=self.page_mb) as box:
            decode = decoder_of(self.row_out)
            assert decode

            def run(rows: Sequence[In]) -> list[Any]:
                given = [row_dict(row) for row in rows]
                outcomes = box.map(map(marshal.dumps, given), names=[str(row["id"]) for row in given])
                return [_result(*pair, decode) for pair in zip(given, outcomes, strict=True)]

            yield run


def _result(given: Plain, outcome: Outcome, decode: Callable[[Any], Any]) -> Any:
    """What the stage's `process` returned, a reject for a limit passed, or a `Fault` for what it raised."""
    if outcome.failure is Failure.RAISED:
        return Fault(outcome.detail, outcome.traceback)
    if outcome.failure:
        return Reject(outcome.failure.value, outcome.detail)
    assert outcome.value is not None
    reply = orjson.loads(outcome.value)
    if "reject" in reply:
        return Reject(*reply["reject"])
    rows = [decode(given | row) for row in reply["rows"]]
    return rows if reply["is_list"] else rows[0]


# In the sandbox


def load(argument: bytes) -> Callable[[bytearray], bytes]:
    """`process` of the pickled stage, from the row's plain values to its result as JSON."""
    stage: SandboxedStage[Any, Any] = pickle.loads(argument)
    decode = decoder_of(stage.row_in)
    assert decode

    def run(payload: bytearray) -> bytes:
        given = marshal.loads(payload)
        try:
            result = stage.process(decode(given))
        except RecursionError as error:
            result = Reject("too_deep", str(error))
        return _encoded(result, given, cast(type[Record], stage.row_out))

    return run


def _encoded(result: Any, given: Mapping[str, Any], record: type[Record]) -> bytes:
    """JSON of the result; a field that holds the very object it came with is left out, such as the HTML of a page."""
    if isinstance(result, Reject):
        detail = result.detail.encode(errors="replace").decode()  # it may quote text that UTF-8 cannot hold
        return orjson.dumps({"reject": [result.reason, detail, result.id]})
    rows = result if isinstance(result, list) else [result]
    plain: list[Plain] = []
    for row in rows:
        if not isinstance(row, record):
            raise TypeError(f"the stage returned {type(row).__name__}, not {record.__name__} or Reject")
        plain.append({name: value for name, value in row_dict(row).items() if given.get(name, _OTHER) is not value})
    return orjson.dumps({"rows": plain, "is_list": isinstance(result, list)})
