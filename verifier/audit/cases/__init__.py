"""Labelled pairs: a gold, an answer, and whether a careful teacher would call them the same.

`test.jsonl` was written before the comparators it measures and is never looked at while they are changed;
`development.jsonl` is what they are written against. Every row carries the reason of its label.
"""

import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files

from verifier.api import Pair

SPLITS = ("test", "development")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledCase:
    """`type` is an answer type, or `extraction` or `adversarial` for what is hard about the response itself."""

    id: str
    gold: str
    answer: str
    extracted: bool
    question: str | None
    expected: bool
    type: str
    reason: str

    @property
    def pair(self) -> Pair:
        return Pair(self.gold, self.answer, self.question, None, self.extracted)


def load_cases(split: str) -> list[LabelledCase]:
    """The cases of `test` or `development`, in file order. Raises `ValueError` on another name."""
    return [_case(json.loads(line)) for line in _text(split).splitlines()]


def cases_digest(split: str) -> str:
    """SHA-256 of the split's file, in hexadecimal: tells whether two audits measured the same."""
    return hashlib.sha256(_text(split).encode()).hexdigest()


def _text(split: str) -> str:
    if split not in SPLITS:
        raise ValueError(f"split {split!r} is unknown; known: {', '.join(SPLITS)}")
    return (files(__package__) / f"{split}.jsonl").read_text(encoding="utf-8")


def _case(row: dict[str, str | bool]) -> LabelledCase:
    extracted = "pred" in row
    return LabelledCase(
        id=str(row["id"]),
        gold=str(row["gold"]),
        answer=str(row["pred"] if extracted else row["response"]),
        extracted=extracted,
        question=str(row["question"]) if row.get("question") else None,
        expected=bool(row["expected"]),
        type=str(row["type"]),
        reason=str(row["reason"]),
    )
