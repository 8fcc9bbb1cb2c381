"""Says which pairs hold what leads to a person."""

from dataclasses import dataclass, replace

from pipeline.stage import RowStage
from stages._pii import PII_SIGNALS, find_pii, redacted
from stages._text import question_key
from stages.records import QAPair


@dataclass(frozen=True, kw_only=True)
class MarkPii(RowStage[QAPair, QAPair]):
    """Adds `pii_email`, `pii_phone`, `pii_ip`, `pii_card`, `pii_iban` to the signals of a pair whose texts hold one.

    redact -- puts `<email>` and the like in their place; spans go on to name the place in the page
    """

    redact: bool = False

    def process(self, row: QAPair) -> QAPair:
        question, answer = find_pii(row.question), find_pii(row.answer_text)
        if not question and not answer:
            return row
        kinds = sorted({PII_SIGNALS[place.kind] for place in (*question, *answer)})
        row = replace(row, signals=[*row.signals, *(kind for kind in kinds if kind not in row.signals)])
        if not self.redact:
            return row
        asked = redacted(row.question, question)
        return replace(
            row,
            question=asked,
            answer_text=redacted(row.answer_text, answer),
            content_key=question_key(asked) if question else row.content_key,
        )
