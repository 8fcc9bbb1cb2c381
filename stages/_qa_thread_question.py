"""Whether the title and the first post of a thread ask something, as far as their words say."""

import re

from stages._page_text import PageText
from stages._posts import Kind, Post, text_of
from stages._prose_runs import prose
from stages._qa_words import WORD
from stages.records import Span

# What somebody writes who wants an answer, in a title or in a post of their own.
_ASKS = re.compile(
    r"^\W*(?:how|why|what|which|where|when|who|whether|can|could|does|do|is|are|will|should)\b"
    r"|\bhelp\b|\bhow (?:to|do|can|should)\b|\bproblems?\b|\bissues?\b|\berrors?\b|\btrouble\b|\bstuck\b|\bunable\b"
    r"|\bcan(?:no|')t\b|doesn'?t work|not working|\bwondering\b|confus|struggl|\bquestions?\b|\badvice\b|suggestion"
    r"|any ideas?|\bprove\b|\bshow that\b|\bsolv(?:e|ing)\b|\bevaluate\b|\bcalculate\b|\bcompute\b|\bdetermine\b"
    r"|\bsimplify\b|\bintegrate\b|\bderive\b|[吗呢]|什么|怎么|如何|为什么|求助|请问"
    r"|\b(?:wie|warum|hilfe|pourquoi|cómo|ayuda|ajuda|qual)\b",
    re.IGNORECASE,
)
_MARK = re.compile(r"[?？¿؟]")
_SELF = re.compile(
    r"\b(?:i|i'm|i've|my|me|we|our|ich|mir|mein\w*|je|mon|yo|mi|eu|meu|any(?:one|body)|some(?:one|body)|jemand)\b|[我你]",
    re.IGNORECASE,
)
# Tasks copied from a book or a sheet say what to do.
_TASK = re.compile(
    r"(?:^|[.!?:;,)\]$\n]\s*|\b(?:please|to|and|then|must) )(?:find|solve|prove|show that|evaluate|calculate|compute"
    r"|determine|simplify|integrate|differentiate|derive|express|factor|write|give|state|convert|expand|estimate"
    r"|explain|rationalize|graph|sketch)\b|\bwhat (?:is|are)\b|\bhow (?:many|much|far|long|fast)\b",
    re.IGNORECASE,
)
_MATHS = re.compile(r"\$[^$]+\$|\\[(\[]|\d")
# Whoever opens so has something to tell.
_TELLS = re.compile(
    r"\b(?:announc\w+|introducing|we(?: are|'re) (?:happy|pleased|excited|glad|proud)|now available|releas(?:e|ed|ing)"
    r"|anniversary|congratulations|in memory|poll|giveaway|for sale|guide|tutorial|rules|read (?:this )?first"
    r"|welcome)\b",
    re.IGNORECASE,
)
_SHEET = 100
_OPENING_CHARS = 200
# Longer openings that nobody signs are articles.
_ARTICLE = 400


def is_asked(page: PageText, title: Span | None, question: Post | None, replies: list[Post]) -> bool:
    if question is not None and question.kind is Kind.QUESTION:
        return True
    if any(reply.kind is Kind.ANSWER or reply.meta.is_accepted for reply in replies):
        return True
    heading = page.cut(title) if title else ""
    body = text_of(page, question.said) if question is not None else ""
    return _reads_as_question(heading, body)


def is_conversation(page: PageText, question: Post | None, replies: list[Post]) -> bool:
    """Whether blocks that nobody signs are a question with answers, and no article with comments or teasers below."""
    if any(reply.kind is Kind.ANSWER for reply in replies):
        return True
    body = text_of(page, question.said) if question is not None else ""
    if len(WORD.findall(body)) > _ARTICLE:
        return False
    # Teasers of other pages are links.
    linked = sum(_is_linked(page, reply) for reply in replies)
    return 2 * linked <= len(replies) and bool(_SELF.search(body) or _MATHS.search(body))


def _is_linked(page: PageText, reply: Post) -> bool:
    # The posts of a talk page have no element of their own.
    if reply.body is page.root:
        return False
    start, end = page.spans[reply.body]
    return 2 * prose(page, [reply.body]) < end - start


def _reads_as_question(heading: str, body: str) -> bool:
    if _MARK.search(heading):
        return True
    if _TELLS.search(heading) or _TELLS.search(body[:_OPENING_CHARS]):
        return False
    is_short = len(WORD.findall(body)) <= _SHEET
    if _MARK.search(body) and (is_short or _ASKS.search(heading) or _SELF.search(body)):
        return True
    if is_short and _TASK.search(body) and _MATHS.search(body):
        return True
    is_personal = bool(_SELF.search(body) or _MATHS.search(body))
    return bool(_ASKS.search(heading) or (_ASKS.search(body) and is_personal))
