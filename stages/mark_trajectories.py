"""Marks what the reasoning of attempts looks like, so that it can be counted, filtered and compared."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from pipeline.context import Context
from pipeline.stage import BatchFn, BatchStage
from stages._problems import Asked, Problems
from stages._reasoning import phrase_counts
from stages._reasoning_leak import LEAK, gold_first, leak_words
from stages._reasoning_repeats import repeats
from stages._reasoning_scripts import NOT_LATIN, foreign_share, is_plain_latin
from stages.records import Attempt, Problem, Trajectory, TrajectoryRow
from verifier.extract import BOX

# The paper's coding rate looks for this (its section 6.2).
_CODE = "```python"


@dataclass(frozen=True, kw_only=True)
class MarkTrajectories(BatchStage[Attempt, TrajectoryRow]):
    """Counts words, moves and repetitions in reasoning and final answer together; decides nothing and drops no row.

    With the side input `problems`, letters are foreign where the question does not use their script, words that stand
    in the question are no leak, and a text that begins by stating the gold is one. Without it the script that most of
    the text is in stands for the question's.
    """

    optional_side: ClassVar[Mapping[str, Any]] = {"problems": Problem}

    def suspicious(self) -> Mapping[str, pl.Expr]:
        return {"leaked_answer": pl.col("trajectory").struct.field("leak").is_not_null()}

    @contextmanager
    def open(self, ctx: Context) -> Iterator[BatchFn[Attempt, TrajectoryRow]]:
        problems = Problems(ctx.side["problems"]) if "problems" in ctx.side else None

        def mark(attempts: Sequence[Attempt]) -> list[TrajectoryRow]:
            asked = problems.of(attempts) if problems else [None] * len(attempts)
            trajectories = _trajectories(attempts, asked)
            return [
                TrajectoryRow(id=attempt.id, problem_id=attempt.problem_id, trajectory=trajectory)
                for attempt, trajectory in zip(attempts, trajectories, strict=True)
            ]

        yield mark


def _trajectories(attempts: Sequence[Attempt], problems: Sequence[Asked | None]) -> Iterator[Trajectory]:
    """What is sought word for word runs over the whole batch in polars; the rest text by text where it is worth it."""
    texts = [f"{attempt.reasoning}\n{attempt.final}" if attempt.reasoning else attempt.final for attempt in attempts]
    series = pl.Series("text", texts, dtype=pl.String)
    found = phrase_counts(series).with_columns(
        series.str.contains(LEAK).alias("may_leak"),
        series.str.contains(NOT_LATIN).alias("is_mixed"),
        series.str.contains(_CODE, literal=True).alias("has_code"),
    )
    for attempt, text, problem, marks in zip(attempts, texts, problems, found.iter_rows(named=True), strict=True):
        may_leak, is_mixed = marks.pop("may_leak"), marks.pop("is_mixed")
        words = text.lower().split()
        repetition, longest_repeat = repeats(words)
        yield Trajectory(
            num_words=len(words),
            repetition=repetition,
            longest_repeat=longest_repeat,
            foreign=_foreign(text, problem.question if problem else None, is_mixed=is_mixed),
            num_boxes=len(BOX.findall(attempt.final)) if "boxed" in attempt.final else 0,
            leak=_leak(text, problem, may_leak=may_leak),
            **marks,
        )


def _foreign(text: str, question: str | None, *, is_mixed: bool) -> float:
    may_differ = is_mixed or (question is not None and not is_plain_latin(question))
    return foreign_share(text, question) if may_differ else 0.0


def _leak(text: str, problem: Asked | None, *, may_leak: bool) -> str | None:
    told = leak_words(text, problem.question if problem else None) if may_leak else None
    return told or (gold_first(text, problem.answer) if problem else None)
