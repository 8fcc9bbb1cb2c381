"""Sources of made problems, attempts and verdicts by the million, and their artifacts without a row in Python.

The texts are cut from real reasoning and put together anew with other digits, so that they compress as reasoning does.
A shard is what a stream stage makes of a slice of problems: its rows are sorted by id, one shard after another is not.
"""

import gzip
import json
import re
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.columns import nulls
from pipeline.lineage import Survey
from pipeline.manifest import Manifest, ShardReport, Totals, content_digest
from pipeline.parquet import write_parquet
from pipeline.schema import Record, from_table, schema_of
from pipeline.stage import SourceStage
from stages.records import Attempt, Extended, FinishReason, Origin, Problem, VerdictRow
from verifier import Policy
from verifier.types import AnswerType, Outcome, Reason

R = TypeVar("R", bound=Record)

SAMPLES = 16
PROBLEMS_PER_SHARD = 128
TRACES = {
    "traces/thought_anchors_r1distill_math_40.jsonl.gz": "trace",
    "traces/qwen25math_math100x8.jsonl.gz": "code",
    "traces/mmlupro_cot_outputs_sample.jsonl.gz": "output",
}
# Pieces of about so many characters, of which 9 make a reasoning and one a final answer: 4 KB together.
PIECE_CHARS, REASONING, FINAL = 380, 9, 1
OUTCOMES = (Outcome.CORRECT, Outcome.INCORRECT, Outcome.UNDECIDED)
REASONS = (Reason.MATCHED_NUMBER, Reason.DIFFERENT_VALUE, Reason.TIMEOUT)
SHARES = (0.34, 0.65, 0.01)
FINISHED = 0.97
TEACHER = "made"


@dataclass(frozen=True, kw_only=True)
class _Made(SourceStage[R]):
    """So many problems and what belongs to them, with texts cut from the files in `data`."""

    num_problems: int
    data: Path

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return {name: digest(self.data / name) for name in TRACES}

    def shards(self) -> Sequence[Any]:
        return range(-(-self.num_problems // PROBLEMS_PER_SHARD))

    def read(self, shard: Any) -> Iterator[R]:
        assert self.row_out is not None
        return from_table(self.table(shard), self.row_out)  # type: ignore[arg-type]

    def table(self, shard: int) -> pa.Table:
        first = shard * PROBLEMS_PER_SHARD
        numbers = range(first, min(first + PROBLEMS_PER_SHARD, self.num_problems))
        ids = sorted(blake2b(str(number).encode(), digest_size=16).hexdigest() for number in numbers)
        assert self.row_out is not None
        schema = schema_of(self.row_out)
        columns = self.columns(ids, np.random.default_rng(shard))
        return pa.table(
            [_column(columns.get(field.name), field, len(columns["id"])) for field in schema], schema=schema
        )

    @abstractmethod
    def columns(self, problems: Sequence[str], draw: np.random.Generator) -> dict[str, Any]:
        """By the name of the field; one that is left out is None, and what is no column stands in every row."""


@dataclass(frozen=True, kw_only=True)
class MadeProblems(_Made[Problem]):
    def columns(self, problems: Sequence[str], draw: np.random.Generator) -> dict[str, Any]:
        return {
            "id": problems,
            "question": _texts(self.data, draw, len(problems), 1),
            "answer": [str(number) for number in draw.integers(0, 1000, len(problems))],
            "answer_type": AnswerType.INTEGER,
            "signals": [[]] * len(problems),
            "origin": Origin.HUMAN,
            "url": [f"https://example.org/questions/{name}" for name in problems],
            "source": draw.choice(["forum", "textbook", "quiz"], len(problems)),
            "licence": "CC BY 4.0",
            "attribution": "A. Author",
            "content_key": [name[::-1] for name in problems],
            "removal_key": "example.org",
        }


@dataclass(frozen=True, kw_only=True)
class MadeAttempts(_Made[Attempt]):
    def columns(self, problems: Sequence[str], draw: np.random.Generator) -> dict[str, Any]:
        number = len(problems) * SAMPLES
        return {
            **_named(problems),
            "revision": "r1",
            "prompt_style": "boxed",
            "temperature": 0.7,
            "top_p": 0.95,
            "max_tokens": 8192,
            "seed": draw.integers(0, 1 << 60, number),
            "sample": np.tile(np.arange(SAMPLES), len(problems)),
            "reasoning": _texts(self.data, draw, number, REASONING),
            "final": _texts(self.data, draw, number, FINAL),
            "finish_reason": draw.choice([FinishReason.STOP, FinishReason.LENGTH], number, p=[FINISHED, 1 - FINISHED]),
            "num_prompt_tokens": draw.integers(60, 200, number),
            "num_tokens": draw.integers(800, 1400, number),
            "extended": Extended.NONE,
        }


@dataclass(frozen=True, kw_only=True)
class MadeVerdicts(_Made[VerdictRow]):
    def columns(self, problems: Sequence[str], draw: np.random.Generator) -> dict[str, Any]:
        number = len(problems) * SAMPLES
        place = draw.choice(len(OUTCOMES), number, p=SHARES)
        return {
            **_named(problems),
            "outcome": [OUTCOMES[one].value for one in place],
            "reason": [REASONS[one].value for one in place],
            "extracted": [str(one) for one in draw.integers(0, 1000, number)],
            "answer_type": AnswerType.INTEGER,
            "verifier": "rule",
            "version": "1",
            "policy": Policy(reasoning="plain").digest,
        }


def _named(problems: Sequence[str]) -> dict[str, Any]:
    return {
        "id": [f"{name}/{TEACHER}-{sample:02d}" for name in problems for sample in range(SAMPLES)],
        "problem_id": np.repeat(problems, SAMPLES),
        "teacher": TEACHER,
    }


def _column(values: Any, field: pa.Field, rows: int) -> pa.Array:
    if values is None:
        return nulls(rows, field.type)
    if isinstance(values, (str, int, float)):
        return pa.repeat(pa.scalar(values, field.type), rows)
    return values if isinstance(values, pa.Array) else pa.array(values, field.type)


def _texts(data: Path, draw: np.random.Generator, number: int, pieces: int) -> pa.Array:
    """So many texts of so many pieces, whose digits are drawn anew."""
    known = _pieces(data)
    chosen = known.take(pa.array(draw.integers(0, len(known), number * pieces)))
    offsets = pa.array(np.arange(0, number * pieces + 1, pieces, dtype=np.int32))
    texts = pc.binary_join(pa.ListArray.from_arrays(offsets, chosen), "")
    validity, ends, content = texts.buffers()
    letters = np.frombuffer(content, np.uint8).copy()
    is_digit = (letters >= ord("0")) & (letters <= ord("9"))
    letters[is_digit] = draw.integers(ord("0"), ord("9") + 1, int(is_digit.sum()), dtype=np.uint8)
    return pa.Array.from_buffers(pa.string(), number, [validity, ends, pa.py_buffer(letters)])


@cache
def _pieces(data: Path) -> pa.Array:
    """All texts, cut behind sentences and joined again until a piece is long enough."""
    pieces, piece = [], ""
    for text in _recorded(data):
        for sentence in re.split(r"(?<=[.?!]\s)|(?<=\n\n)", text):
            piece += sentence
            if len(piece) >= PIECE_CHARS:
                pieces.append(piece[: 2 * PIECE_CHARS])
                piece = ""
    return pa.array(pieces)


def _recorded(data: Path) -> Iterator[str]:
    for name, field in TRACES.items():
        with gzip.open(data / name, "rt", encoding="utf-8") as lines:
            for line in lines:
                texts = json.loads(line)[field]
                yield from [texts] if isinstance(texts, str) else texts


def put_into_store(survey: Survey, nodes: Sequence[str]) -> None:
    """Writes the artifacts of nodes of these stages; their digests are of the recipe and not of the rows."""
    for node in survey.order:
        if node.name not in nodes:
            continue
        located = survey.locate(node)
        assert located is not None
        assert isinstance(node.stage, _Made)
        artifact, key = located.artifact, located.fingerprint.key
        reports = [
            _put(node.stage.table(shard), artifact.shard("data", shard), shard, key) for shard in node.stage.shards()
        ]
        artifact.write_fingerprint(located.fingerprint, node.name)
        artifact.commit(
            Manifest(
                stage=type(node.stage).uses(),
                key=key,
                digest=content_digest(reports),
                num_shards=len(reports),
                totals=Totals.of(reports),
                guard=located.fingerprint.guard,
                pins=survey.pins(node),
                environment={},
            )
        )


def _put(rows: pa.Table, path: Path, shard: int, key: str) -> ShardReport:
    write_parquet(path, rows)
    count = rows.num_rows
    return ShardReport(
        index=shard, rows_in=count, kept=count, rows_out=count, rejected={}, quarantined=0, digest=key[:64], seconds=0.0
    )
