"""Splits a question of several parts into one row for each part that can be asked by itself."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.stage import RowStage
from stages._parts_alone import answers_alone, stands_alone
from stages._parts_labels import Parts, cut
from stages._text import question_key
from stages.records import QAPair, Rescue


@dataclass(frozen=True, kw_only=True)
class SplitParts(RowStage[QAPair, QAPair]):
    """Gives, in place of a row whose question and answer text have the same labels, a row `<id>/part-a` for each part:
    the common stem with the part, and the piece of the answer text behind its label.

    A part that needs an earlier one ("at this speed", "your result") gets no row, and the others then carry the signal
    `parts_left_out`. A row of which no part stands alone, or whose labels do not match one to one, goes on as it came.
    All parts share a `cluster` (that of the row, or its `content_key`), so that none straddles a split. Whether a part
    can be checked is not asked here.

    A part may equal another question or an item of a benchmark, where the whole did not: `dedup_exact` and
    `decontaminate` belong behind this stage too.
    """

    def process(self, row: QAPair) -> QAPair | list[QAPair]:
        if row.rescued is not None:
            return row
        parts = cut(row.question, row.answer_text)
        return list(_rows(row, parts)) or row if parts else row


def _rows(row: QAPair, parts: Parts) -> Iterator[QAPair]:
    alone = [
        part
        for place, part in enumerate(parts.parts)
        if answers_alone(part.answer)
        and stands_alone(parts.stem, "\n".join(each.question for each in parts.parts[:place]), part.question)
    ]
    left_out = ["parts_left_out"] if len(alone) < len(parts.parts) else []
    for part in alone:
        question = parts.question(part)
        yield replace(
            row,
            id=f"{row.id}/part-{part.label}",
            question=question,
            answer_text=part.answer,
            content_key=question_key(question),
            signals=[*row.signals, *left_out],
            cluster=row.cluster or row.content_key,
            rescued=Rescue.PART,
        )
