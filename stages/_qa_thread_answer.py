"""Which reply of a thread answers: by what its readers and its asker made of it, else by its own words."""

import re

from stages._page_text import PageText
from stages._posts import Kind, Post, text_of
from stages._qa_words import WORD

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
# Longer texts that open with thanks say something as well.
_SHORT = 30
_TOLD = 12
_OPENING_CHARS = 200
_QUERY = 40
_REQUEST, _REQUEST_CHARS = 150, 400


def best_reply(page: PageText, question: Post | None, replies: list[Post]) -> tuple[Post, float] | None:
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
    most_voted = max(answering, key=lambda reply: reply.meta.votes or 0)
    if (most_voted.meta.votes or 0) > 0:
        return most_voted, 0.9
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
    count = len(WORD.findall(text))
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
    if _LINK.search(text) and len(WORD.findall(_LINK.sub("", text))) < _TOLD:
        return False
    return not (count <= _QUERY and _only_asks(text))


def _only_asks(text: str) -> bool:
    """Whether every sentence is a question back."""
    sentences = [part.strip() for part in re.findall(r"[^.!?？。！\n]+[.!?？。！]?", text) if WORD.search(part)]
    return bool(sentences) and all(part.endswith(("?", "？")) for part in sentences)
