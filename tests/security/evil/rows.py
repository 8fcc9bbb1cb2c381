"""Rows with one hostile text in every place that a stranger's text can reach: columns, ids, reasons, errors."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline import Reject, RowStage, SourceStage
from pipeline.schema import Record, Shown

TEXTS = (
    "</script><script>alert('script')</script>",
    "<!--<script>alert('comment')//--></textarea></title></style><script>alert(1)</script>",
    "<img src=x onerror=alert('image')><svg/onload=alert('svg')><iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a id=DATA name=document href='javascript:alert(2)'>x</a><form id=title name=data><input name=LIVES></form>",
    "<style>*{display:none}</style><link rel=stylesheet href=//example.org/a.css><base href=//example.org>",
    "<meta http-equiv=refresh content='0;url=data:text/html,<script>alert(3)</script>'><object data=//example.org>",
    "javascript:alert(4)",
    "data:text/html,<script>alert(5)</script>",
    "https://example.org/'\"><script>alert(6)</script>",
    "\u2028\u2029</script\u2028><script>alert(7)</script> \ufeff",
    "\u202eesrever\u202c \u2066isolated\u2069 \u200f\u061c",
    "\x1b[2J\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x1b]8;;http://example.org\x07link\x1b]8;;\x07 \x9b31m \x7f \x08\x08",
    "[bold]b[/bold] [link=https://example.org]l[/link] [/nothing] [red",
    "=cmd|'/C calc'!A0 {{7*7}} {% raw %} ${jndi:ldap://example.org/a} %s%s%n",
    "__proto__",
    "constructor",
    "x" * 60_000 + "</script>",
    "$\\href{javascript:alert(8)}{x}$ $\\html{}$ $\\htmlData{a=b}{c}$ $\\url{javascript:alert(9)}$",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Harmful(Record):
    shown = Shown(texts=("question", "answer"), facets=("source", "outcome"), numbers=("votes",))

    question: str
    answer: str
    trace: str
    url: str
    source: str
    outcome: str
    author: str | None
    signals: list[str]
    votes: int


@dataclass(frozen=True, kw_only=True)
class Harm(SourceStage[Harmful]):
    """One row for each text, which stands in all of its columns."""

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return {}

    def shards(self) -> Sequence[int]:
        return [0]

    def read(self, shard: int) -> Iterator[Harmful]:
        for n, text in enumerate(TEXTS):
            yield Harmful(
                id=f"{n:02d} {text[:100]}".replace("/", "\u2215"),
                question=text,
                answer=text,
                trace=text,
                url=text,
                source=text,
                outcome=text,
                author=text,
                signals=[text, text],
                votes=n,
            )


@dataclass(frozen=True, kw_only=True)
class Refuse(RowStage[Harmful, Harmful]):
    """Lets a third pass, drops a third with the text for its reason, and fails with it at the rest."""

    def process(self, row: Harmful) -> Harmful | Reject:
        if row.votes % 3 == 0:
            return Reject(row.question[:300], row.question)
        if row.votes % 3 == 1:
            raise RuntimeError(row.question)
        return row

    def suspicious(self) -> Mapping[str, pl.Expr]:
        return {"<b onclick=alert(10)>odd": pl.col("votes") > 0}
