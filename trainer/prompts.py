"""Prompts of reinforcement learning with their golds: encoded once, on disk, read at random in constant memory."""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from trainer.data import READ_ROWS, Source
from trainer.prompt_files import Asked, read_prompts
from trainer.questions import key
from trainer.template import Template
from trainer.tokens import mapped, source_key
from verifier.grader import Gold


@dataclass(frozen=True, slots=True)
class Prompt:
    """`ids` end where the answer begins."""

    id: str
    ids: list[int]
    gold: Gold


@dataclass(frozen=True, kw_only=True)
class Prompts:
    """Flat files: `tokens` in int32, the rest of each row as JSON in `facts`, and in `index` where it ends in both.

    names    -- 64 bits of each row's id and of its question, by which prompts of two splits are compared
    dropped  -- how many were longer than the limit
    """

    tokens: np.ndarray[Any, np.dtype[np.int32]]
    facts: np.ndarray[Any, np.dtype[np.uint8]]
    index: np.ndarray[Any, np.dtype[np.int64]]
    names: np.ndarray[Any, np.dtype[np.uint64]]
    dropped: int
    digest: str

    def __len__(self) -> int:
        return len(self.index)

    def prompt(self, row: int) -> Prompt:
        (token, fact), (token_end, fact_end) = self.index[row - 1] if row else (0, 0), self.index[row]
        row_id, *gold = json.loads(self.facts[fact:fact_end].tobytes())
        return Prompt(row_id, self.tokens[token:token_end].tolist(), Gold(*gold))

    @property
    def longest(self) -> int:
        """Tokens of the longest prompt."""
        return int(np.diff(self.index[:, 0], prepend=0).max(initial=0))

    def shared_with(self, other: "Prompts") -> int:
        """How many ids and questions stand in both."""
        return len(np.intersect1d(self.names, other.names))


def encode_prompts(
    files: Sequence[Path], template: Template, path: Path, *, max_length: int, limit: int | None = None
) -> Prompts:
    """Encodes prompts into `path` and beside it, unless the same stand there already.

    max_length  -- a longer prompt is left out and counted
    limit       -- at most so many prompts, the first
    """
    wanted, about = source_key([Source(tuple(files))], template, max_length, limit), path.with_suffix(".json")
    if not about.exists() or json.loads(about.read_text("utf-8"))["key"] != wanted:
        path.parent.mkdir(parents=True, exist_ok=True)
        about.unlink(missing_ok=True)
        dropped, digest = _write(_encoded(files, template), path, max_length=max_length, limit=limit)
        about.write_text(json.dumps({"key": wanted, "dropped": dropped, "digest": digest}) + "\n", "utf-8")
    return open_prompts(path)


def open_prompts(path: Path) -> Prompts:
    """What `encode_prompts` wrote."""
    about = json.loads(path.with_suffix(".json").read_text("utf-8"))
    return Prompts(
        tokens=mapped(path, "<i4"),
        facts=mapped(path.with_suffix(".jsonl"), "u1"),
        index=mapped(path.with_suffix(".index"), "<i8").reshape(-1, 2),
        names=mapped(path.with_suffix(".names"), "<u8"),
        dropped=about["dropped"],
        digest=about["digest"],
    )


def _write(prompts: Iterator[Prompt], path: Path, *, max_length: int, limit: int | None) -> tuple[int, str]:
    ends, dropped, digest = np.zeros(2, dtype="<i8"), 0, hashlib.sha256()
    names, index = path.with_suffix(".names").open("wb"), path.with_suffix(".index").open("wb")
    with path.open("wb") as tokens, path.with_suffix(".jsonl").open("wb") as facts, names, index:
        num_rows = 0
        for prompt in prompts:
            if num_rows == limit:
                break
            if len(prompt.ids) > max_length:
                dropped += 1
                continue
            gold = [prompt.gold.answer, prompt.gold.answer_type, prompt.gold.question]
            told = json.dumps([prompt.id, *gold]).encode()
            ends += len(prompt.ids), len(told)
            parts = np.asarray(prompt.ids, dtype="<i4").tobytes(), told, ends.tobytes()
            for file, content in zip((tokens, facts, index), parts, strict=True):
                file.write(content)
                digest.update(content)
            names.write(_name(prompt.id.encode()) + _name(key(prompt.gold.question or prompt.id)))
            num_rows += 1
    return dropped, digest.hexdigest()


def _encoded(files: Sequence[Path], template: Template) -> Iterator[Prompt]:
    """In order. Most of the work is the tokenizer's, which lets other threads run beside it."""

    def prompt(one: Asked) -> Prompt:
        return Prompt(one.id, template.prompt_ids(one.id, one.prompt), one.gold)

    asked = read_prompts(files)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        while batch := list(islice(asked, READ_ROWS)):
            yield from pool.map(prompt, batch)


def _name(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=8).digest()
