"""A page as threads: the title of each topic and its posts.

Posts are found by their names; failing that, by their repetition, by a heading that counts the answers, or by the
signatures of a wiki.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace

from stages._page_text import HEADINGS, PageText
from stages._posts import Kind, Post, named_posts, otherwise_named, text_of
from stages._repeated import says_when
from stages._talk_pages import talk_sections
from stages._topic_title import folded_words, topic_title
from stages._unnamed_posts import opening_post, replies, unnamed_posts, with_repeated, written_once
from stages.records import Span

_REPLY_MARK = re.compile(r"^(?:(?:re|aw|sv)\s*:\s*)+|\bre:\s*", re.IGNORECASE)
_FEW_WORDS = 10
_MIN_TITLE_GAPS = 3
_MAX_BYLINE = 80
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
    posts = written_once(page, named_posts(page, others))
    is_named = len(posts) > 1 or any(post.kind in (Kind.QUESTION, Kind.ANSWER) for post in posts)
    # A site that names its question would name its answers too.
    if not is_named:
        posts = unnamed_posts(page, others) or with_repeated(page, posts)
    if not posts:
        return None
    title = topic_title(page)
    posts = [_below_title(page, title, post) for post in posts if title not in post.shown]
    opening = opening_post(page, title, posts) if posts and (not is_named or replies(posts[0])) else None
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
    if len(plain) > 1 or any(post.kind is Kind.ANSWER for post in plain):
        return plain
    names = _class_names(posts[0])
    if any(post.kind is Kind.QUESTION for post in plain):
        return [post for post in posts if post.kind is not Kind.COMMENT or (names and names == _class_names(post))]
    if any(_ARTICLE.search(name) for name in names):
        return plain
    return [post for post in posts if post.kind is not Kind.COMMENT or not names or names & _class_names(post)]


def _class_names(post: Post) -> set[str]:
    return set((post.body.get("class") or "").split())


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
            title = folded_words(_REPLY_MARK.sub("", page.text[slice(*page.spans[heading])].strip()))
            # A shorter heading is its writer's name.
            if title.count(" ") >= _MIN_TITLE_GAPS:
                return title
    return ""


def _with_foreign_quotes(page: PageText, posts: list[Post]) -> list[Post]:
    """Quotes of other pages stay where next to nothing was said beside them: they are what the post has to say."""
    told: list[Post] = []
    earlier: set[str] = set()
    for post in posts:
        said, shown = folded_words(text_of(page, post.said)), folded_words(text_of(page, post.shown))
        if said != shown and said.count(" ") < _FEW_WORDS and not _repeats(said, shown, earlier):
            post = replace(post, said=post.shown)
        told.append(post)
        earlier.update(shown.split())
    return [post for post in told if post.said]


def _repeats(said: str, shown: str, earlier: set[str]) -> bool:
    """Whether what the post shows beyond what it says stands in earlier posts, whose words these are."""
    beyond = {word for word in shown.split() if len(word) > 3} - set(said.split())
    return not beyond or 5 * len(beyond & earlier) >= 2 * len(beyond)
