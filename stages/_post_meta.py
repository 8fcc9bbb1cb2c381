"""Who wrote a post, and what its site says of it: author, votes, acceptance, read around its text."""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Any

from stages import _post_words as words
from stages._page_text import PageText
from stages._repeated import says_when

_NUMBER = re.compile(r"-?\d{1,3}(?:,\d{3})+|[-−–]?\d{1,7}")
_SAYS_ACCEPTED = re.compile(
    r"(?<!mark as )(?<!mark as the )(?<!choose )(?<!select )"
    r"\b(?:accepted|best|chosen|verified|top|correct) (?:answer|solution|reply|response)\b"
    r"|\bmarked (?:this )?as (?:the )?(?:best|accepted|solution|answer|correct)|^(?:solution|solved)$|[✓✔☑✅]"
    r"|被采纳|已采纳|最佳(?:答案|回答)|\b(?:beste antwort|meilleure réponse|mejor respuesta|melhor resposta)\b",
    re.IGNORECASE | re.MULTILINE,
)
_SAYS_VOTES = re.compile(
    r"(?<![\d,.])([-−–+]?\d{1,6})\s*(?:votes?|points?|likes?|upvotes?|people found)\b(?!\W{0,3}\d)"
    r"|\bupvotes?\W{1,5}(\d{1,6})\b",
    re.IGNORECASE,
)
_MAX_AROUND = 4_000
_MAX_ELEMENTS = 400
_SOMEBODY = (
    r"(?!(?:an?|the|this|that|these|as|in|on|at|to|of|for|with|your?|my|our|its?|us)\b)([^\s,·|<\d][^\n,·|<]{0,39})"
)
_SIGNED = re.compile(
    rf"(?:\b(?:answered|asked|posted|written|replied)(?: by)?|^\W*(?:by|from)):?\s+{_SOMEBODY}", re.IGNORECASE
)
_BY = re.compile(rf"\b(?:by|from):?\s+{_SOMEBODY}", re.IGNORECASE)
# How far above a post without a container of its own its writer is named.
_BEFORE = 200
_PROFILE = re.compile(
    r"/(?:users?|u|profiles?|members?|people|author)/|member(?:list)?\.php|action=profile|mode=viewprofile"
)
_COUNTS = re.compile(r"\d+ (?:answers?|replies|votes?|points?)|^[\d\W]+$", re.IGNORECASE)
# Ranks, badges, counts and buttons stand where names do.
_NO_NAME = re.compile(
    r"(?:log|sign) ?(?:in|up)|vote (?:up|down)|(?:up|down)vote|find|reply|quote|report|share|like|edit|follow|profile"
    r"|(?:(?:super|global|forum|site|community) )?(?:moderator|mod|administrator|admin|staff|team|expert)"
    r"|(?:(?:new|junior|senior|full|active|trusted|registered|premium|gold|silver) )?(?:member|user|guest)"
    r"|message|participant|supporter|keymaster|newbie|regular|veteran|golden|membro\b.*|mitglied|membre|miembro"
    r"|author|anonymous user"
    r"|(?:thread|topic) (?:starter|author)|original poster|op|said|says|answers?|asked|answered|posted|回答|楼主"
    r"|[\d.,k]+ (?:posts?|points?|messages?|answers?|badges?|replies)|posts?:? ?[\d.,k]+|[\d\W_]+[km]?",
    re.IGNORECASE,
)
_BEFORE_NAME = re.compile(r"^(?:(?:posted|answered|asked|written|started) )?by:?\s+", re.IGNORECASE)
_AFTER_NAME = re.compile(
    r"\s*[»·•|,(]\s*|\s+(?:on|at)\s+\d|\s+(?:posts?|messages|joined|registered|location|reputation)\b", re.IGNORECASE
)
_FROM = re.compile(r"^(?:from|by|author|sender)\b:?\s+([^\n<(\[]{1,60})", re.IGNORECASE | re.MULTILINE)
_MAX_AUTHOR = 60
# A longer line is prose, in which "by" and "from" name no writers.
_MAX_BYLINE = 100


class PostMeta:
    """Read when it is asked for: most posts are looked at for their text alone."""

    def __init__(self, page: PageText, body: Any, container: Any, above: int | None) -> None:
        """`above` is where the post before this one ends, or None where no writer is to be looked for up to there."""
        self._page = page
        self._above = above
        self._body = body
        self._container = container

    @cached_property
    def _elements(self) -> list[Any]:
        inside = set(self._body.iter()) if self._body is not self._container else set()
        return list(islice((element for element in self._container.iter() if element not in inside), _MAX_ELEMENTS))

    @cached_property
    def _text(self) -> str:
        return _around(self._page, self._body, self._container)

    @cached_property
    def author(self) -> str | None:
        return self.signature or next(self._bylines(_BY), "").strip() or _first_name(self._text)

    @cached_property
    def signature(self) -> str | None:
        """The writer where the page says that it is one: by a name of an element, or by a line of its own."""
        named = self._container.get("data-author") or self._container.get("data-username")
        if named:
            return str(named)[:_MAX_AUTHOR]
        told = [name for element in self._elements if _tells_author(element) and (name := _name_in(element))]
        told = told or self._named_above()
        if told:
            return min(told, key=len)
        # Where all that is known is what stands above, the nearest name counts.
        senders = _FROM.findall(self._text) if self._body is self._container else []
        signed = senders[-1:] or islice(self._bylines(_SIGNED), 1)
        return next(filter(None, map(_name_in_text, signed)), None)

    def _bylines(self, byline: re.Pattern[str]) -> Iterator[str]:
        for line in self._text.split("\n"):
            if len(line) <= _MAX_BYLINE:
                yield from byline.findall(line)

    def _named_above(self) -> list[str]:
        """Names between the two posts: where a page is broken, the container of one may reach around all others."""
        if self._above is None:
            return []
        until = self._page.spans[self._body][0]
        return [
            name
            for element, (start, end) in self._page.spans.items()
            if self._above <= start and end <= until and _tells_author(element) and (name := _name_in(element))
        ]

    @cached_property
    def votes(self) -> int | None:
        for element in self._elements:
            names = f"{element.get('class') or ''} {element.get('itemprop') or ''}".lower()
            if names.strip() and "reput" not in names and any(words.VOTES.search(token) for token in names.split()):
                told = element.get("data-value") or element.get("data-score") or element.get("content")
                number = _NUMBER.fullmatch((told or "".join(element.itertext())).strip().lstrip("+"))
                if number:
                    return _as_number(number.group())
        # Buttons have no text in a page's text, and count votes.
        said = _SAYS_VOTES.search(" ".join(filter(None, map(_label, self._elements)))[:_MAX_AROUND])
        return _as_number(said.group(1) or said.group(2)) if said else None

    @cached_property
    def is_accepted(self) -> bool:
        names = " ".join(
            f"{element.get('class') or ''} {element.get('itemprop') or ''}"
            for element in _upward(self._body, self._container)
        )
        is_named = any(words.ACCEPTED.search(name) for name in names.lower().split())
        return is_named or bool(_SAYS_ACCEPTED.search(self._text))


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
    return name if 1 < len(name) <= _MAX_AUTHOR and not _NO_NAME.fullmatch(name) else ""


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
