"""Pairs of question and answer for the tests of dedup, and questions of a known similarity."""

import random
from typing import Any

from stages._text import question_key
from stages.records import Origin, QAPair

NAMES = [
    f"{first}{second}" for first in ("ba", "de", "fi", "go", "lu") for second in ("ran", "sel", "tim", "vok", "wes")
]


def pair(row_id: str, question: str, answer: str = "1", **fields: Any) -> QAPair:
    given: dict[str, Any] = {
        "question_span": None,
        "answer_span": None,
        "origin": Origin.HUMAN,
        "extractor": "x",
        "score": 1.0,
        "url": "",
        "source": "s",
        "licence": None,
        "attribution": None,
        "removal_key": "page",
    }
    return QAPair(
        id=row_id, question=question, answer_text=answer, content_key=question_key(question), **(given | fields)
    )


def sentence(seed: object, count: int) -> list[str]:
    """`count` made-up words, none of which decides what is asked."""
    rng = random.Random(str(seed))
    return ["".join(rng.choices(NAMES, k=3)) for _ in range(count)]
