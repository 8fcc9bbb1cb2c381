"""The question of a thread with the answer that its readers or its author took for the best."""

import re
from collections.abc import Iterator, Sequence

from stages._page_text import PageText
from stages._posts import Kind, Post, text_of
from stages._prose_runs import prose
from stages._qa_found import Found
from stages._threads import Thread, conversation
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
_GRATEFUL = re.compile(r"\b(?:thanks?|thank you|thx|cheers|appreciated?)\b", re.IGNORECASE)
_PLEASED = re.compile(
    r"\b(?:got it|makes sense|helpful|helped|i see|i was stuck|great|awesome|perfect)\b", re.IGNORECASE
)
# What people say in short who do not answer: they ask back, send elsewhere, put off or regret.
_EVADES = re.compile(
    r"\bplease (?:show|post|provide|share|clarify|tell|give|add|use|explain|edit|include|read|search|start)\b"
    r"|\bbelongs (?:in|to)\b|\bwrong (?:section|forum|board|place|category)\b|\bmoderators?\b|\bduplicate\b"
    r"|\bformatting\b|\bno idea\b|\bi (?:do not|don'?t|have no) (?:know|clue)\b|\bsome(?:body|one) else\b"
    r"|\bi should have (?:said|added)\b"
    r"|\bi(?:'ll| will) (?:have a look|look|try|check|get back|post|think|see|let you)\b"
    r"|\bwhat have you (?:tried|done)\b|\bshow (?:us )?your (?:work|attempt)|\bi also want to know\b"
    r"|\bgood (?:question|luck)\b|\binteresting (?:problem|question)\b"
    r"|\bwaiting for (?:an )?answer|\bbe the first to\b|\bno (?:answers?|replies) yet\b"
    r"|\bcould you (?:please )?(?:explain|show|be more)\b",
    re.IGNORECASE,
)
_REQUESTS = re.compile(
    r"\b(?:could|can|would) you (?:please |perhaps |maybe )?(?:post|send|share|provide|clarify|attach|upload)\b",
    re.IGNORECASE,
)
_SAME = re.compile(
    r"\b(?:i(?:'m| am|'ve| have)?|we(?:'re| are|'ve| have)?) (?:also |still )?(?:having|have|got|facing|seeing|getting)"
    r"(?: exactly)? the (?:very )?same (?:issue|problem|error|question|trouble)\b",
    re.IGNORECASE,
)
# What the asker says of an answer that helped, and of one that did not.
_WORKED = re.compile(
    r"\b(?:that|this|it|which) (?:works|worked|did (?:it|the trick)|(?:has )?(?:fixed|solved) (?:it|the|my))\b"
    r"|\bworks (?:now|great|fine|perfectly|like a charm)\b|\bworked (?:great|perfectly|like a charm|for me)\b"
    r"|\bproblem (?:is )?solved\b|\bexactly what i (?:needed|wanted|was looking for)\b"
    r"|\bi(?:'ve| have)? (?:implemented|used|tried) your (?:approach|solution|suggestion|code|method) and it work",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"\bunfortunately\b|\b(?:does|did|do)(?:n'?t| not) (?:work|help|fix|solve)\b|\bno luck\b"
    r"|\bstill (?:not|does|get|have|the same)",
    re.IGNORECASE,
)
_SOLVED = re.compile(
    r"\b(?:i (?:just |finally |have )*(?:solved|fixed|figured|found)|(?:solution|fix|problem) was|solved it|fixed it"
    r"|it works now|lösen können|gelöst|résolu|resuelto|resolvi)\b|解决了",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://\S+|www\.\S+")
_VALUE = re.compile(r"\d|[=$\\]|https?://")
# Two characters of Chinese or Japanese are about a word.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{1,2}|[^\W\u3040-\u30ff\u3400-\u9fff]+")
# Longer texts that open with thanks say something as well.
_SHORT = 30
_SHEET = 100
_TOLD = 12
_OPENING_CHARS = 200
_QUERY = 40
_REQUEST, _REQUEST_CHARS = 150, 400
# Longer openings that nobody signs are articles.
_ARTICLE = 400
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
    if not replies or not _is_asked(page, thread.title, question, replies):
        return
    if not thread.is_sure and not _is_conversation(page, question, replies):
        return
    best = _best(page, question, replies)
    if best is None:
        return
    answer, score = best
    if question is None and thread.title is None:
        return
    yield _found(page, thread.title, question, answer, score if thread.is_sure else min(score, _UNSURE))


def _is_asked(page: PageText, title: Span | None, question: Post | None, replies: list[Post]) -> bool:
    if question is not None and question.kind is Kind.QUESTION:
        return True
    if any(reply.kind is Kind.ANSWER or reply.meta.is_accepted for reply in replies):
        return True
    heading = page.cut(title) if title else ""
    body = text_of(page, question.said) if question is not None else ""
    return _reads_as_question(heading, body)


def _is_conversation(page: PageText, question: Post | None, replies: list[Post]) -> bool:
    """Whether blocks that nobody signs are a question with answers, and no article with comments or teasers below."""
    if any(reply.kind is Kind.ANSWER for reply in replies):
        return True
    body = text_of(page, question.said) if question is not None else ""
    if len(_WORD.findall(body)) > _ARTICLE:
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
    is_short = len(_WORD.findall(body)) <= _SHEET
    if _MARK.search(body) and (is_short or _ASKS.search(heading) or _SELF.search(body)):
        return True
    if is_short and _TASK.search(body) and _MATHS.search(body):
        return True
    is_personal = bool(_SELF.search(body) or _MATHS.search(body))
    return bool(_ASKS.search(heading) or (_ASKS.search(body) and is_personal))


def _best(page: PageText, question: Post | None, replies: list[Post]) -> tuple[Post, float] | None:
    """The accepted reply, else the one with the most votes, else the first that answers; and how sure that is."""
    accepted = [reply for reply in replies if reply.meta.is_accepted]
    if len(accepted) == 1 and accepted[0].said:
        return accepted[0], 0.95
    asker = question.meta.author if question else None
    # Whoever asks and then replies again and again does not answer each time, whatever the site calls it.
    own = [reply for reply in replies if asker and reply.meta.author == asker]
    answering = [
        reply
        for reply in replies
        if _answers(page, reply, asker, is_talk=len(own) > 1 or reply.kind is not Kind.ANSWER)
    ]
    if not answering:
        return None
    votes = [reply.meta.votes for reply in answering]
    if any(votes) and max(vote or 0 for vote in votes) > 0:
        return max(answering, key=lambda reply: reply.meta.votes or 0), 0.9
    said = _after_each(page, replies, answering, asker)
    worked = [reply for reply, after in zip(answering, said, strict=True) if _WORKED.search(after)]
    if worked:
        return worked[0], 0.9
    best = next(
        (reply for reply, after in zip(answering, said, strict=True) if not _FAILED.search(after)), answering[0]
    )
    return best, 0.85 if best.kind is Kind.ANSWER else 0.7


def _after_each(page: PageText, replies: list[Post], answering: list[Post], asker: str | None) -> list[str]:
    """What the asker writes after each answer, before anybody else does."""
    said = []
    for answer in answering:
        at = replies.index(answer) + 1
        after = replies[at] if at < len(replies) else None
        is_asker = after is not None and asker is not None and after.meta.author == asker
        said.append(text_of(page, after.said)[:_OPENING_CHARS] if after is not None and is_asker else "")
    return said


def _answers(page: PageText, reply: Post, asker: str | None, *, is_talk: bool) -> bool:
    if not reply.said or reply.kind is Kind.QUESTION:
        return False
    text = text_of(page, reply.said)
    count = len(_WORD.findall(text))
    if asker and reply.meta.author == asker and is_talk:
        return count > _TOLD and bool(_SOLVED.search(text))
    if count <= _SHORT and (_THANKS.match(text) or (_GRATEFUL.search(text) and _PLEASED.search(text))):
        return False
    if count <= _QUERY and not _VALUE.search(text) and _EVADES.search(text):
        return False
    if count <= _REQUEST and _REQUESTS.search(text[:_REQUEST_CHARS]):
        return False
    if _SAME.search(text[:_OPENING_CHARS]) and not _SOLVED.search(text):
        return False
    if _LINK.search(text) and len(_WORD.findall(_LINK.sub("", text))) < _TOLD:
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
        author=answer.meta.signature,
        votes=answer.meta.votes,
        is_accepted=answer.meta.is_accepted if answer.meta.is_accepted else None,
    )


def _around(spans: list[Span]) -> Span:
    return Span(start=spans[0].start, end=spans[-1].end)


def _folded(text: str) -> str:
    return "".join(_WORD.findall(text.lower()))
