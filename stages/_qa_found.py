"""What a rule found in a page."""

from dataclasses import dataclass

from stages.records import Span


@dataclass(frozen=True, slots=True)
class Found:
    """A pair as a rule found it; `extractor` names the rule, `score` is how far the rule can be trusted.

    `author`, `votes` and `is_accepted` are what the page says of the answer.
    """

    question: str
    answer: str
    question_span: Span | None
    answer_span: Span | None
    extractor: str
    score: float
    author: str | None = None
    votes: int | None = None
    is_accepted: bool | None = None
