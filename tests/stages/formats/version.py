"""A version of a data set that never changes, so that what exporters make of it can be compared byte by byte."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.schema import Record, row_values, schema_of, to_table
from stages.records import FinishReason, Message, Origin, Provenance, RlRow, SftRow
from verifier.types import VERSION, AnswerType, Outcome, Policy

INSTRUCTION = "Think it through step by step and give the final answer inside \\boxed{}."


@dataclass(frozen=True)
class Example:
    """A problem with a trace that reaches its answer and a final answer that does not."""

    name: str
    question: str
    answer: str
    answer_type: AnswerType
    reasoning: str | None
    final: str
    wrong: str
    split: str = "train"


EXAMPLES = (
    Example(
        "integer", "What is 17*23?", "391", AnswerType.INTEGER, "17*20=340, 17*3=51.", r"\boxed{391}", r"\boxed{381}"
    ),
    Example(
        "interval",
        "For which x is x^2 < 4?",
        "(-2, 2)",
        AnswerType.INEQUALITY_INTERVAL,
        r"At first \boxed{[0,2)}; wait, negative x too.",
        r"So \boxed{-2 < x < 2}.",
        r"\boxed{[-2, 2]}",
    ),
    Example(
        "mcq",
        "Which is a noble gas?\nA. neon\nB. iron\nC. oxygen",
        "A",
        AnswerType.MCQ,
        None,
        r"The answer is \boxed{\text{neon}}.",
        r"\boxed{B}",
    ),
    Example(
        "currency",
        "What do 3 cups at $1.50 cost?",
        "$4.50",
        AnswerType.CURRENCY,
        "3 × 1,50 €? No, $.",
        r"\boxed{\$4.50}",
        r"\boxed{€4.50}",
    ),
    Example(
        "word",
        'Who wrote "Faust"?',
        "Goethe",
        AnswerType.WORD,
        "Schiller? No.",
        r"\boxed{\text{Goethe}}",
        r"\boxed{\text{Schiller}}",
    ),
    Example(
        "units",
        "How far is 3 km in metres?",
        "3000 m",
        AnswerType.UNITS,
        "Factor 1000.",
        r"\boxed{3\,\text{km}}",
        r"\boxed{3\,\text{kg}}",
        split="validation",
    ),
)


def completion(example: Example) -> str:
    if example.reasoning is None:
        return example.final
    return f"<think>\n{example.reasoning}\n</think>\n\n{example.final}"


def provenance(example: Example) -> Provenance:
    return Provenance(
        problem_id=example.name,
        cluster=example.name,
        url=f"https://example.org/{example.name}",
        source="pages",
        licence="CC BY 4.0",
        attribution="A. Author",
        author=None,
        removal_key="example.org",
        origin=Origin.HUMAN,
    )


def prompt(example: Example) -> list[Message]:
    return [Message(role="user", content=f"{example.question}\n\n{INSTRUCTION}")]


def sft_row(example: Example) -> SftRow:
    told = [Message(role="assistant", content=completion(example))]
    return SftRow(
        id=f"{example.name}/small-00",
        messages=prompt(example) + told,
        prompt=prompt(example),
        completion=told,
        reasoning=example.reasoning,
        final=example.final,
        answer=example.answer,
        answer_type=example.answer_type,
        outcome=Outcome.CORRECT,
        num_tokens=10 * len(completion(example).split()),
        finish_reason=FinishReason.STOP,
        teacher="small",
        pass_rate=0.5,
        pass_rate_low=0.1,
        pass_rate_high=0.9,
        difficulty=None,
        trajectory=None,
        provenance=provenance(example),
    )


def rl_row(example: Example) -> RlRow:
    return RlRow(
        id=example.name,
        prompt=prompt(example),
        question=example.question,
        answer=example.answer,
        answer_type=example.answer_type,
        data_source="tracemill/pages",
        num_attempts=2,
        pass_rate=0.5,
        pass_rate_low=0.1,
        pass_rate_high=0.9,
        difficulty=None,
        split=example.split,
        provenance=provenance(example),
    )


def wrong_row(example: Example) -> SftRow:
    told = [Message(role="assistant", content=example.wrong)]
    right = sft_row(example)
    return replace(
        right,
        id=f"{example.name}/small-01",
        messages=prompt(example) + told,
        completion=told,
        reasoning=None,
        final=example.wrong,
        outcome=Outcome.INCORRECT,
    )


def write_version(folder: Path, examples: Sequence[Example] = EXAMPLES, **changes: Any) -> Path:
    """A version's folder with all four views; `changes` go into its manifest."""
    views: dict[str, tuple[type[Record], list[tuple[str, Record]]]] = {
        "sft": (SftRow, [(one.split, sft_row(one)) for one in examples]),
        "rl": (RlRow, [(one.split, rl_row(one)) for one in examples]),
        "sft_all": (SftRow, [(one.split, row) for one in examples for row in (sft_row(one), wrong_row(one))]),
        "rl_all": (RlRow, [(one.split, rl_row(one)) for one in examples]),
    }
    files: dict[str, Any] = {}
    counts: dict[str, dict[str, int]] = {}
    for view, (record, rows) in views.items():
        (folder / view).mkdir(parents=True)
        for split in ("train", "validation"):
            name = f"{view}/{split}-00000-of-00001.parquet"
            values = [row_values(row) for of, row in rows if of == split]
            with pq.ParquetWriter(folder / name, schema_of(record)) as writer:
                if values:
                    writer.write_table(to_table(values, record))
            files[name] = {"rows": len(values), "sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest()}
            counts.setdefault(view, {})[split] = len(values)
    manifest = {
        "name": "tiny",
        "format": 2,
        "digest": "d" * 64,
        "rows": counts,
        "files": files,
        "verifiers": [{"verifier": "rule", "version": VERSION, "policy": Policy(reasoning="plain").digest}],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest | changes))
    return folder
