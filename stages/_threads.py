"""A page as a thread: the title of the topic and its posts, found by their names or, failing that, by repetition."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from stages._page_text import HEADINGS, PageText
from stages._post_words import Part, part_of
from stages._posts import Kind, Post, named_posts, post_at, text_of
from stages._repeated import repeated_blocks
from stages.records import Span

_TITLE = re.compile(r"(?:^|[-_])(?:title|subject|topic-?title|headline|question-?title)(?:$|[-_])", re.IGNORECASE)
_WORDS = re.compile(r"\w+")
_MAX_TITLE = 300
# A text that so many posts share is the site's: "this post was deleted".
_REPEATED = 3
# Characters of prose that make an opening post where no name tells of one.
_MIN_OPENING = 80


@dataclass(frozen=True, slots=True)
class Thread:
    """`title` is where the page shows the topic's title; None where it shows none. Posts stand in page order."""

    title: Span | None
    posts: list[Post]


def find_thread(page: PageText) -> Thread | None:
    """None where the page shows no posts, or only one with no sign of being a question or an answer."""
    posts = _written_once(page, named_posts(page))
    if len(posts) < 2:
        posts = _with_repeated(page, posts)
    if not posts:
        return None
    title = topic_title(page)
    opening = _opening(page, title, posts)
    posts = [opening, *posts] if opening else posts
    if len(posts) < 2 and posts[0].kind not in (Kind.QUESTION, Kind.ANSWER):
        return None
    return Thread(title, posts)


def _written_once(page: PageText, posts: list[Post]) -> list[Post]:
    counts = Counter(text_of(page, post.shown) for post in posts)
    return [post for post in posts if counts[text_of(page, post.shown)] < _REPEATED]


def _with_repeated(page: PageText, posts: list[Post]) -> list[Post]:
    known = [place for post in posts for place in post.shown]
    found = list(posts)
    for block in repeated_blocks(page):
        span = page.span_of(block)
        if span and not any(span.start < place.end and place.start < span.end for place in known):
            post = post_at(page, block, block)
            found += [replace(post, kind=Kind.POST)] if post else []
    return sorted(found, key=lambda post: post.shown[0].start)


def _opening(page: PageText, title: Span | None, posts: list[Post]) -> Post | None:
    """The prose between the title and the first of the named posts, where that is more than a line about it."""
    if title is None or posts[0].kind is Kind.QUESTION or posts[0].shown[0].start < title.end:
        return None
    runs: dict[Any, list[Any]] = defaultdict(list)
    end = page.spans.get(posts[0].container, (posts[0].shown[0].start, 0))[0]
    for element, (start, stop) in page.spans.items():
        if (
            start >= title.end
            and stop <= end
            and element.tag in ("p", "div", "td", "pre", "blockquote")
            and _is_leaf(element)
        ):
            runs[element.getparent(), element.tag, element.get("class")].append(element)
    best = max(runs.values(), key=lambda run: _prose(page, run), default=[])
    if not best or _prose(page, best) < _MIN_OPENING or _is_aside(best[0]):
        return None
    post = post_at(page, best[0], best[0])
    if post is None:
        return None
    shown = [span for element in best if (span := page.span_of(element))]
    return replace(post, shown=shown, said=shown, kind=Kind.POST)


def _is_leaf(element: Any) -> bool:
    return element.tag != "div" or not any(
        child.tag in ("p", "div", "table", "ul", "ol", "section") for child in element
    )


def _prose(page: PageText, run: Iterable[Any]) -> int:
    """Characters of the run that are not in links."""
    chars = 0
    for element in run:
        start, end = page.spans[element]
        chars += end - start
        chars -= sum(page.spans[link][1] - page.spans[link][0] for link in element.iter("a") if link in page.spans)
    return chars


def _is_aside(element: Any) -> bool:
    return any(part_of(above.get("class") or "") == Part.ASIDE for above in (element, *element.iterancestors()))


def topic_title(page: PageText) -> Span | None:
    """The heading that the page's `<title>` repeats; the first `<h1>` where none does."""
    title = _words(" ".join((page.root.findtext(".//title") or "").split()))
    headings = [element for element in page.spans if element.tag in HEADINGS or _is_title(element)]
    best: tuple[int, Span] | None = None
    for element in headings[:200]:
        span = page.span_of(element)
        if span is None or span.end - span.start > _MAX_TITLE:
            continue
        wording = _words(page.cut(span))
        if wording and wording in title and (best is None or len(wording) > best[0]):
            best = len(wording), span
    if best:
        return best[1]
    first = next((element for element in headings if element.tag == "h1"), None)
    return page.span_of(first) if first is not None else None


def _is_title(element: Any) -> bool:
    names = element.get("class")
    return names is not None and any(_TITLE.search(name) for name in names.split())


def _words(text: str) -> str:
    return " ".join(_WORDS.findall(text.lower()))
