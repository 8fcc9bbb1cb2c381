"""Export rows as tokens on disk: encoded once, then read at random in constant memory, however long the rows are."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from trainer.errors import TrainConfigError
from trainer.template import Encoded, Template

READ_ROWS = 64
IGNORED = -100  # the label that cross entropy leaves out


def view_files(folder: Path, view: str, split: str) -> list[Path]:
    """The Parquet files of one split; raises `TrainConfigError` that lists what the folder does hold."""
    found = sorted((folder / view).glob(f"{split}-*.parquet"))
    if not found:
        held = sorted({f"{path.parent.name}/{path.name.split('-')[0]}" for path in folder.glob("*/*.parquet")})
        raise TrainConfigError(f"data: {folder} has no rows {view}/{split}; it holds: {', '.join(held) or 'no views'}")
    return found


def read_rows(files: Sequence[Path]) -> Iterator[dict[str, Any]]:
    for path in files:
        with pq.ParquetFile(path) as file:
            if missing := {"id", "prompt", "completion"} - set(file.schema_arrow.names):
                raise TrainConfigError(f"data: {path} has no column {min(missing)!r}; choose a view with completions")
            for batch in file.iter_batches(batch_size=READ_ROWS, columns=["id", "prompt", "completion"]):
                yield from batch.to_pylist()


@dataclass(frozen=True)
class TokenRows:
    """Encoded rows in a flat file of int32. `offsets[i]:offsets[i + 1]` is row i; `prompts[i]` counts its prompt.

    `dropped` counts rows longer than the limit; `digest` covers all tokens and borders.
    """

    tokens: np.memmap[Any, np.dtype[np.int32]] | np.ndarray[Any, np.dtype[np.int32]]
    offsets: np.ndarray[Any, np.dtype[np.int64]]
    prompts: np.ndarray[Any, np.dtype[np.int64]]
    dropped: int
    digest: str

    def __len__(self) -> int:
        return len(self.prompts)

    def row(self, index: int) -> Encoded:
        ids = self.tokens[self.offsets[index] : self.offsets[index + 1]]
        return Encoded(ids.tolist(), int(self.prompts[index]))


def encode_rows(
    files: Sequence[Path], template: Template, path: Path, *, max_length: int, limit: int | None = None
) -> TokenRows:
    """Encodes rows into `path`, at most `limit` of them; a row longer than `max_length` is left out, never cut."""
    offsets, dropped, digest = [0], 0, hashlib.sha256()
    prompts: list[int] = []
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        for row in read_rows(files):
            if limit is not None and len(prompts) >= limit:
                break
            encoded = template.encode(row["id"], row["prompt"], row["completion"])
            if len(encoded.ids) > max_length:
                dropped += 1
                continue
            content = np.asarray(encoded.ids, dtype="<i4").tobytes()
            digest.update(f"{len(encoded.ids)} {encoded.num_prompt}\n".encode() + content)
            out.write(content)
            offsets.append(offsets[-1] + len(encoded.ids))
            prompts.append(encoded.num_prompt)
    empty = np.zeros(0, dtype=np.int32)
    tokens = np.memmap(path, dtype="<i4", mode="r") if offsets[-1] else empty  # an empty file cannot be mapped
    return TokenRows(tokens, np.asarray(offsets), np.asarray(prompts, dtype=np.int64), dropped, digest.hexdigest())


@dataclass(frozen=True)
class Order:
    """Which rows each step sees: a function of (seed, epoch, index), so a resumed run needs no iterator.

    Every epoch is a new permutation; a step may cross the border of two. The last step of the last epoch may be short.
    """

    num_rows: int
    rows_per_step: int
    seed: int
    epochs: int | None = None

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
            chosen += _shuffled(self.num_rows, self.seed, epoch)[max(start - border, 0) : stop - border].tolist()
        return chosen


@lru_cache(maxsize=2)
def _shuffled(num_rows: int, seed: int, epoch: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.random.default_rng([seed, epoch]).permutation(num_rows)
