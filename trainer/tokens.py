"""Rows as tokens on disk: encoded once, then read at random in constant memory, however many and long they are."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from trainer.data import READ_ROWS, Row, Source, read_rows
from trainer.template import Encoded, Template

# 3: special tokens that a row spells are letters; 2: the index of prompts begins with where the first one does
FORMAT = 3
R = TypeVar("R")
E = TypeVar("E")


@dataclass(frozen=True, kw_only=True)
class TokenFacts:
    """`sizes` counts the rows of each source, `dropped` those longer than the limit.

    key     -- what the rows were encoded from and how; the same key is not encoded again
    digest  -- of all tokens and borders
    """

    key: str
    sizes: list[int]
    dropped: int
    digest: str


@dataclass(frozen=True)
class TokenRows:
    """Flat files, read a row at a time and never mapped: what was read would count as memory of the process.

    `path` has the tokens in int32. Row i lies behind the end in pair i of the index and before that in pair i + 1,
    which also has the length of its prompt.
    """

    path: Path
    facts: TokenFacts

    def __len__(self) -> int:
        return sum(self.facts.sizes)

    @property
    def dropped(self) -> int:
        return self.facts.dropped

    @property
    def digest(self) -> str:
        return self.facts.digest

    @property
    def longest(self) -> int:
        """Tokens of the longest row."""
        return int(np.diff(np.fromfile(_index(self.path), dtype="<i8")[::2]).max(initial=0))

    def row(self, index: int) -> Encoded:
        pairs = np.fromfile(_index(self.path), dtype="<i8", count=4, offset=16 * index)
        start, _, end, num_prompt = pairs.tolist()
        return Encoded(np.fromfile(self.path, dtype="<i4", count=end - start, offset=4 * start).tolist(), num_prompt)


def encode_rows(
    sources: Sequence[Source],
    template: Template,
    path: Path,
    *,
    max_length: int,
    limit: int | None = None,
    tell: Callable[[int], None] = lambda num_rows: None,
) -> TokenRows:
    """Encodes rows into `path` and beside it, unless the same stand there already.

    max_length  -- a longer row is left out and counted, never cut
    limit       -- at most so many rows, the first of each source
    tell        -- is told now and then how many rows have been encoded
    """
    key = source_key(sources, template, max_length, limit)
    if not path.with_suffix(".json").exists() or open_rows(path).facts.key != key:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".json").unlink(missing_ok=True)
        limits = [None if limit is None else max(1, round(limit * source.share)) for source in sources]
        facts = _write(sources, limits, template, path, max_length=max_length, tell=tell, key=key)
        path.with_suffix(".json").write_text(json.dumps(asdict(facts)) + "\n", "utf-8")
    return open_rows(path)


def open_rows(path: Path) -> TokenRows:
    """What `encode_rows` wrote."""
    return TokenRows(path, TokenFacts(**json.loads(path.with_suffix(".json").read_text("utf-8"))))


def _index(path: Path) -> Path:
    return path.with_suffix(".index")


def source_key(sources: Sequence[Source], template: Template, max_length: int, limit: int | None) -> str:
    """What encoded rows depend on."""
    told: list[Any] = [FORMAT, template.digest, max_length, limit]
    for source in sources:
        told.append(source.share)
        for path in source.files:
            with path.open("rb") as file:
                told.append(hashlib.file_digest(file, "sha256").hexdigest())
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _write(
    sources: Sequence[Source],
    limits: Sequence[int | None],
    template: Template,
    path: Path,
    *,
    max_length: int,
    tell: Callable[[int], None],
    key: str,
) -> TokenFacts:
    def encode(row: Row) -> Encoded:
        return template.encode(row.id, row.prompt, row.completion)

    sizes, dropped, end, digest = [0] * len(sources), 0, 0, hashlib.sha256()
    with path.open("wb") as tokens, _index(path).open("wb") as index:
        index.write(np.zeros(2, dtype="<i8").tobytes())
        for number, (source, limit) in enumerate(zip(sources, limits, strict=True)):
            for encoded in in_threads(read_rows(source.files), encode):
                if limit is not None and sizes[number] >= limit:
                    break
                if len(encoded.ids) > max_length:
                    dropped += 1
                    continue
                content = np.asarray(encoded.ids, dtype="<i4").tobytes()
                digest.update(f"{len(encoded.ids)} {encoded.num_prompt}\n".encode() + content)
                end += len(encoded.ids)
                tokens.write(content)
                index.write(np.asarray([end, encoded.num_prompt], dtype="<i8").tobytes())
                sizes[number] += 1
                tell(sum(sizes))
    return TokenFacts(key=key, sizes=sizes, dropped=dropped, digest=digest.hexdigest())


def in_threads(rows: Iterator[R], encode: Callable[[R], E]) -> Iterator[E]:
    """In order. Most of the work is the tokenizer's, which lets other threads run beside it."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        while batch := list(islice(rows, READ_ROWS)):
            yield from pool.map(encode, batch)
