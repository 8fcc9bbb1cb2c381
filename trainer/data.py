"""Data sets: where they lie, which of their rows are read, and in which order training sees them.

Read are versions of a data set and what `tracemill export --to ...` makes of them, whichever trainer it was made for.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from trainer.errors import TrainConfigError

READ_ROWS = 256
# By the columns of a file, the first that it has all of: where the prompt stands, and where the completion.
COLUMNS = (("prompt", "completion"), ("messages",), ("input", "output"), ("input",))

Turns = list[dict[str, str]]


@dataclass(frozen=True)
class Row:
    id: str
    prompt: Turns
    completion: Turns


@dataclass(frozen=True)
class Source:
    """The files of one split of a data set; of all rows that are read, `share` are its."""

    files: tuple[Path, ...]
    share: float = 1.0


def view_files(folder: Path, view: str, split: str) -> list[Path]:
    """The files of one split; raises `TrainConfigError` that lists what the folder does hold."""
    found = sorted([*(folder / view).glob(f"{split}-*.parquet"), *(folder / view).glob(f"{split}.*")])
    if not found and not _is_empty(folder, view, split):
        files = [path for path in folder.glob("*/*") if path.suffix in (".parquet", ".jsonl")]
        held = sorted({f"{path.parent.name}/{path.stem.split('-')[0]}" for path in files})
        raise TrainConfigError(f"data: {folder} has no rows {view}/{split}; it holds: {', '.join(held) or 'no views'}")
    return found


def _is_empty(folder: Path, view: str, split: str) -> bool:
    """Whether an export says that the split has no rows, and so no file."""
    facts = folder / "export.json"
    return facts.exists() and json.loads(facts.read_text("utf-8"))["rows"].get(view, {}).get(split) == 0


def read_rows(files: Sequence[Path]) -> Iterator[Row]:
    """Chats to learn the answers of; of a chat as one list, the last message. Raises `TrainConfigError`."""
    for path in files:
        for number, row in enumerate(records(path, partial(_columns, path)), start=1):
            name = row_id(row, path, number)
            try:
                yield _row(name, row)
            except (KeyError, TypeError, IndexError):
                raise TrainConfigError(f"data: {path} row {name} is no chat with an answer of the assistant") from None


def row_id(row: Mapping[str, Any], path: Path, number: int) -> str:
    """The row's own id, or else its place."""
    return f"{path.name}:{number}" if row.get("id") is None else str(row["id"])


def records(path: Path, columns: Callable[[Collection[str]], Sequence[str]]) -> Iterator[dict[str, Any]]:
    """The rows of a file of Parquet or of lines of JSON; of the columns there are, `columns` says which are read."""
    if path.suffix != ".parquet":
        yield from _read_lines(path, columns)
        return
    try:
        # With `pre_buffer`, pyarrow's default, what was read of a file stays in memory until its end.
        with pq.ParquetFile(path, pre_buffer=False) as file:
            for batch in file.iter_batches(batch_size=READ_ROWS, columns=columns(file.schema_arrow.names)):
                yield from batch.to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise TrainConfigError(f"data: {path} cannot be read as Parquet: {error}") from error


def _read_lines(path: Path, columns: Callable[[Collection[str]], Sequence[str]]) -> Iterator[dict[str, Any]]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
            except ValueError as error:
                raise TrainConfigError(f"data: {path} line {number} is not JSON: {error}") from error
            if not isinstance(row, dict):
                raise TrainConfigError(f"data: {path} line {number} is no object of JSON")
            columns(row)
            yield row


def _columns(path: Path, names: Collection[str]) -> list[str]:
    for columns in COLUMNS:
        if all(name in names for name in columns):
            return [*columns, *(["id"] if "id" in names else [])]
    wanted = ", or ".join(" and ".join(columns) for columns in COLUMNS[:3])
    raise TrainConfigError(f"data: {path} has no columns {wanted}; choose a view with completions")


def _row(name: str, row: Mapping[str, Any]) -> Row:
    first, *rest = next(columns for columns in COLUMNS if all(column in row for column in columns))
    prompt = turns_of(row[first], "user")
    if rest:
        return Row(name, prompt, turns_of(row[rest[0]], "assistant"))
    if prompt[-1]["role"] != "assistant":
        raise IndexError
    return Row(name, prompt[:-1], prompt[-1:])


def turns_of(chat: str | Turns, role: str) -> Turns:
    """Of a chat, or of the text of one turn. Raises `TypeError` for a turn without text, which a template would print
    as the word None.
    """
    turns = [{"role": role, "content": chat}] if isinstance(chat, str) else chat
    if not all(isinstance(turn["content"], str) for turn in turns):
        raise TypeError
    return [{"role": turn["role"], "content": turn["content"]} for turn in turns]


@dataclass(frozen=True)
class Mix:
    """Rows of several sources, laid end to end in `sizes`, in fixed `shares` of every epoch.

    An epoch lasts as long as the scarcest source: it sees all of that one's rows and, of another, the next part of the
    other's own random order, which begins anew when its rows are used up.
    """

    sizes: tuple[int, ...]
    shares: tuple[float, ...]
    seed: int

    @property
    def counts(self) -> list[int]:
        """Rows of each source in an epoch."""
        length = min(size / share for size, share in zip(self.sizes, self.shares, strict=True))
        return [max(1, round(length * share)) for share in self.shares]

    def rows(self, epoch: int, places: Sequence[int]) -> list[int]:
        """What stands in an epoch, before it is shuffled, at `places` of it."""
        starts, first = [0, *accumulate(self.counts)], [0, *accumulate(self.sizes)]
        chosen = []
        for place in places:
            source = int(np.searchsorted(starts, place, side="right")) - 1
            turn, index = divmod(epoch * self.counts[source] + place - starts[source], self.sizes[source])
            chosen.append(first[source] + int(_shuffled(self.sizes[source], self.seed, turn, source)[index]))
        return chosen


@dataclass(frozen=True)
class Order:
    """Which rows each step sees: a function of (seed, epoch, index), so a resumed run needs no iterator.

    Every epoch is a new permutation; a step may cross the border of two. The last step of the last epoch may be short.
    With a `mix`, the rows of an epoch are those that it says.
    """

    num_rows: int
    rows_per_step: int
    seed: int
    epochs: int | None = None
    mix: Mix | None = None

    @property
    def num_steps(self) -> int:
        assert self.epochs is not None
        return -(-self.epochs * self.num_rows // self.rows_per_step)

    def epoch(self, step: int) -> float:
        """Epochs seen before the step, counted from 0."""
        return step * self.rows_per_step / self.num_rows

    def rows(self, step: int) -> list[int]:
        """The rows of one step, counted from 0."""
        start, stop = step * self.rows_per_step, (step + 1) * self.rows_per_step
        if self.epochs is not None:
            stop = min(stop, self.epochs * self.num_rows)
        chosen: list[int] = []
        for epoch in range(start // self.num_rows, -(-stop // self.num_rows)):
            border = epoch * self.num_rows
            places = _shuffled(self.num_rows, self.seed, epoch)[max(start - border, 0) : stop - border].tolist()
            chosen += self.mix.rows(epoch, places) if self.mix else places
        return chosen


@lru_cache(maxsize=64)  # the sources of a mix, in two epochs
def _shuffled(num_rows: int, *key: int) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Four bytes a row: what training holds in memory of its data."""
    return np.random.default_rng(key).permutation(np.arange(num_rows, dtype=np.int32))
