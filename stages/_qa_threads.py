"""The question of a thread with the answer that its readers or its author took for the best."""

from collections.abc import Iterator, Sequence

from stages._page_text import PageText
from stages._posts import Kind, Post, text_of
from stages._qa_found import Found
from stages._qa_thread_answer import best_reply
from stages._qa_thread_question import is_asked, is_conversation
from stages._qa_words import WORD
from stages._threads import Thread, conversation
from stages.records import Span

# The share that is right on talk pages and of posts that nobody signs.
_UNSURE = 0.5


def thread_pairs(page: PageText, threads: Sequence[Thread]) -> Iterator[Found]:
    """The pair of each of the page's threads that asks something and in which somebody answers."""
    for thread in threads:
        yield from _pair(page, thread)


def _pair(page: PageText, thread: Thread) -> Iterator[Found]:
    posts = conversation(thread.posts)
    if not posts:
        return
    has_question = posts[0].kind is not Kind.ANSWER
    question = posts[0] if has_question else None
    replies = posts[1:] if has_question else posts
    if not replies or not is_asked(page, thread.title, question, replies):
        return
    if not thread.is_sure and not is_conversation(page, question, replies):
        return
    best = best_reply(page, question, replies)
    if best is None:
        return
    answer, score = best
    if question is None and thread.title is None:
        return
    yield _found(page, thread.title, question, answer, score if thread.is_sure else min(score, _UNSURE))


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
        author=answer.meta.signature,
        votes=answer.meta.votes,
        is_accepted=answer.meta.is_accepted or None,
    )


def _around(spans: list[Span]) -> Span:
    return Span(start=spans[0].start, end=spans[-1].end)


def _folded(text: str) -> str:
    return "".join(WORD.findall(text.lower()))
