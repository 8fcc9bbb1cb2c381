"""What is said of a leak: which method found which benchmark item, how sure it is, and the words that agree.

One line, read by machines up to the first colon and by people whole:

    method=ngram benchmark=math500 item=math500-test-precalculus-807 score=0.92 in=question: convert the point 0 3 in

`score` is the share of the item's words that agree, by `alnum` of the row's where it has more: a sign put in counts.
Values that hold other signs than letters, digits and `_./+@-` stand as JSON strings. `item` is the id of the
benchmark's row: `tracemill trace` shows it whole.
"""

import json
import re
from dataclasses import dataclass

MAX_CHARS = 400
_PLAIN = re.compile(r"[\w./+@-]+")
_FIELD = r'("(?:[^"\\]|\\.)*"|[^\s":]+)'
_LINE = re.compile(
    rf"method=(\w+) benchmark={_FIELD} item={_FIELD} score=([0-9.]+) in=(question|answer): (.*)", re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """`text` are the words of the item that were found; `part` is where, "question" or "answer"."""

    method: str
    benchmark: str
    item: str
    score: float
    text: str
    part: str = "question"

    def __str__(self) -> str:
        text = self.text if len(self.text) <= MAX_CHARS else self.text[: MAX_CHARS - 1] + "…"
        names = f"benchmark={_spelled(self.benchmark)} item={_spelled(self.item)}"
        return f"method={self.method} {names} score={self.score:.2f} in={self.part}: {text}"


def _spelled(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def parse_leak(detail: str) -> Leak:
    """The leak a reject's detail tells of; raises `ValueError` for any other text."""
    found = _LINE.fullmatch(detail)
    if found is None:
        raise ValueError(f"{detail[:80]!r} does not tell of a leak")
    method, benchmark, item, score, part, text = found.groups()
    names = [json.loads(name) if name.startswith('"') else name for name in (benchmark, item)]
    return Leak(method=method, benchmark=names[0], item=names[1], score=float(score), text=text, part=part)
