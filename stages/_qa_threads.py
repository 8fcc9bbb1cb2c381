"""The question of a thread with the answer that its readers or its author took for the best."""

import re
from collections.abc import Iterator

from stages._page_text import PageText
from stages._posts import Kind, Post, text_of
from stages._qa_found import Found
from stages._threads import find_thread
from stages.records import Span

_ASKS = re.compile(
    r"[?？¿;؟]|\b(?:how|why|what|which|where|when|who|whether|(?:can|could) (?:any|some)one|does any(?:one|body)"
    r"|help|problem|issue|error|trouble|stuck|unable|can(?:no|')t|doesn'?t work|not working|wondering|confus\w+"
    r"|struggl\w+|prove|show that|find|solve|evaluate|calculate|compute|determine|simplify|integrate|differentiate"
    r"|derive|express|factor|write|give|state|convert|expand|estimate|explain|name|list|suggestions?|advice|any ideas?"
    r"|looking for|trying to|need to|want to)\b|[吗呢]|什么|怎么|如何|为什么|求助|请问"
    r"|\b(?:wie|warum|weiß jemand|hilfe|comment|pourquoi|aide|cómo|por qué|ayuda|como|ajuda|qual|come|perché)\b",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|oh|ah|great|perfect|awesome|cool|nice|wow|hi|hello|hey|yes|got it|i see|many|much|very|so"
    r"|no problem|you'?re welcome)\W+)*(?:thanks?|thank you|thx|ty|cheers|danke|merci|gracias|obrigad[oa]|grazie|谢谢"
    r"|bump|up\b|\+1|same (?:here|problem|issue|question)|me too|following|subscrib\w+"
    r"|any (?:news|updates?|luck|help|one|ideas?)|did you (?:ever )?(?:find|solve|figure|get)|i have the same"
    r"|i'?m having the same|anyone\b|welcome to"
    r"|moved to|moderator|this (?:topic|thread|question) (?:was|has been|is)|closed|solved it|never ?mind|nvm|deleted"
    r"|\[deleted\]|\[removed\])",
    re.IGNORECASE,
)
# What people say in short who do not answer: they ask back, send elsewhere, put off or regret.
_EVADES = re.compile(
    r"\bplease (?:show|post|provide|share|clarify|tell|give|add|use|explain|edit|include|read|search|start)\b"
    r"|\bbelongs (?:in|to)\b|\bwrong (?:section|forum|board|place|category)\b|\bmoderators?\b|\bduplicate\b|\bformatting\b"
    r"|\bno idea\b|\bi (?:do not|don'?t|have no) (?:know|clue)\b|\bsome(?:body|one) else\b|\bi should have (?:said|added)\b"
    r"|\bi(?:'ll| will) (?:have a look|look|try|check|get back|post|think|see|let you)\b|\bwhat have you (?:tried|done)\b"
    r"|\bshow (?:us )?your (?:work|attempt)|\bi also want to know\b|\bgood (?:question|luck)\b"
    r"|\bcould you (?:please )?(?:post|share|provide|clarify|explain|show|be more)\b|\binteresting (?:problem|question)\b",
    re.IGNORECASE,
)
_VALUE = re.compile(r"\d|[=$\\]|https?://")
_WORD = re.compile(r"\w+")
# Longer texts that open with thanks say something as well.
_SHORT = 30
_QUERY = 40


def thread_pairs(page: PageText) -> Iterator[Found]:
    """The pair of the page's thread, if it asks something and somebody answers."""
    thread = find_thread(page)
    if thread is None:
        return
    posts = _without_comments(thread.posts)
    if not posts:
        return
    has_question = posts[0].kind is not Kind.ANSWER
    question = posts[0] if has_question else None
    replies = posts[1:] if has_question else posts
    if not replies or not _is_asked(page, thread.title, question, replies):
        return
    best = _best(page, question, replies)
    if best is None:
        return
    answer, score = best
    yield _found(page, thread.title, question, answer, score)


def _without_comments(posts: list[Post]) -> list[Post]:
    """Comments are asides to answers, except where a site calls all replies comments."""
    plain = [post for post in posts if post.kind is not Kind.COMMENT]
    return plain if len(plain) > 1 or any(post.kind in (Kind.QUESTION, Kind.ANSWER) for post in plain) else posts


def _is_asked(page: PageText, title: Span | None, question: Post | None, replies: list[Post]) -> bool:
    if question is not None and question.kind is Kind.QUESTION:
        return True
    if any(reply.kind is Kind.ANSWER or reply.is_accepted for reply in replies):
        return True
    wording = page.cut(title) if title else ""
    if question is not None:
        wording += "\n" + text_of(page, question.said)
    return bool(_ASKS.search(wording))


def _best(page: PageText, question: Post | None, replies: list[Post]) -> tuple[Post, float] | None:
    """The accepted reply, else the one with the most votes, else the first that answers; and how sure that is."""
    accepted = [reply for reply in replies if reply.is_accepted]
    if len(accepted) == 1 and accepted[0].said:
        return accepted[0], 0.95
    asker = question.author if question else None
    answering = [reply for reply in replies if _answers(page, reply, asker)]
    if not answering:
        return None
    votes = [reply.votes for reply in answering]
    if any(votes) and max(vote or 0 for vote in votes) > 0:
        return max(answering, key=lambda reply: reply.votes or 0), 0.9
    is_answer = answering[0].kind is Kind.ANSWER
    return answering[0], 0.85 if is_answer else 0.7


def _answers(page: PageText, reply: Post, asker: str | None) -> bool:
    if not reply.said or reply.kind is Kind.QUESTION:
        return False
    if asker and reply.author == asker and reply.kind is not Kind.ANSWER:
        return False
    text = text_of(page, reply.said)
    count = len(_WORD.findall(text))
    if count <= _SHORT and _THANKS.match(text):
        return False
    if count <= _QUERY and not _VALUE.search(text) and _EVADES.search(text):
        return False
    return not (count <= _QUERY and _only_asks(text))


def _only_asks(text: str) -> bool:
    """Whether every sentence is a question back."""
    sentences = [part.strip() for part in re.findall(r"[^.!?？。！\n]+[.!?？。！]?", text) if _WORD.search(part)]
    return bool(sentences) and all(part.endswith(("?", "？")) for part in sentences)


def _found(page: PageText, title: Span | None, question: Post | None, answer: Post, score: float) -> Found:
    heading = page.cut(title) if title else ""
    body = text_of(page, question.said or question.shown) if question else ""
    wording = body if heading and _folded(body).startswith(_folded(heading)) else f"{heading}\n{body}".strip()
    span = _around(question.said or question.shown) if question else title
    return Found(
        question=wording,
        answer=text_of(page, answer.said),
        question_span=span,
        answer_span=_around(answer.said),
        extractor="thread",
        score=score,
        author=answer.author,
        votes=answer.votes,
        is_accepted=answer.is_accepted if answer.is_accepted else None,
    )


def _around(spans: list[Span]) -> Span:
    return Span(start=spans[0].start, end=spans[-1].end)


def _folded(text: str) -> str:
    return "".join(_WORD.findall(text.lower()))
