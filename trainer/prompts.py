"""Prompts of reinforcement learning with their golds: encoded once, on disk, read at random in constant memory."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trainer.data import Source
from trainer.prompt_files import Asked, read_prompts
from trainer.questions import key
from trainer.template import Template
from trainer.tokens import in_threads, source_key
from verifier.grader import Gold


@dataclass(frozen=True, slots=True)
class Prompt:
    """`ids` end where the answer begins."""

    id: str
    ids: list[int]
    gold: Gold


@dataclass(frozen=True, kw_only=True)
class Prompts:
    """Flat files, read a row at a time as `trainer.tokens.TokenRows` is.

    `path` has the tokens in int32; beside it stand the rest of each row as JSON, an index of where it begins in both,
    and 64 bits of each row's id and of its question, by which prompts of two splits are compared.

    dropped  -- how many were longer than the limit
    """

    path: Path
    dropped: int
    digest: str

    def __len__(self) -> int:
        return _beside(self.path, "index").stat().st_size // 16 - 1

    def prompt(self, row: int) -> Prompt:
        ends = np.fromfile(_beside(self.path, "index"), dtype="<i8", count=4, offset=16 * row)
        token, fact, token_end, fact_end = ends.tolist()
        with _beside(self.path, "jsonl").open("rb") as facts:
            facts.seek(fact)
            row_id, *gold = json.loads(facts.read(fact_end - fact))
        ids = np.fromfile(self.path, dtype="<i4", count=token_end - token, offset=4 * token)
        return Prompt(row_id, ids.tolist(), Gold(*gold))

    @property
    def longest(self) -> int:
        """Tokens of the longest prompt."""
        return int(np.diff(np.fromfile(_beside(self.path, "index"), dtype="<i8")[::2]).max(initial=0))

    def shared_with(self, other: "Prompts") -> int:
        """How many ids and questions stand in both."""
        ours, theirs = (np.fromfile(_beside(one.path, "names"), dtype="<u8") for one in (self, other))
        return len(np.intersect1d(ours, theirs))


def encode_prompts(
    files: Sequence[Path], template: Template, path: Path, *, max_length: int, limit: int | None = None
) -> Prompts:
    """Encodes prompts into `path` and beside it, unless the same stand there already.

    max_length  -- a longer prompt is left out and counted
    limit       -- at most so many prompts, the first
    """

    def encode(one: Asked) -> Prompt:
        return Prompt(one.id, template.prompt_ids(one.id, one.prompt), one.gold)

    wanted, about = source_key([Source(tuple(files))], template, max_length, limit), _beside(path, "json")
    if not about.exists() or json.loads(about.read_text("utf-8"))["key"] != wanted:
        path.parent.mkdir(parents=True, exist_ok=True)
        about.unlink(missing_ok=True)
        dropped, digest = _write(in_threads(read_prompts(files), encode), path, max_length=max_length, limit=limit)
        about.write_text(json.dumps({"key": wanted, "dropped": dropped, "digest": digest}) + "\n", "utf-8")
    return open_prompts(path)


def open_prompts(path: Path) -> Prompts:
    """What `encode_prompts` wrote."""
    about = json.loads(_beside(path, "json").read_text("utf-8"))
    return Prompts(path=path, dropped=about["dropped"], digest=about["digest"])


def _beside(path: Path, kind: str) -> Path:
    return path.with_suffix(f".{kind}")


def _write(prompts: Iterator[Prompt], path: Path, *, max_length: int, limit: int | None) -> tuple[int, str]:
    ends, dropped, digest = np.zeros(2, dtype="<i8"), 0, hashlib.sha256()
    names, index = _beside(path, "names").open("wb"), _beside(path, "index").open("wb")
    with path.open("wb") as tokens, _beside(path, "jsonl").open("wb") as facts, names, index:
        index.write(ends.tobytes())
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


def _name(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=8).digest()
