"""The posts of a page: where each one's text stands, who wrote it, and what the site says of it.

A post's text is found by the names that sites give to it (`_post_words.py`). Its container is all around it that
belongs to no other post: author, votes and acceptance are read there.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from itertools import islice
from typing import Any, Protocol

from stages import _post_words as words
from stages._page_text import PageText
from stages._post_bodies import NAMING_ATTRIBUTES, bodies_of, named_alike
from stages._post_meta import PostMeta
from stages._post_quotes import shown_and_said
from stages.records import Span

# A page with more shows no conversation that somebody reads; the first ones stand for it.
MAX_POSTS = 500
# Only among so few is a writer looked for outside of the post's container.
_FEW_POSTS = 60


class Kind(Enum):
    QUESTION = "question"
    ANSWER = "answer"
    POST = "post"
    COMMENT = "comment"


class Told(Protocol):
    """What is known of a post besides its text."""

    @property
    def author(self) -> str | None: ...

    @property
    def signature(self) -> str | None: ...

    @property
    def votes(self) -> int | None: ...

    @property
    def is_accepted(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Post:
    """`shown` are the places of its text without signature and controls, `said` those without quotes of others too."""

    shown: list[Span]
    said: list[Span]
    body: Any
    container: Any
    kind: Kind
    meta: Told


def otherwise_named(page: PageText) -> list[Any]:
    """Elements whose names stand in other attributes than `class`."""
    used = [name for name in (*NAMING_ATTRIBUTES[1:], "itemprop") if f"{name}=" in page.markup]
    named = [element for element in page.spans if any(map(element.get, used))] if used else []
    return [*page.identified, *named]


def named_posts(page: PageText, others: list[Any]) -> list[Post]:
    """All posts whose text the page names, in page order, comments among them; `others` are the `otherwise_named`."""
    bodies = bodies_of(page, others)
    if not bodies:
        return []
    bodies = bodies[:MAX_POSTS]
    plain = [body for body in bodies if not _is_comment(body)]
    everything = _counts(bodies)
    # The comments under an answer stand in its container.
    counts = _counts(plain)
    told = set(plain)
    containers = [_container(body, counts if body in told else everything) for body in bodies]
    ends = [page.spans[body][1] for body in bodies]
    above: list[int | None] = [0, *ends[:-1]] if len(bodies) <= _FEW_POSTS else [None] * len(bodies)
    posts = [post_at(page, *found) for found in zip(bodies, containers, above, strict=True)]
    return _alike([post for post in posts if post])


def _alike(posts: list[Post]) -> list[Post]:
    """Replies of one name are of one kind, whatever is around each of them; the opening post may share the name."""
    kinds: dict[str, Counter[Kind]] = defaultdict(Counter)
    for post in posts[1:]:
        kinds[named_alike(post.body)][post.kind] += 1
    told = posts[:1]
    for post in posts[1:]:
        (most, count), *_ = kinds[named_alike(post.body)].most_common(1)
        is_told = most is Kind.COMMENT and 2 * count > kinds[named_alike(post.body)].total()
        told.append(replace(post, kind=most) if is_told else post)
    return told


def container_of(body: Any, bodies: list[Any]) -> Any:
    """The outermost element around the body that is around no other of the bodies."""
    return _container(body, _counts(bodies))


def _counts(bodies: list[Any]) -> Counter[Any]:
    """How many of the bodies each element is around."""
    return Counter(above for body in bodies for above in body.iterancestors())


def _is_comment(body: Any) -> bool:
    near = (body, *islice(body.iterancestors(), 3))
    return any(words.COMMENT.search(name) for element in near for name in words.plain_names(element))


def named_answers(page: PageText, others: list[Any]) -> list[Any]:
    """Elements whose names say that each is one answer, in page order."""
    named = [element for names, same in page.classes.items() if kind_of(names) is Kind.ANSWER for element in same]
    named += [element for element in others if any(map(_is_answer, map(element.get, NAMING_ATTRIBUTES)))]
    return sorted(set(named), key=lambda element: page.spans[element])[:MAX_POSTS]


def _is_answer(name: str | None) -> bool:
    return bool(name) and kind_of(name or "") is Kind.ANSWER


def post_at(
    page: PageText, body: Any, container: Any, above: int | None = None, kind: Kind | None = None
) -> Post | None:
    """The post of which the text is `body`; None where it says nothing. `above` is where the one before it ends."""
    span = page.span_of(body)
    if span is None:
        return None
    shown, said = shown_and_said(page, body, span)
    if not shown:
        return None
    meta = PostMeta(page, body, container, above)
    return Post(shown, said, body, container, kind or _kind(body, container), meta)


def text_of(page: PageText, spans: list[Span]) -> str:
    return "\n".join(page.cut(span) for span in spans)


def _container(body: Any, counts: Counter[Any]) -> Any:
    container = body
    for above in body.iterancestors():
        if counts[above] > 1 or above.tag in ("body", "html", "main"):
            break
        container = above
    return container


def _kind(body: Any, container: Any) -> Kind:
    """By the names of the body and of what is around it, the nearest first."""
    element = body
    while element is not None:
        names = " ".join(element.get(name) or "" for name in ("class", *NAMING_ATTRIBUTES, "itemprop", "itemtype"))
        if kind := kind_of(names):
            return kind
        if element is container:
            break
        element = element.getparent()
    return Kind.POST


@lru_cache(maxsize=1 << 16)
def kind_of(names: str) -> Kind | None:
    told = words.tokens(names.replace("/", " "))
    if any(words.COMMENT.search(name) for name in told):
        return Kind.COMMENT
    answers = {name for name in told if words.ANSWER.search(name)}
    # A question in a list of answers names itself beside their name.
    if any(words.QUESTION.search(name) for name in told if name not in answers):
        return Kind.QUESTION
    return Kind.ANSWER if answers else None
