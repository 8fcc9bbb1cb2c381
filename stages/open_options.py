"""Turns multiple-choice questions into open ones, where the options are not needed to answer them."""

from dataclasses import dataclass, replace
from typing import ClassVar

from pipeline.stage import RowStage
from stages._options_chosen import chosen
from stages._options_needed import opens
from stages._options_shown import shown_options
from stages._text import question_key
from stages.records import QAPair, Rescue


@dataclass(frozen=True, kw_only=True)
class OpenOptions(RowStage[QAPair, QAPair]):
    """Drops the options of a question and answers it with the text of the right one, boxed behind a solution.

    Only where that leaves a question that somebody who never saw the options answers in the same words: it asks by
    itself, does not compare the options, and the right one is a value, an expression or a name that was asked for.
    Whole numbers that were probably rounded stay as options, and so does an answer whose letter and words disagree.
    What cannot be turned goes on as it came. The id stays, `content_key` is that of the open question.

    An open question may equal another one or an item of a benchmark, where with its options it did not: `dedup_exact`
    and `decontaminate` belong behind this stage too.
    """

    packages: ClassVar[tuple[str, ...]] = ("mpmath", "pint")

    def process(self, row: QAPair) -> QAPair:
        if row.rescued is not None or not row.answer_text.strip():
            return row
        shown = shown_options(row.question)
        picked = chosen(shown, row.answer_text) if shown else None
        right = opens(shown, picked[0]) if shown and picked else None
        if not shown or not picked or right is None:
            return row
        return replace(
            row,
            question=shown.stem,
            answer_text=f"{picked[1]}\n\n\\boxed{{{right}}}" if picked[1] else right,
            content_key=question_key(shown.stem),
            rescued=Rescue.OPTIONS_DROPPED,
        )
