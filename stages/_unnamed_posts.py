"""Posts that no name tells: those below a heading that counts them, blocks that repeat, and what opens a thread."""

import re
from collections import Counter
from dataclasses import replace
from typing import Any

from stages._page_text import PageText
from stages._posts import Kind, Post, container_of, named_answers, post_at, text_of
from stages._prose_runs import prose, prose_run
from stages._repeated import repeated_blocks
from stages.records import Span

_REPLY = re.compile(r"repl(?:y|ies)|answer|response|comment", re.IGNORECASE)
# A text that so many posts share is the site's: "this post was deleted".
_REPEATED = 3
_COLUMN = re.compile(r"(?:posts?|messages?|author|repl(?:y|ies)|content|topic|subject)", re.IGNORECASE)
# Characters of prose that make an opening post where no name tells of one.
_MIN_OPENING = 120
_MIN_QUESTION = 15
_COUNTED = ("answer", "repl", "respon", "solution")
_TALK = (
    "repl", "answer", "wrote", "posted", "posts", "thread", "forum", "message", "subject:", "from:", "re:",
    "回复", "楼",
)  # fmt: skip
_FEW_TALK = 2
_TALK_MARKS = ('"post"', 'id="post', "posttext", "showthread", "viewtopic")
_COUNT = re.compile(
    r"^[^\w\n]{0,20}(?:(?:all|[1-9]\d*|one|two|three)\s+(?:answers?|replies|reply|responses?|solutions?)"
    r"|(?:answers|replies|responses) ?\(\d+\)|(?:best|accepted|top|verified|expert) (?:answer|reply|response))"
    r"(?:[ \t]+(?:to .*|sorted by.*))?[^\w\n]{0,20}$",
    re.IGNORECASE | re.MULTILINE,
)
# What comes after the last answer.
_END = re.compile(
    r"^[^\w\n]{0,20}(?:your (?:answer|reply)|not the answer you|know someone|related|similar|still have|have a question"
    r"|leave a (?:reply|comment)|(?:post|add|write|submit) (?:a|an|your) (?:reply|answer|comment)|log ?in|sign ?up"
    r"|more questions|you (?:may|might) also|people also|explore|popular)\b",
    re.IGNORECASE | re.MULTILINE,
)


def unnamed_posts(page: PageText, others: list[Any]) -> list[Post]:
    """Posts told by a heading that counts them, or by a name for a whole answer."""
    lower = page.text.lower()
    counted = _counted(page) if any(word in lower for word in _COUNTED) else []
    return counted or _contained(page, others)


def written_once(page: PageText, posts: list[Post]) -> list[Post]:
    """Without what is the site's: headings of columns, one text many times, lists of links between the posts."""
    texts = [text_of(page, post.shown) for post in posts]
    counts = Counter(texts)
    return [
        post
        for post, text in zip(posts, texts, strict=True)
        if counts[text] < _REPEATED and not _COLUMN.fullmatch(text) and not _is_links(page, post)
    ]


def with_repeated(page: PageText, posts: list[Post]) -> list[Post]:
    if not _talks(page):
        return posts
    known = [place for post in posts for place in post.shown]
    found = list(posts)
    blocks = repeated_blocks(page)
    for block in blocks:
        span = page.span_of(block)
        if span and not any(span.start < place.end and place.start < span.end for place in known):
            post = post_at(page, block, container_of(block, blocks))
            # What else its names say is said of the page: blocks that repeat are replies to one another.
            kind = Kind.COMMENT if post and post.kind is Kind.COMMENT else Kind.POST
            found += [replace(post, kind=kind)] if post else []
    return written_once(page, sorted(found, key=lambda post: post.shown[0].start))


def opening_post(page: PageText, title: Span | None, posts: list[Post]) -> Post | None:
    """The prose between the title and the first of the posts, where their names say that something goes before."""
    first = posts[0]
    if title is None or first.shown[0].start < title.end:
        return None
    heading = _COUNT.search(page.text, title.end, first.shown[0].start)
    end = heading.start() if heading else page.spans.get(first.container, (first.shown[0].start, 0))[0]
    opening = _run_post(page, title.end, end, Kind.POST)
    return opening if opening and _opens(text_of(page, opening.shown)) else None


def replies(post: Post) -> bool:
    """Whether the first of the posts says by its names that something goes before it."""
    if post.kind in (Kind.ANSWER, Kind.COMMENT):
        return True
    return post.kind is Kind.POST and bool(_REPLY.search(f"{post.body.get('class') or ''} {post.body.get('id') or ''}"))


def _talks(page: PageText) -> bool:
    """Whether the page speaks of replies at all: a test that costs little on pages that do not."""
    if any(mark in page.markup for mark in _TALK_MARKS):
        return True
    lower = page.text.lower()
    return sum(lower.count(word) for word in _TALK) >= _FEW_TALK


def _is_links(page: PageText, post: Post) -> bool:
    links = [element for element in post.body.iter("a") if element in page.spans]
    start, end = page.spans[post.body]
    return len(links) > 2 and 5 * prose(page, [post.body]) < 2 * (end - start)


def _counted(page: PageText) -> list[Post]:
    """Posts below a heading that counts the answers, of which there may be just one."""
    heading = _COUNT.search(page.text)
    if heading is None:
        return []
    stop = _END.search(page.text, heading.end())
    end = stop.start() if stop else len(page.text)
    blocks = [block for block in repeated_blocks(page) if heading.end() <= page.spans[block][0] < end]
    if blocks:
        found = [post_at(page, block, container_of(block, blocks), kind=Kind.ANSWER) for block in blocks]
        return [post for post in found if post]
    answer = _run_post(page, heading.end(), end, Kind.ANSWER)
    return [answer] if answer else []


def _contained(page: PageText, others: list[Any]) -> list[Post]:
    """One answer that is named as a whole, and nothing in it. Several belong to several questions."""
    containers = named_answers(page, others)
    outer = [element for element in containers if not set(containers) & set(element.iterancestors())]
    if len(outer) != 1:
        return []
    post = _run_post(page, *page.spans[outer[0]], Kind.ANSWER)
    return [replace(post, container=outer[0])] if post else []


def _run_post(page: PageText, start: int, end: int, kind: Kind) -> Post | None:
    run = prose_run(page, start, end)
    post = post_at(page, run[0], run[0], kind=kind) if run else None
    if run is None or post is None:
        return None
    return replace(post, shown=[run[1]], said=[run[1]])


def _opens(text: str) -> bool:
    """Whether the prose is long enough for an opening post, or short and a question."""
    return len(text) >= _MIN_OPENING or (len(text) >= _MIN_QUESTION and "?" in text)
