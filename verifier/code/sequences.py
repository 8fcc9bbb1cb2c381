"""Things one after the other, where the order is the answer: traversals, rankings, chains with arrows."""

import re

from verifier.latex import plain_text

ORDERED = re.compile(
    r"\b(?:traversals?|(?:pre|in|post|level)[- ]?order|breadth[- ]first|depth[- ]first|BFS|DFS|topological\w*"
    r"|(?:arrange|rank) (?:the following|them|these)|order in which|are (?:popped|dequeued|visited))\b",
    re.IGNORECASE,
)
ARROW = r"\\to(?![a-z])|-+>|=+>"
SEPARATOR = re.compile(rf"\s*(?:[,;<>]|{ARROW}|\\quad)\s*|\s+-\s+|\s+")
ITEM = re.compile(r"[A-Za-z]\w{0,20}|-?\d{1,6}")
CHAIN = re.compile(rf"\s*(?:{ARROW})\s*")
GROUPED = re.compile(r"-?\d{1,3}(?:,\d{3})+")
MAX_LENGTH = 300


def items(text: str) -> list[str]:
    """The things named, in order; letters that touch are one thing each."""
    text = plain_text(text).strip().strip("[](){}$. ")
    found = [item for item in SEPARATOR.split(text) if item]
    return list(found[0]) if len(found) == 1 and found[0].isupper() else found


def is_sequence(text: str, question: str | None) -> bool:
    """A chain of two arrows and more, or a list that answers a question for an order."""
    if len(text) > MAX_LENGTH or GROUPED.fullmatch(text):
        return False
    links = CHAIN.split(text)
    if len(links) > 2 and all(ITEM.fullmatch(link.strip()) for link in links):
        return True
    if question is None or not ORDERED.search(question):
        return False
    found = items(text)
    return len(found) > 2 and all(ITEM.fullmatch(item) for item in found)


def same_sequence(gold: str, answer: str) -> bool:
    return items(gold) == items(re.sub(r"^[A-Za-z -]{2,40}:\s*", "", answer))
