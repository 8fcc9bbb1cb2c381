"""A page as threads: the title of each topic and its posts.

Posts are found by their names; failing that, by their repetition, by a heading that counts the answers, or by the
signatures of a wiki.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from stages._page_text import HEADINGS, PageText
from stages._posts import Kind, Post, container_of, named_answers, named_posts, otherwise_named, post_at, text_of
from stages._prose_runs import prose, prose_run
from stages._repeated import repeated_blocks, says_when
from stages._talk_pages import talk_sections
from stages._topic_title import topic_title
from stages.records import Span

_WORDS = re.compile(r"\w+")
_REPLY = re.compile(r"repl(?:y|ies)|answer|response|comment", re.IGNORECASE)
# A text that so many posts share is the site's: "this post was deleted".
_REPEATED = 3
_REPLY_MARK = re.compile(r"^(?:(?:re|aw|sv)\s*:\s*)+|\bre:\s*", re.IGNORECASE)
_COLUMN = re.compile(r"(?:posts?|messages?|author|repl(?:y|ies)|content|topic|subject)", re.IGNORECASE)
# Characters of prose that make an opening post where no name tells of one.
_MIN_OPENING = 120
_MIN_QUESTION = 15
_FEW_WORDS = 10
_MIN_TITLE_GAPS = 3
_MAX_BYLINE = 80
_COUNTED = ("answer", "repl", "respon", "solution")
_TALK = (
    "repl",
    "answer",
    "wrote",
    "posted",
    "posts",
    "thread",
    "forum",
    "message",
    "subject:",
    "from:",
    "re:",
    "回复",
    "楼",
)
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


# Comments below such a text are on an article.
_ARTICLE = re.compile(r"(?:^|[-_])(?:entry|article|page|story)(?:$|[-_])")


@dataclass(frozen=True, slots=True)
class Thread:
    """`title` is where the page shows the topic's title; None where it shows none. Posts stand in page order.

    `is_sure`: the page names its posts, and who wrote most of them, or which one asks and which ones answer.
    """

    title: Span | None
    posts: list[Post]
    is_sure: bool = False


def find_threads(page: PageText) -> list[Thread]:
    """Several where a page holds several, as a wiki's talk page does; mostly one or none."""
    sections = [Thread(title, posts) for title, posts in talk_sections(page)]
    if sections:
        return sections
    thread = _thread(page)
    return [thread] if thread else []


def _thread(page: PageText) -> Thread | None:
    """None where the page shows no posts, or only one with no sign of being a question or an answer."""
    others = otherwise_named(page)
    posts = _written_once(page, named_posts(page, others))
    is_named = len(posts) > 1 or any(post.kind in (Kind.QUESTION, Kind.ANSWER) for post in posts)
    # A site that names its question would name its answers too.
    if not is_named:
        posts = _unnamed(page, others) or _with_repeated(page, posts)
    if not posts:
        return None
    title = topic_title(page)
    posts = [_below_title(page, title, post) for post in posts if title not in post.shown]
    opening = _opening(page, title, posts) if posts and (not is_named or _replies(posts[0])) else None
    posts = [opening, *posts] if opening else posts
    if not posts or (len(posts) < 2 and posts[0].kind not in (Kind.QUESTION, Kind.ANSWER)):
        return None
    if _is_list_of_topics(page, posts):
        return None
    return Thread(title, _with_foreign_quotes(page, posts), is_named and _is_sure(conversation(posts)))


def _is_sure(posts: list[Post]) -> bool:
    """Whether the page says who wrote most of the posts, or the question that nobody has answered; or names answers."""
    kinds = Counter(post.kind for post in posts)
    if len(posts) < 2 and not kinds[Kind.QUESTION]:
        return False
    if kinds[Kind.QUESTION] and kinds[Kind.ANSWER] > 1:
        return True
    return 2 * sum(post.meta.signature is not None for post in posts) >= len(posts)


def _below_title(page: PageText, title: Span | None, post: Post) -> Post:
    """The post without the topic's title and the line of who and when below it, where its element holds those too."""
    first = post.said[0] if post.said else None
    if title is None or first is None or not (first.start <= title.start and title.end < first.end):
        return post
    lines = [line for line in page.text[title.end : first.end].split("\n", 3)[:3] if line.strip()]
    at = title.end
    if len(lines) > 1 and len(lines[0]) <= _MAX_BYLINE and says_when(lines[0]):
        at = page.text.index(lines[0], at) + len(lines[0])
    rest = page.trim(at, first.end)
    told = [*([rest] if rest else []), *post.said[1:]]
    return replace(post, said=told) if told else post


def conversation(posts: list[Post]) -> list[Post]:
    """Comments are asides to answers and to articles, except where a site calls the texts of all its posts alike."""
    plain = [post for post in posts if post.kind is not Kind.COMMENT]
    if len(plain) == 1 and any(post.meta.is_accepted for post in posts if post is not plain[0]):
        return posts
    names = set((posts[0].body.get("class") or "").split())
    if len(plain) > 1 or any(post.kind is Kind.ANSWER for post in plain):
        return plain
    if any(post.kind is Kind.QUESTION for post in plain):
        return [
            post for post in posts if post in plain or (names and names == set((post.body.get("class") or "").split()))
        ]
    if any(_ARTICLE.search(name) for name in names):
        return plain
    return [post for post in posts if post in plain or not names or names & set((post.body.get("class") or "").split())]


def _unnamed(page: PageText, others: list[Any]) -> list[Post]:
    """Posts told by a heading that counts them, or by a name for a whole answer."""
    lower = page.text.lower()
    counted = _counted(page) if any(word in lower for word in _COUNTED) else []
    return counted or _contained(page, others)


def _talks(page: PageText) -> bool:
    """Whether the page speaks of replies at all: a test that costs little on pages that do not."""
    if any(mark in page.markup for mark in _TALK_MARKS):
        return True
    lower = page.text.lower()
    return sum(lower.count(word) for word in _TALK) >= _FEW_TALK


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
    start, end = page.spans[post.body]
    return len(links) > 2 and 5 * prose(page, [post.body]) < 2 * (end - start)


def _with_repeated(page: PageText, posts: list[Post]) -> list[Post]:
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
    return _written_once(page, sorted(found, key=lambda post: post.shown[0].start))


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


def _opening(page: PageText, title: Span | None, posts: list[Post]) -> Post | None:
    """The prose between the title and the first of the posts, where their names say that something goes before."""
    first = posts[0]
    if title is None or first.shown[0].start < title.end:
        return None
    heading = _COUNT.search(page.text, title.end, first.shown[0].start)
    end = heading.start() if heading else page.spans.get(first.container, (first.shown[0].start, 0))[0]
    opening = _run_post(page, title.end, end, Kind.POST)
    return opening if opening and _opens(text_of(page, opening.shown)) else None


def _replies(post: Post) -> bool:
    """Whether the first of the posts says by its names that something goes before it."""
    if post.kind in (Kind.ANSWER, Kind.COMMENT):
        return True
    return post.kind is Kind.POST and bool(_REPLY.search(f"{post.body.get('class') or ''} {post.body.get('id') or ''}"))


def _opens(text: str) -> bool:
    """Whether the prose is long enough for an opening post, or short and a question."""
    return len(text) >= _MIN_OPENING or (len(text) >= _MIN_QUESTION and "?" in text)


def _is_list_of_topics(page: PageText, posts: list[Post]) -> bool:
    """Whether the posts have titles of their own, as those of a blog do; or each question its own answer."""
    if sum(post.kind is Kind.QUESTION for post in posts) > 1:
        return True
    titles = {title for post in posts if (title := _own_title(page, post))}
    return len(titles) > 1 and 2 * len(titles) > len(posts)


def _own_title(page: PageText, post: Post) -> str:
    inside = set(post.body.iter()) if post.container is not post.body else set()
    for heading in post.container.iter(*HEADINGS):
        if heading in page.spans and heading not in inside:
            title = _folded(_REPLY_MARK.sub("", page.text[slice(*page.spans[heading])].strip()))
            # A shorter heading is its writer's name.
            if title.count(" ") >= _MIN_TITLE_GAPS:
                return title
    return ""


def _with_foreign_quotes(page: PageText, posts: list[Post]) -> list[Post]:
    """Quotes of other pages stay where next to nothing was said beside them: they are what the post has to say."""
    told, earlier = [], ""
    for post in posts:
        said, shown = _folded(text_of(page, post.said)), _folded(text_of(page, post.shown))
        if said != shown and said.count(" ") < _FEW_WORDS and not _repeats(said, shown, earlier):
            post = replace(post, said=post.shown)
        told.append(post)
        earlier += f" {shown}"
    return [post for post in told if post.said]


def _repeats(said: str, shown: str, earlier: str) -> bool:
    """Whether what the post shows beyond what it says stands in an earlier post."""
    beyond = {word for word in shown.split() if len(word) > 3} - set(said.split())
    return not beyond or 5 * len(beyond & set(earlier.split())) >= 2 * len(beyond)


def _folded(text: str) -> str:
    return " ".join(_WORDS.findall(text.lower()))
