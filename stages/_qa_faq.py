"""Lists of titles that ask, each with text under it: FAQ pages, accordions, definition lists, headings that ask.

Lists that are built for the purpose (`<details>`, `<dl>`, accordions) may put tasks too; headings and bold lines must
end in question marks or put a task with formulas, and there must be three, unless the page says that it answers
questions.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from stages._page_text import HEADINGS
from stages._qa_clean import pair_at
from stages._qa_extent import tail_end
from stages._qa_found import Found
from stages._qa_labels import question_labels
from stages._qa_names import is_label
from stages._qa_sheet import Sheet
from stages._qa_site import leads_away
from stages._qa_titles import BUILT, FOLDING_WORDS, Title, Titles, chain, demands, is_task, lists_of_titles
from stages._qa_words import ends_asking

_PAGE_OF_QUESTIONS = re.compile(r"\bfaqs?\b|frequent|questions?\b.{0,20}\banswer|\bq ?& ?a\b", re.IGNORECASE)
_LABEL = re.compile(r"q|question", re.IGNORECASE)
_LABELLED = re.compile(r"^\W{0,4}(?:q|question)\b", re.IGNORECASE | re.MULTILINE)
_TITLES = frozenset({*HEADINGS, "dt", "summary", "strong", "b", "button", "legend", "th"})
_MAX_SEEDS = 3_000
_FEW = 3
_FORMULAS = ("$", "\\(", "=", "\\[")


def asking_titles(sheet: Sheet) -> Iterator[Found]:
    if not _may_ask(sheet):
        return
    lists = [found for found in lists_of_titles(sheet) if _is_of_questions(sheet, found)]
    # The answer to a question ends where questions within it begin.
    begins = [_beginning(sheet, found, title) for found in lists for title in found.titles]
    begins = sorted([*begins, *_labelled(sheet)] if begins else [])
    for found in lists:
        yield from _pairs(sheet, found, begins)


def _labelled(sheet: Sheet) -> Iterator[int]:
    """Where "Q:" or "Question 3." begins a question."""
    if _LABELLED.search(sheet.text):
        yield from (label.start for label in question_labels(sheet) if _LABEL.fullmatch(label.word))


def _beginning(sheet: Sheet, found: Titles, title: Title) -> int:
    box = sheet.span(title.element.getparent()) if found.is_nested else None
    return box[0] if box else title.start


def _may_ask(sheet: Sheet) -> bool:
    """Three questions, or one where the page says that it answers some; or tasks instead."""
    if sheet.num_asking >= _FEW:
        return True
    is_built = not BUILT.isdisjoint(sheet.tags) or sheet.is_named(*FOLDING_WORDS)
    if sheet.num_asking and (is_built or "faq" in sheet.low or "question" in sheet.low):
        return True
    if not any(sign in sheet.text for sign in _FORMULAS):
        return False
    if sheet.num_asking:
        return True
    heads = (sheet.cut(heading.start, heading.end) for heading in sheet.headings[:_MAX_SEEDS])
    return is_built or sum(map(is_task, heads)) >= _FEW


def _is_of_questions(sheet: Sheet, found: Titles) -> bool:
    texts = [sheet.cut(title.start, title.end) for title in found.titles]
    strict = sum(ends_asking(text) or (not found.is_built and is_task(text)) for text in texts)
    loose = sum(demands(text) for text in texts)
    if 3 * len(set(texts)) < 2 * len(texts):
        # "Expand the sub menu", again and again.
        return False
    if found.is_built:
        return 2 * loose >= len(texts) and (strict > 0 or loose > 1)
    if found.is_paired and len(texts) >= _FEW and 4 * strict >= len(texts) and 5 * loose >= 4 * len(texts):
        return True
    if not any(node.tag in _TITLES for title in found.titles[:1] for node in chain(sheet, title.element)):
        return False
    if _is_page_of_questions(sheet):
        return strict >= 1 and 4 * strict >= len(texts)
    return strict >= _FEW and 5 * strict >= 3 * len(texts)


def _is_page_of_questions(sheet: Sheet) -> bool:
    """It says so, or most of its headings ask."""
    title = sheet.page.root.findtext(".//title") or ""
    heads = [sheet.cut(heading.start, heading.end) for heading in sheet.headings[:_MAX_SEEDS]]
    if any(_PAGE_OF_QUESTIONS.search(text[:200]) for text in (title, *heads[:40])):
        return True
    asking = sum(map(ends_asking, heads))
    return asking >= _FEW and 5 * asking >= 3 * len(heads)


def _pairs(sheet: Sheet, found: Titles, begins: list[int]) -> Iterator[Found]:
    texts = [sheet.cut(title.start, title.end) for title in found.titles]
    takes_all = found.is_built and sum(map(demands, texts)) >= 0.8 * len(texts)
    rule, score = ("faq", 0.9) if found.is_built else ("headings", 0.75)
    for at, title in enumerate(found.titles):
        if not (takes_all or demands(texts[at])) or is_label(texts[at]) or _is_teaser(title.element):
            continue
        end = _end(sheet, found, at)
        following = bisect_left(begins, title.end)
        if end is not None and following < len(begins):
            end = min(end, begins[following])
        if end is None or not _answers(sheet, title, end):
            continue
        if pair := pair_at(sheet, (title.start, title.end), (title.end, end), rule=rule, score=score):
            yield pair


def _end(sheet: Sheet, found: Titles, at: int) -> int | None:
    title = found.titles[at]
    above = sheet.span(title.element.getparent())
    if above is None:
        return None
    has_next = at + 1 < len(found.titles) and not found.is_nested
    limit = found.titles[at + 1].start if has_next else above[1]
    level = int(title.element.tag[1]) if title.element.tag in HEADINGS else 0
    higher = (heading.start for heading in sheet.headings_from(title.end, limit) if heading.level <= level)
    limit = min(limit, next(higher, limit))
    if limit < above[1] or found.is_nested or title.element.tag == "dt":
        return limit
    earlier = [other.start for other in found.titles[max(0, at - 5) : at]]
    return tail_end(sheet, title.start, title.end, limit, earlier=earlier)


def _answers(sheet: Sheet, title: Title, end: int) -> bool:
    """Neither a form to fill in nor a list of contents."""
    after = title.element
    for _ in range(5):
        after = after.getnext()
        if after is None or (sheet.span(after) or (0, 0))[0] >= end:
            return True
        if after.tag in ("select", "textarea") or (after.tag == "dd" and after.find(".//dl") is not None):
            return False
        fields = (node.get("type") or "text" for node in after.iter("input", "textarea", "select"))
        if any(kind in ("radio", "checkbox", "text", "email") for kind in fields):
            return False
    return True


def _is_teaser(element: Any) -> bool:
    """Whether most of the title is a link to another page."""
    words = "".join(element.itertext()).strip()
    away = next((link for link in (element, *element.iter("a")) if leads_away(link)), None)
    return away is not None and 2 * len("".join(away.itertext()).strip()) > len(words)
