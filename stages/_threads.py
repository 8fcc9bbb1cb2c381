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
_REPLY = re.compile(r"repl(?:y|ies)|answer|response|comment", re.IGNORECASE)
# A text that so many posts share is the site's: "this post was deleted".
_REPEATED = 3
_COLUMN = re.compile(r"(?:posts?|messages?|author|repl(?:y|ies)|content|topic|subject)", re.IGNORECASE)
# Characters of prose that make an opening post where no name tells of one.
_MIN_OPENING = 120
_MIN_QUESTION = 15
_FEW_WORDS = 10


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
    return Thread(title, _with_foreign_quotes(page, posts))


def _with_foreign_quotes(page: PageText, posts: list[Post]) -> list[Post]:
    """Quotes of other pages stay where next to nothing was said beside them: they are what the post has to say."""
    told, earlier = [], ""
    for post in posts:
        said, shown = _words(text_of(page, post.said)), _words(text_of(page, post.shown))
        quoted = [place for place in post.shown if place not in post.said]
        if quoted and said.count(" ") < _FEW_WORDS and not _repeats(said, shown, earlier):
            post = replace(post, said=post.shown)
        told.append(post)
        earlier += f" {shown}"
    return [post for post in told if post.said]


def _repeats(said: str, shown: str, earlier: str) -> bool:
    """Whether what the post shows beyond what it says stands in an earlier post."""
    quoted = [word for word in shown.split() if len(word) > 3]
    beyond = [word for word in quoted if word not in said]
    known = set(earlier.split())
    return not beyond or 2 * sum(word in known for word in beyond) > len(beyond)


def _written_once(page: PageText, posts: list[Post]) -> list[Post]:
    """Without what is the site's: headings of columns, one text many times, lists of links between the posts."""
    texts = [text_of(page, post.shown) for post in posts]
    counts = Counter(texts)
    return [
        post
        for post, text in zip(posts, texts, strict=True)
        if counts[text] < _REPEATED and not _COLUMN.fullmatch(text) and not _is_links(page, post)
    ]


def _is_links(page: PageText, post: Post) -> bool:
    links = [element for element in post.body.iter("a") if element in page.spans]
    return len(links) > 2 and 5 * _prose(page, [post.body]) < 2 * _length(page, post.body)


def _length(page: PageText, element: Any) -> int:
    start, end = page.spans[element]
    return end - start


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
    if title is None or posts[0].shown[0].start < title.end or not _replies(posts[0]):
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
    if not best or _is_aside(best[0]) or not _opens(page, best):
        return None
    post = post_at(page, best[0], best[0])
    if post is None:
        return None
    shown = [span for element in best if (span := page.span_of(element))]
    return replace(post, shown=shown, said=shown, kind=Kind.POST)


def _replies(post: Post) -> bool:
    """Whether the first of the posts says by its names that something goes before it."""
    if post.kind in (Kind.ANSWER, Kind.COMMENT):
        return True
    return post.kind is Kind.POST and bool(_REPLY.search(f"{post.body.get('class') or ''} {post.body.get('id') or ''}"))


def _opens(page: PageText, run: list[Any]) -> bool:
    """Whether the prose is long enough for an opening post, or short and a question."""
    chars = _prose(page, run)
    return chars >= _MIN_OPENING or (
        chars >= _MIN_QUESTION and "?" in page.cut(page.span_of(run[-1]) or Span(start=0, end=0))
    )


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
