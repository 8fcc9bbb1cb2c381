"""schema.org questions with answers in JSON-LD: `QAPage`, `FAQPage`, `Quiz` and flash cards.

A script holds a page's text flattened; where the page shows the same words, its own text with its formulas is taken.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

import orjson

from stages._page_reader import fragment_text
from stages._qa_found import Found
from stages._qa_locate import WordIndex, nearest
from stages._qa_sheet import Sheet
from stages.records import Span

# A page describes itself in a few kilobytes; what is larger is data, and parsing it is not worth the time.
_MAX_SCRIPT = 2_000_000
_MAX_NODES = 20_000
_MAX_QUESTIONS = 1_000

_TYPES = ("application/ld+json", "application/json+ld")
_TAG = re.compile(r"</[a-z]|<(?:br|p|hr|img|li|sup|sub|math)\b[^<>]*>", re.IGNORECASE)
_ESCAPED_TAG = re.compile(r"</(?:p|div|a|code|pre|li|strong|em|span)>|<br ?/?>")
# How sites hide a script from browsers that are long gone.
_OPENING = re.compile(r"(?:/\*\s*)?(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)(?:\s*\*/)?")
_CLOSING = re.compile(r"(?:/\*\s*)?(?:-->|//\s*\]\]>|\]\]>)(?:\s*\*/)?\s*$")
_LONGEST_MARK = 30


@dataclass(frozen=True, slots=True)
class Offer:
    """An answer as data tells it; `is_accepted` is None where the site has no such thing."""

    text: str
    score: float
    author: str | None
    votes: int | None
    is_accepted: bool | None


def json_ld(sheet: Sheet) -> Iterator[Found]:
    index: WordIndex | None = None
    number = 0
    for script in _scripts(sheet):
        for node, is_exam in _questions(_parsed(script)):
            number += 1
            index = index or WordIndex(sheet.text, sheet.noise)
            if number > _MAX_QUESTIONS:
                return
            if pair := _pair(index, node, is_exam=is_exam):
                yield pair


def _scripts(sheet: Sheet) -> list[str]:
    """Those of the body and those of the head, each once."""
    found = list(sheet.page.data_scripts)
    head = sheet.page.root.find("head") if "ld+json" in sheet.page.markup else None
    for script in head.iter("script") if head is not None else ():
        if (script.get("type") or "").split(";")[0].strip().lower() in _TYPES:
            found.append(script.text or "")
    return list(dict.fromkeys(found))


def _parsed(text: str) -> Any:
    """The data of a script that speaks of questions; None for any other."""
    if len(text) > _MAX_SCRIPT or "Question" not in text:
        return None
    text = _uncommented(text.strip())
    for attempt in (text, re.sub(r"[\x00-\x1f]+", " ", text).rstrip(" ;")):
        # Sites break lines inside strings; a second try mends that and nothing else.
        try:
            return orjson.loads(attempt)
        except orjson.JSONDecodeError:
            continue
    return None


def _uncommented(text: str) -> str:
    opening = _OPENING.match(text)
    closing = _CLOSING.search(text, max(0, len(text) - _LONGEST_MARK))
    return text[opening.end() if opening else 0 : closing.start() if closing else len(text)]


def _questions(data: Any) -> Iterator[tuple[dict[str, Any], bool]]:
    """Every question, and whether it is put in a quiz: its suggested answers are then choices."""
    stack: list[tuple[Any, bool]] = [(data, False)]
    visited = 0
    while stack and visited < _MAX_NODES:
        node, is_exam = stack.pop()
        visited += 1
        if isinstance(node, list):
            stack.extend((item, is_exam) for item in reversed(node))
        elif isinstance(node, dict):
            kinds = _strings(node.get("@type"))
            is_exam = is_exam or "Quiz" in kinds or "eduQuestionType" in node
            if "Question" in kinds:
                yield node, is_exam
            else:
                children = [value for value in node.values() if isinstance(value, (dict, list))]
                stack.extend((child, is_exam) for child in reversed(children))


def _pair(index: WordIndex, node: dict[str, Any], *, is_exam: bool) -> Found | None:
    title, body = _text(node.get("name")), _text(node.get("text"))
    answer = next((offer for offer in _offers(node, is_exam=is_exam) if offer.text), None)
    if not (title + body).strip() or answer is None:
        return None
    asked, told = nearest(index.places(body or title), index.places(answer.text))
    shown = _cut(index.text, asked, body or title)
    return Found(
        question=f"{title}\n{shown}" if body and title not in body and body not in title else shown,
        answer=_cut(index.text, told, answer.text),
        question_span=asked,
        answer_span=told,
        extractor="json_ld",
        score=answer.score,
        author=answer.author,
        votes=answer.votes,
        is_accepted=answer.is_accepted,
    )


def _cut(text: str, span: Span | None, otherwise: str) -> str:
    return text[span.start : span.end] if span else otherwise


def _offers(node: dict[str, Any], *, is_exam: bool) -> list[Offer]:
    """The accepted answers, then the others by votes. Only a page of users' answers accepts any."""
    has_votes = "answerCount" in node or "upvoteCount" in node
    accepted = [
        _offer(answer, 0.9, True if has_votes or _is_voted(answer) else None)
        for answer in _dicts(node.get("acceptedAnswer"))
    ]
    if is_exam:
        return accepted
    offered = [_offer(answer, 0.75, False) for answer in _dicts(node.get("suggestedAnswer"))]
    return accepted + sorted(offered, key=lambda offer: -(offer.votes or 0))


def _offer(answer: dict[str, Any], score: float, is_accepted: bool | None) -> Offer:
    authors = [author.get("name") for author in _dicts(answer.get("author"))] + _strings(answer.get("author"))
    author = next((name.strip() for name in authors if isinstance(name, str) and name.strip()), None)
    return Offer(_text(answer.get("text")), score, author, number_of(answer.get("upvoteCount")), is_accepted)


def _is_voted(answer: dict[str, Any]) -> bool:
    return "upvoteCount" in answer or "dateCreated" in answer


def _text(value: Any) -> str:
    """Many sites escape the HTML in their JSON once more than needed; tags still there after one reading are read."""
    values = [value] if isinstance(value, str) else _strings(value)
    text = "\n".join(map(_read, values))
    return fragment_text(text) if _ESCAPED_TAG.search(text) else text


def _read(value: str) -> str:
    """HTML is read as such; in text without any, "a<b" is a comparison."""
    if _TAG.search(value):
        return fragment_text(value)
    return "\n".join(" ".join(line.split()) for line in unescape(value).strip().splitlines())


def _strings(value: Any) -> list[str]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]


def number_of(value: Any) -> int | None:
    """A count of votes; None where the page gives none or words."""
    text = str(value if value is not None else "").strip()
    return int(text) if re.fullmatch(r"[+-]?\d{1,9}", text) else None
