"""What sites call the parts of a thread: names in `class`, `id` and `itemprop` of forums, question sites and blogs."""

import re
from enum import IntEnum
from functools import lru_cache
from typing import Any


def _any_of(words: str) -> str:
    return "|".join(words.split())


def _part_named(words: str, *, also: str = "") -> re.Pattern[str]:
    """Finds names of which one of the words is a part by itself (`post-author`, `author_2`), or that match `also`."""
    return re.compile(rf"(?:^|[-_])(?:{_any_of(words)})(?:$|[-_\d])" + (f"|{also}" if also else ""))


_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_THING = _any_of(
    "post message msg comment reply replies response answer ans question topic thread discussion feed item entry story"
)
_PART = _any_of(
    "content contents body text txt message msg main inner display html desc description copy prose markdown wrap"
)
_HOW = _any_of("view item card js user rich full raw")
_TAIL = r"(?:[-_]*(?:wrap|wrapper|inner|content|text|body|main))?(?:[-_]?\d+)?(?:[-_]+(?=\w*\d)\w{4,9})?$"
# Not the text, though the name says that it belongs to a post.
_OTHER = _any_of(
    "foot head meta attribution author title action info image nav date count avatar user profile menu link tag"
    " vote list"
)
_BODY = re.compile(
    rf"(?:^|.*[-_])(?:{_THING})s?(?:[-_]*(?:{_HOW}))?[-_]*(?:{_PART}){_TAIL}"
    rf"|(?:^|.*[-_])(?:{_THING})s?[-_]+(?!{_OTHER})[a-z]+[-_]+(?:content|body|text)$|^(?:{_PART})[-_](?:{_THING})$"
)
# Names that say it only within an element that has said it already.
_WEAK = re.compile(_any_of("contents? text message body inner entry bodytext"))
# Platforms that name the text of a post in a way of their own.
_OWN_NAMES = re.compile(
    _any_of(
        "cooked bbwrapper postcontent postbody post_body usertext-body s-prose js-post-body post-text messagetext"
        " usercontent richcontent-inner ipstype_richtext best-text d_post_content answer-text content-text msgbody"
        " postmsg post_message lia-message-body-content js-post__content-text bbp-reply-content bbp-topic-content"
        " richtext markdown-body md post-bodycopy t_f message-usercontent userbody posttext commentary dw-p-bd"
        " qa-[qac]-(?:view|item)-content ap-[qa]-content msg ya-q-(?:full-)?text"
        " note-(?:body|text) markdown-preview-container (?:comment|answer|question)-details?"
    )
)
# Without one of these in it a name says nothing: one search instead of many.
_HINT = re.compile(
    _any_of(
        "post mess msg comment repl respon ans quest topic thread discus feed item entr story note content text txt"
        " body inner cooked wrapper prose md t_f markdown dw-p side embed widget relat recent similar recommend popular"
        " trending teaser footer alert notic cookie consent banner breadcrumb nav menu modal popup newsletter advert"
        " editor sign login"
    )
)
BODY_PROPERTIES = frozenset({"text", "articleBody", "commentText", "answerText"})
# What stands here is said elsewhere, or by nobody.
_ASIDE = _part_named(
    r"sidebar aside embed\w* widgets? related recent similar recommend(?:ed|ations?) popular trending teasers? footer"
    r" notices? alerts? cookie consent banner breadcrumbs? navbar menu modal popup newsletter advert\w* editor signup"
    r" login"
)
COMMENT = _part_named("comments?", also="^c-?text$|comment-?(?:copy|text|body|content)")
ANSWER = _part_named(
    "(?:bb)?answers? ans a-list-item solution (?:suggested|accepted)-?answer best-?(?:text|content)",
    also="^qa-a-|answer(?:card|item|cell|body)",
)
QUESTION = _part_named(
    "(?:bb)?questions? quest ask op first-?post opening-?post topic-?starter original-?post",
    also="^qa-q-|^ap-q-|question(?:card|body|cell|page|header)",
)
ACCEPTED = _part_named(
    "accepted best selected chosen solved is-?solution verified correct topanswer",
    also="accepted-?answer|best-?(?:answer|reply|text|response)|(?:has-?|post--?|message--?)solution",
)
AUTHOR = _part_named(
    "author user-?name user-?details user-?link poster display-?name nick(?:name)? byline creator userinfo postprofile"
    " postuser member-?name"
)
VOTES = _part_named("votes? score upvotes? likes? points karma helpful thumbs?", also="vote-?count|upvotecount")
QUOTE = _part_named(
    "quote[sd]? quote-?(?:title|body|header|container) bbcode_?-?quote bbcodeblock--quote blockquote--?quote"
)
NOISE = _part_named(
    "sig edited edit-?note lastedit edit-?date reactions? shar(?:e|ing) social report flag attach(?:ments?|box) toolbar"
    " actions controls buttons footer advert ads? adsense promo sharedaddy jetpack-likes-widget sd-block"
    " tail-info core_reply_tail post-tail-wrap",
    also="signature|notice-?edit",
)


class Part(IntEnum):
    """What an element's names say that it is; 0 where they say nothing."""

    BODY = 1
    BODY_WITHIN = 2
    ASIDE = 3


def tokens(names: str) -> list[str]:
    """The names in lower case; `spPostContent` reads `sp-post-content`."""
    return _HUMPS.sub("-", names).lower().split()


def plain_names(element: Any) -> list[str]:
    """Class and id of an element in lower case, as they are."""
    return f"{element.get('class') or ''} {element.get('id') or ''}".lower().split()


@lru_cache(maxsize=1 << 16)
def part_of(names: str) -> int:
    """The part that the value of a `class` or `id` names."""
    if not _HINT.search(names.lower()):
        return 0
    told = tokens(names)
    if any(_ASIDE.search(name) for name in told):
        return Part.ASIDE
    if any(map(_OWN_NAMES.fullmatch, names.lower().split())) or any(map(_BODY.match, told)):
        return Part.BODY
    return Part.BODY_WITHIN if any(_WEAK.fullmatch(name) for name in told) else 0
