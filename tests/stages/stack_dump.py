"""Writes files as the StackExchange dumps have them."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<posts>\n'
TAIL = "</posts>"


def row(**values: Any) -> str:
    """One `<row .../>` with its values escaped as the dumps do; None leaves one out."""
    given = (
        f"{name}={quoteattr(str(value), {chr(10): '&#xA;'})}" for name, value in values.items() if value is not None
    )
    return f"  <row {' '.join(given)} />\n"


def question(number: int, **changes: Any) -> str:
    values = {
        "Id": number,
        "PostTypeId": 1,
        "AcceptedAnswerId": None,
        "CreationDate": "2019-03-04T05:06:07.890",
        "Score": 3,
        "ViewCount": 120,
        "Body": f'<p>How much is <span class="math-container">$x^{number}$</span> & why?</p>\n',
        "OwnerUserId": 10,
        "LastActivityDate": "2020-01-01T00:00:00.000",
        "Title": f"A question about number {number}",
        "Tags": "|algebra|powers|",
        "AnswerCount": 1,
        "CommentCount": 0,
        "ContentLicense": "CC BY-SA 4.0",
    }
    return row(**(values | changes))


def answer(number: int, parent: int, **changes: Any) -> str:
    values = {
        "Id": number,
        "PostTypeId": 2,
        "ParentId": parent,
        "CreationDate": "2019-03-05T05:06:07.890",
        "Score": 2,
        "Body": f"<p>It is <strong>{number}</strong>:</p>\n<pre><code>a = 1\nb = 2</code></pre>",
        "OwnerUserId": 20,
        "CommentCount": 0,
        "ContentLicense": "CC BY-SA 4.0",
    }
    return row(**(values | changes))


def write(path: Path, rows: Iterable[str], *, head: str = HEAD, tail: str = TAIL) -> Path:
    with path.open("w", encoding="utf-8") as file:
        file.write(head)
        file.writelines(rows)
        file.write(tail)
    return path


def threads(count: int, *, filler: str = "") -> Iterator[str]:
    """Questions with no, one or more answers, which stand anywhere behind them."""
    waiting: list[str] = []
    for n in range(count):
        number = 10 * n + 1
        kind = n % 7
        accepted = number + 2 if kind in (0, 3) else None
        closed = "2021-01-01T00:00:00.000" if kind == 5 else None
        yield question(number, AcceptedAnswerId=accepted, ClosedDate=closed, Body=f"<p>Question {n}: {filler}</p>")
        for k in range(0 if kind == 1 else kind):
            waiting.append(answer(number + 1 + k, number, Score=(n * 7 + k * 3) % 11 - 3, OwnerUserId=20 + n % 5))
        if len(waiting) > 40:
            yield from waiting[:30]
            del waiting[:30]
    yield from waiting
    yield row(Id=10 * count + 7, PostTypeId=5, Score=0, Body="<p>about a tag</p>")
    yield answer(10 * count + 8, 10 * count + 9)
