"""Labelled rows as the verifiability filter decides them: what `bench/quality/verifiability.py` counts."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.quality.sources import Row
from bench.rows import pair
from pipeline.stage import Reject
from stages.keep_verifiable import KeepVerifiable
from stages.mark_verifiability import MarkVerifiability
from stages.records import Problem, QAPair
from verifier import Outcome, compare
from verifier.latex import normalise, plain_text


@dataclass(frozen=True, slots=True)
class Label:
    id: str
    is_verifiable: bool
    reasons: tuple[str, ...]
    answer: str | None
    draw: int = 1

    @property
    def source(self) -> str:
        return self.id.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled row and what the filter made of it; `answer` is what it kept."""

    label: Label
    question: str
    answer_text: str
    answer: str | None
    rejected: str | None
    detail: str

    @property
    def is_kept(self) -> bool:
        return self.answer is not None

    @property
    def is_right(self) -> bool:
        """Kept, and rightly."""
        return self.is_kept and self.label.is_verifiable and self.agrees

    @property
    def agrees(self) -> bool:
        if self.answer is None or self.label.answer is None:
            return False
        return _written(self.label.answer) == _written(self.answer) or any(
            compare(gold, answer).outcome is Outcome.CORRECT
            for gold, answer in ((self.label.answer, self.answer), (self.answer, self.label.answer))
        )


def _written(text: str) -> str:
    """An answer without the marks, blanks and capitals in which two spellings of one quantity differ."""
    plain = plain_text(normalise(text)).replace("~", "").replace("$", "")
    return re.sub(r"(?<=\d),(?=\d{1,2}(?!\d))", ".", re.sub(r"[\s{}]", "", plain)).rstrip(".").casefold()


def judge(label: Label, question: str, answer_text: str, decide: Callable[[QAPair], Problem | Reject]) -> Judged:
    made = decide(pair(label.id, question, answer_text, source=label.source))
    if isinstance(made, Reject):
        return Judged(label, question, answer_text, None, made.reason, made.detail)
    return Judged(label, question, answer_text, made.answer, None, ", ".join(made.signals))


def by_rules(keep: KeepVerifiable | None = None) -> Callable[[QAPair], Problem | Reject]:
    mark, kept = MarkVerifiability(), keep or KeepVerifiable()

    def decide(pair: QAPair) -> Problem | Reject:
        marked = mark.process(pair)
        return marked if isinstance(marked, Reject) else kept.process(marked)

    return decide


def read_labels(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def judged_rows(rows: Iterable[dict[str, Any]], texts: dict[str, Row]) -> list[Judged]:
    """The rows whose text is at hand, unchanged since they were labelled."""
    decide, judged = by_rules(), []
    for row in rows:
        label = Label(
            row["id"], row["verifiable"], tuple(row.get("reasons", ())), row.get("answer"), row.get("draw", 1)
        )
        text = texts.get(label.id)
        if "question" in row:
            judged.append(judge(label, row["question"], row["answer_text"], decide))
        elif text and text.digest == row["digest"]:
            judged.append(judge(label, text.question, text.answer_text, decide))
    return judged
