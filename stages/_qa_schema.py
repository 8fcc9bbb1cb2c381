"""schema.org questions with answers (`QAPage`, `FAQPage`), in JSON-LD and as microdata."""

import re
from collections.abc import Iterator
from typing import Any

import orjson

from stages._page_text import PageText, fragment_text
from stages._qa_found import Found, found_at
from stages._qa_sheet import Sheet
from stages.records import Span

# A page describes itself in a few kilobytes; what is larger is data, and parsing it is not worth the time.
_MAX_SCRIPT = 2_000_000
_MAX_NODES = 20_000

_ESCAPED_TAG = re.compile(r"</(?:p|div|a|code|pre|li|strong|em|span)>|<br ?/?>")


def json_ld(sheet: Sheet) -> Iterator[Found]:
    page = sheet.page
    for script in page.root.iter("script"):
        if (script.get("type") or "").split(";")[0].strip().lower() != "application/ld+json":
            continue
        text = (script.text or "").strip().removeprefix("<!--").removesuffix("-->").strip()
        if not text or len(text) > _MAX_SCRIPT:
            continue
        try:
            data = orjson.loads(text)
        except orjson.JSONDecodeError:
            # Sites break lines inside strings; a second try mends that and nothing else.
            data = _lenient(text)
        for node in _questions(data):
            yield from _pair(page, node)


def _lenient(text: str) -> Any:
    try:
        return orjson.loads(re.sub(r"[\x00-\x1f]+", " ", text))
    except orjson.JSONDecodeError:
        return None


def _questions(data: Any) -> Iterator[dict[str, Any]]:
    stack, visited = [data], 0
    while stack and visited < _MAX_NODES:
        node = stack.pop()
        visited += 1
        if isinstance(node, list):
            stack.extend(reversed(node))
        elif isinstance(node, dict):
            if "Question" in _strings(node.get("@type")):
                yield node
            else:
                stack.extend(reversed([value for value in node.values() if isinstance(value, (dict, list))]))


def _pair(page: PageText, node: dict[str, Any]) -> Iterator[Found]:
    accepted = _dicts(node.get("acceptedAnswer"))
    offered = sorted(_dicts(node.get("suggestedAnswer")), key=lambda answer: -_votes(answer.get("upvoteCount")))
    title, body = _text(node.get("name")), _text(node.get("text"))
    question = body if title in body else f"{title}\n{body}" if body else title
    for answer, score in [(answer, 0.9) for answer in accepted] + [(answer, 0.75) for answer in offered]:
        text = _text(answer.get("text"))
        if question and text:
            spans = _locate(page, question), _locate(page, text)
            yield Found(question, text, *spans, extractor="json_ld", score=score)
            return


def _locate(page: PageText, text: str) -> Span | None:
    at = page.text.find(text)
    return Span(start=at, end=at + len(text)) if at >= 0 else None


def _text(value: Any) -> str:
    """Many sites escape the HTML in their JSON once more than needed; tags still there after one reading are read."""
    text = fragment_text(value) if isinstance(value, str) else ""
    return fragment_text(text) if _ESCAPED_TAG.search(text) else text


def _strings(value: Any) -> list[str]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]


def _votes(value: Any) -> int:
    text = str(value if value is not None else "").strip()
    return int(text) if re.fullmatch(r"[+-]?\d{1,9}", text) else 0


def microdata(sheet: Sheet) -> Iterator[Found]:
    page = sheet.page
    for item in page.spans:
        if not (item.get("itemtype") or "").rstrip("/").endswith("schema.org/Question"):
            continue
        accepted = list(_props(item, "acceptedAnswer"))
        offered = sorted(_props(item, "suggestedAnswer"), key=lambda answer: -_upvotes(answer))
        question = next(_props(item, "text"), None)
        question = next(_props(item, "name"), None) if question is None else question
        for answer, score in [(answer, 0.95) for answer in accepted] + [(answer, 0.8) for answer in offered]:
            body = next(_props(answer, "text"), answer)
            places = (page.span_of(question) if question is not None else None), page.span_of(body)
            if pair := found_at(page, *places, rule="microdata", score=score):
                yield pair
                break


def _props(item: Any, name: str) -> Iterator[Any]:
    """The item's own properties of that name: none that belong to an item inside it."""
    for element in item.iterdescendants():
        if isinstance(element.tag, str) and name in (element.get("itemprop") or "").split():
            owner = next((above for above in element.iterancestors() if above.get("itemscope") is not None), None)
            if owner is item:
                yield element


def _upvotes(answer: Any) -> int:
    counts = _props(answer, "upvoteCount")
    return next((_votes(node.get("content") or "".join(node.itertext())) for node in counts), 0)
