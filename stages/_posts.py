"""The posts of a page: where each one's text stands, who wrote it, and what the site says of it.

A post's text is found by the names that sites give to it (`_post_words.py`). Its container is all around it that
belongs to no other post: author, votes and acceptance are read there.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from itertools import islice
from typing import Any

from stages import _post_words as words
from stages._page_text import PageText
from stages._post_words import Part
from stages._repeated import says_when
from stages.records import Span

# A page with more shows no conversation that somebody reads; the first ones stand for it.
MAX_POSTS = 500

_NUMBER = re.compile(r"-?\d{1,3}(?:,\d{3})+|[-−–]?\d{1,7}")
_SAYS_ACCEPTED = re.compile(
    r"(?<!mark as )(?<!mark as the )(?<!choose )(?<!select )"
    r"\b(?:accepted|best|chosen|verified|top|correct) (?:answer|solution|reply|response)\b"
    r"|\bmarked (?:this )?as (?:the )?(?:best|accepted|solution|answer|correct)|^(?:solution|solved)$|[✓✔☑✅]",
    re.IGNORECASE | re.MULTILINE,
)
_SAYS_VOTES = re.compile(
    r"([-−–+]?\d{1,6})\s*(?:votes?|points?|likes?|upvotes?|people found|thanks)\b|\bupvotes?\W{1,5}(\d{1,6})\b",
    re.IGNORECASE,
)
_MAX_AROUND = 4_000
_BY = re.compile(
    r"\b(?:answered|asked|posted|written|replied|by|from)(?: by)?:?\s+([^\s,·|<\d][^\n,·|<]{0,39})", re.IGNORECASE
)
_QUOTED = re.compile(
    r"(?:quote|quoting|zitat|citation|cita)\b.{0,60}(?::|\n|$)|originally posted by"
    r"|[^\n]{1,50}\b(?:wrote|said|writes)\b[^\n]{0,40}:",
    re.IGNORECASE,
)
_MAIL_SIGNATURE = re.compile(r"^(?:--[ \t]*|_{5,}[ \t]*)\n(?=[^\n])", re.MULTILINE)
_MAIL_QUOTE = re.compile(
    r"(?:^[^\n>]{0,200}\b(?:wrote|writes|said|schrieb|écrit|escribió)\b[^\n]{0,80}:?[ \t]*\n+)?"
    r"(?:^[ \t]*>[^\n]*(?:\n|$))+",
    re.MULTILINE,
)
# Where pages without telling classes name their parts, for their own tests mostly.
_ATTRIBUTES = ("id", "data-testid", "data-test-id", "data-test", "data-qa", "data-role", "data-component", "component")
# How far above a post without a container of its own its writer is named.
_BEFORE = 200
_PROFILE = re.compile(
    r"/(?:users?|u|profiles?|members?|people|author)/|member(?:list)?\.php|action=profile|mode=viewprofile"
)
_COUNTS = re.compile(r"\d+ (?:answers?|replies|votes?|points?)|^[\d\W]+$", re.IGNORECASE)
_BEFORE_NAME = re.compile(r"^(?:(?:posted|answered|asked|written|started) )?by:?\s+", re.IGNORECASE)
_AFTER_NAME = re.compile(r"\s*[»·•|,(]\s*|\s+(?:on|at)\s+\d")
_FROM = re.compile(r"^(?:from|by|author|sender)\b:?\s+([^\n<(\[]{1,60})", re.IGNORECASE | re.MULTILINE)
_DIGITS = re.compile(r"\d+")
_MAX_AUTHOR = 60


class Kind(Enum):
    QUESTION = "question"
    ANSWER = "answer"
    POST = "post"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Post:
    """`shown` are the places of its text without signature and controls, `said` those without quotes of others too."""

    shown: list[Span]
    said: list[Span]
    body: Any
    container: Any
    kind: Kind
    author: str | None
    votes: int | None
    is_accepted: bool


def otherwise_named(page: PageText) -> list[Any]:
    """Elements whose names stand in other attributes than `class`."""
    used = [name for name in (*_ATTRIBUTES[1:], "itemprop") if f"{name}=" in page.markup]
    named = [element for element in page.spans if any(map(element.get, used))] if used else []
    return [*page.identified, *named]


def named_posts(page: PageText, others: list[Any]) -> list[Post]:
    """All posts whose text the page names, in page order, comments among them; `others` are the `otherwise_named`."""
    bodies = _bodies(page, others)
    if not bodies:
        return []
    bodies = bodies[:MAX_POSTS]
    plain = [body for body in bodies if not _is_comment(body)]
    everything = _counts(bodies)
    # The comments under an answer stand in its container.
    counts = _counts(plain)
    told = set(plain)
    containers = [_container(body, counts if body in told else everything) for body in bodies]
    posts = [post_at(page, body, container) for body, container in zip(bodies, containers, strict=True)]
    return _alike([post for post in posts if post])


def _alike(posts: list[Post]) -> list[Post]:
    """Replies of one name are of one kind, whatever is around each of them; the opening post may share the name."""
    kinds: dict[str, Counter[Kind]] = defaultdict(Counter)
    for post in posts[1:]:
        kinds[_signature(post.body)][post.kind] += 1
    told = posts[:1]
    for post in posts[1:]:
        (most, count), *_ = kinds[_signature(post.body)].most_common(1)
        is_told = most is Kind.COMMENT and 2 * count > kinds[_signature(post.body)].total()
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
    return any(words.COMMENT.search(name) for element in near for name in _names(element))


def _names(element: Any) -> list[str]:
    return f"{element.get('class') or ''} {element.get('id') or ''}".lower().split()


def named_answers(page: PageText, others: list[Any]) -> list[Any]:
    """Elements whose names say that each is one answer, in page order."""
    named = [element for names, same in page.classes.items() if kind_of(names) is Kind.ANSWER for element in same]
    named += [element for element in others if any(map(_is_answer, map(element.get, _ATTRIBUTES)))]
    return sorted(set(named), key=lambda element: page.spans[element])[:MAX_POSTS]


def _is_answer(name: str | None) -> bool:
    return bool(name) and kind_of(name or "") is Kind.ANSWER


def post_at(page: PageText, body: Any, container: Any, kind: Kind | None = None) -> Post | None:
    """The post of which the text is `body`; None where it says nothing."""
    span = page.span_of(body)
    if span is None:
        return None
    noise, quotes = _holes(page, body)
    noise += _signature_lines(page, span)
    quotes += _quoted_lines(page, span)
    shown = _without(page, span, noise)
    if not shown:
        return None
    meta = _Meta.of(page, body, container)
    return Post(
        shown=shown,
        said=_without(page, span, [*noise, *quotes]),
        body=body,
        container=container,
        kind=kind or _kind(body, container),
        author=meta.author(),
        votes=meta.votes(),
        is_accepted=meta.is_accepted(),
    )


def text_of(page: PageText, spans: list[Span]) -> str:
    return "\n".join(page.cut(span) for span in spans)


def _bodies(page: PageText, others: list[Any]) -> list[Any]:
    found = _named_by_class(page)
    for element in others:
        if found.get(element, Part.BODY_WITHIN) == Part.BODY_WITHIN and element in page.spans:
            part = _part_by_id(element) or _part_by_property(element)
            if part:
                found[element] = part
    asides = [element for element, part in found.items() if part == Part.ASIDE]
    asides += [element for element in page.root.iter("aside") if element in page.spans]
    bodies = {element: part for element, part in found.items() if part != Part.ASIDE}
    in_order = sorted(_told(page, bodies, asides), key=lambda element: page.spans[element][0])
    return _one_each(_innermost(page, in_order))


def _named_by_class(page: PageText) -> dict[Any, int]:
    return {element: part for names, same in page.classes.items() if (part := words.part_of(names)) for element in same}


def _told(page: PageText, found: dict[Any, int], asides: list[Any]) -> list[Any]:
    """Without what stands in the margins, and without weak names that no stronger one is around."""
    margins = _margins(page, asides)
    sure = {element for element, part in found.items() if part == Part.BODY}
    told = []
    for element in found:
        above = list(element.iterancestors())
        if not margins.isdisjoint(above) or not (element in sure or not sure.isdisjoint(above)):
            continue
        if not any(words.QUOTE.search(name) for outer in (element, *above) for name in _names(outer)):
            told.append(element)
    return told


def _margins(page: PageText, asides: list[Any]) -> set[Any]:
    """Asides of one name that hold a third of the page together are a layout, not a margin."""
    chars: Counter[str] = Counter()
    for element in asides:
        chars[_signature(element)] += _chars(page, element)
    return {element for element in asides if 3 * chars[_signature(element)] < len(page.text)}


def _part_by_id(element: Any) -> int:
    for attribute in _ATTRIBUTES:
        name = element.get(attribute)
        if name and len(name) < 60 and (part := words.part_of(_DIGITS.sub("", name).strip("-_"))):
            return part
    return 0


def _part_by_property(element: Any) -> int:
    return Part.BODY if element.get("itemprop") in words.BODY_PROPERTIES and element.tag not in ("meta", "span") else 0


def _innermost(page: PageText, found: list[Any]) -> list[Any]:
    """Of elements within one another those that hold most of the text; what is decided for two names holds for all."""
    inside: dict[Any, list[Any]] = defaultdict(list)
    known = set(found)
    for element in found:
        outer = next((above for above in element.iterancestors() if above in known), None)
        if outer is not None:
            inside[outer].append(element)
    outer_chars: Counter[str] = Counter()
    inner_chars: Counter[str] = Counter()
    for outer, inner in inside.items():
        outer_chars[_signature(outer)] += _chars(page, outer)
        inner_chars[_signature(outer)] += sum(_chars(page, element) for element in inner)
    dropped: set[Any] = set()
    for outer, inner in inside.items():
        if 3 * inner_chars[_signature(outer)] >= outer_chars[_signature(outer)]:
            dropped.add(outer)
        else:
            dropped.update(inner)
    return [element for element in found if element not in dropped]


def _one_each(bodies: list[Any]) -> list[Any]:
    """Where several parents hold several bodies each, only the first is the post: what follows is a signature."""
    siblings: dict[Any, list[Any]] = defaultdict(list)
    for body in bodies:
        siblings[body.getparent()].append(body)
    crowded = [group for group in siblings.values() if len(group) > 1]
    if len(crowded) < 2 and not (crowded and len(siblings) > len(crowded)):
        return bodies
    later = {body for group in crowded for body in group[1:] if _signature(body) == _signature(group[0])}
    return [body for body in bodies if body not in later]


def _signature(element: Any) -> str:
    return f"{element.tag}.{_DIGITS.sub('', element.get('class') or element.get('id') or '')}"


def _chars(page: PageText, element: Any) -> int:
    start, end = page.spans.get(element, (0, 0))
    return end - start


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
        names = " ".join(element.get(name) or "" for name in ("class", *_ATTRIBUTES, "itemprop", "itemtype"))
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


def _without(page: PageText, span: Span, holes: list[tuple[int, int]]) -> list[Span]:
    pieces, at = [], span.start
    for start, end in sorted(holes):
        if start > at and (piece := page.trim(at, start)):
            pieces.append(piece)
        at = max(at, end)
    if at < span.end and (piece := page.trim(at, span.end)):
        pieces.append(piece)
    return pieces


def _holes(page: PageText, body: Any) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Where in a post stands what is no part of it, and where it quotes other posts."""
    noise, quotes = [], []
    for element in body.iterdescendants():
        place = page.spans.get(element)
        if place is None:
            continue
        tokens = _names(element)
        if any(words.QUOTE.search(token) for token in tokens) or _is_quote(page, element, place):
            quotes.append(place)
        elif any(words.NOISE.search(token) for token in tokens):
            noise.append(place)
    return noise, quotes


def _signature_lines(page: PageText, span: Span) -> list[tuple[int, int]]:
    """From the two hyphens or the rule by which mail sets a signature or a list's footer apart to the end."""
    found = _MAIL_SIGNATURE.search(page.text, span.start, span.end)
    return [(found.start(), span.end)] if found else []


def _quoted_lines(page: PageText, span: Span) -> list[tuple[int, int]]:
    """Lines of mail that begin with `>`, and the line above that says who wrote them."""
    if ">" not in page.text[span.start : span.end]:
        return []
    return [(found.start(), found.end()) for found in _MAIL_QUOTE.finditer(page.text, span.start, span.end)]


def _is_quote(page: PageText, element: Any, place: tuple[int, int]) -> bool:
    """A quotation of somebody, not of a text: it names who wrote it."""
    if element.tag == "blockquote" and (element.get("cite") or element.find(".//cite") is not None):
        return True
    opening = page.text[place[0] : place[0] + 120].lstrip()
    is_block = element.tag in ("blockquote", "div", "table", "aside", "fieldset")
    return is_block and bool(_QUOTED.match(opening))


@dataclass(frozen=True, slots=True)
class _Meta:
    """What stands around the body of a post, in the container and outside of the body."""

    page: PageText
    elements: Sequence[Any]
    names: Sequence[str]
    text: str
    container: Any
    is_bare: bool

    @classmethod
    def of(cls, page: PageText, body: Any, container: Any) -> "_Meta":
        inside = set(body.iter()) if body is not container else set()
        elements = [element for element in container.iter() if element not in inside][:400]
        around = " ".join(
            (element.get("class") or "") + " " + (element.get("itemprop") or "") for element in _upward(body, container)
        )
        return cls(
            page=page,
            elements=elements,
            names=around.lower().split(),
            text=_around(page, body, container),
            container=container,
            is_bare=container is body,
        )

    def author(self) -> str | None:
        named = self.container.get("data-author") or self.container.get("data-username")
        if named:
            return str(named)[:_MAX_AUTHOR]
        told = [text for element in self.elements if _tells_author(element) and (text := _name_in(element))]
        if told:
            return min(told, key=len)
        # Where all that is known is what stands above, the nearest name counts.
        senders = _FROM.findall(self.text) if self.is_bare else []
        by = senders[-1:] or _BY.findall(self.text)[:1]
        return str(by[0]).strip() if by else _first_name(self.text)

    def votes(self) -> int | None:
        for element in self.elements:
            names = f"{element.get('class') or ''} {element.get('itemprop') or ''}".lower()
            if names.strip() and "reput" not in names and any(words.VOTES.search(token) for token in names.split()):
                told = element.get("data-value") or element.get("data-score") or element.get("content")
                number = _NUMBER.fullmatch((told or "".join(element.itertext())).strip().lstrip("+"))
                if number:
                    return _as_number(number.group())
        # Buttons have no text in a page's text, and count votes.
        said = _SAYS_VOTES.search(" ".join(filter(None, map(_label, self.elements)))[:_MAX_AROUND])
        return _as_number(said.group(1) or said.group(2)) if said else None

    def is_accepted(self) -> bool:
        return any(words.ACCEPTED.search(name) for name in self.names) or bool(_SAYS_ACCEPTED.search(self.text))


def _first_name(text: str) -> str | None:
    """The first short line that tells no time: boards without names for their parts begin a post with its writer."""
    for line in text.strip().split("\n")[:3]:
        name = _name_in_text(line.split("\t")[0])
        if name and not says_when(name) and not _COUNTS.search(name):
            return name
    return None


def _label(element: Any) -> str:
    """What the element itself says, not those inside it."""
    return " ".join(filter(None, (element.text, element.get("aria-label"), element.tail))).strip()


def _tells_author(element: Any) -> bool:
    if element.tag == "a" and _PROFILE.search(element.get("href") or ""):
        return True
    names = f"{element.get('class') or ''} {element.get('itemprop') or ''} {element.get('rel') or ''}".lower()
    return bool(names.strip()) and any(words.AUTHOR.search(token) for token in names.split())


def _name_in(element: Any) -> str:
    """The name in what an element says: "by Ann » 3 May" is Ann; empty where it is too long for one."""
    return _name_in_text(" ".join("".join(element.itertext()).split()))


def _name_in_text(text: str) -> str:
    name = _BEFORE_NAME.sub("", _AFTER_NAME.split(text, maxsplit=1)[0]).strip()
    return name if 1 < len(name) <= _MAX_AUTHOR else ""


def _upward(body: Any, container: Any) -> Iterator[Any]:
    yield body
    if body is not container:
        for above in body.iterancestors():
            yield above
            if above is container:
                return


def _around(page: PageText, body: Any, container: Any) -> str:
    """The container's text without the body's."""
    start, end = page.spans.get(container, (0, 0))
    if container is body:
        return page.text[max(0, start - _BEFORE) : start]
    inner_start, inner_end = page.spans.get(body, (end, end))
    return f"{page.text[start:inner_start][-_MAX_AROUND:]}\n{page.text[inner_end:end][:_MAX_AROUND]}"


def _as_number(text: str) -> int:
    return int(text.replace(",", "").replace("−", "-").replace("–", "-"))
