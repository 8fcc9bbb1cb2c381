"""Prompts of reinforcement learning with their golds: encoded once, on disk, read at random in constant memory.

Read are the views `rl` and `rl_all` of a version, and what `tracemill export --to trl` and `--to verl` write.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from trainer.errors import TrainConfigError
from trainer.questions import key
from trainer.template import Template
from verifier.grader import Gold

READ_ROWS = 256
COLUMNS = ("id", "prompt", "question", "answer", "answer_type", "data_source", "reward_model", "extra_info")


@dataclass(frozen=True, slots=True)
class Prompt:
    """`ids` end where the answer begins."""

    id: str
    ids: list[int]
    gold: Gold
    data_source: str


@dataclass(frozen=True, kw_only=True)
class Prompts:
    """Two flat files: tokens in int32, and the rest of each row as JSON. Row i lies from border i to border i + 1.

    names    -- 64 bits of each row's id and of its question, by which prompts of two splits are compared
    dropped  -- how many were longer than the limit
    """

    tokens: np.ndarray[Any, np.dtype[np.int32]]
    facts: np.ndarray[Any, np.dtype[np.uint8]]
    token_borders: np.ndarray[Any, np.dtype[np.int64]]
    fact_borders: np.ndarray[Any, np.dtype[np.int64]]
    names: np.ndarray[Any, np.dtype[np.uint64]]
    dropped: int
    digest: str

    def __len__(self) -> int:
        return len(self.token_borders) - 1

    def prompt(self, index: int) -> Prompt:
        ids = self.tokens[self.token_borders[index] : self.token_borders[index + 1]]
        facts = self.facts[self.fact_borders[index] : self.fact_borders[index + 1]]
        row_id, source, *gold = json.loads(facts.tobytes())
        return Prompt(row_id, ids.tolist(), Gold(*gold), source)

    def shared_with(self, other: "Prompts") -> int:
        """How many ids and questions stand in both."""
        return len(np.intersect1d(self.names, other.names))


def encode_prompts(
    files: Sequence[Path], template: Template, path: Path, *, max_length: int, limit: int | None = None
) -> Prompts:
    """Encodes prompts into `path` and beside it, at most `limit` of them; one longer than `max_length` is left out."""
    token_borders, fact_borders, dropped, digest = [0], [0], 0, hashlib.sha256()
    names: list[int] = []
    path.parent.mkdir(parents=True, exist_ok=True)
    facts_path = path.with_suffix(".jsonl")
    with path.open("wb") as tokens_file, facts_path.open("wb") as facts_file:
        for row in _rows(files):
            if limit is not None and len(token_borders) > limit:
                break
            ids = template.prompt_ids(row["id"], row["prompt"])
            if len(ids) > max_length:
                dropped += 1
                continue
            gold = [row["answer"], row["answer_type"], row["question"]]
            facts = json.dumps([row["id"], row["data_source"], *gold]).encode() + b"\n"
            content = np.asarray(ids, dtype="<i4").tobytes()
            digest.update(f"{len(ids)} {len(facts)}\n".encode() + content + facts)
            tokens_file.write(content)
            facts_file.write(facts)
            token_borders.append(token_borders[-1] + len(ids))
            fact_borders.append(fact_borders[-1] + len(facts))
            names += [_name(row["id"].encode()), _name(key(row["question"] or row["prompt"][-1]["content"]))]
    return Prompts(
        tokens=_mapped(path, "<i4"),
        facts=_mapped(facts_path, "u1"),
        token_borders=np.asarray(token_borders),
        fact_borders=np.asarray(fact_borders),
        names=np.asarray(names, dtype=np.uint64),
        dropped=dropped,
        digest=digest.hexdigest(),
    )


def _rows(files: Sequence[Path]) -> Iterator[dict[str, Any]]:
    for path in files:
        with pq.ParquetFile(path) as file:
            columns = [name for name in COLUMNS if name in file.schema_arrow.names]
            if "prompt" not in columns or not {"answer", "reward_model"} & set(columns):
                raise TrainConfigError(f"data: {path} has no prompts with answers; choose the view rl or rl_all")
            for batch in file.iter_batches(batch_size=READ_ROWS, columns=columns):
                yield from map(_flat, batch.to_pylist())


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """verl's rows hold the gold in `reward_model` and the rest in `extra_info`."""
    flat = dict(row) | (row.get("extra_info") or {})
    if "reward_model" in row:
        flat["answer"] = row["reward_model"]["ground_truth"]
    return {"answer_type": None, "question": None, "data_source": ""} | flat


def _name(content: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "big")


def _mapped(path: Path, dtype: str) -> np.ndarray[Any, Any]:
    # An empty file cannot be mapped.
    return np.memmap(path, dtype=dtype, mode="r") if path.stat().st_size else np.zeros(0, dtype=dtype)
