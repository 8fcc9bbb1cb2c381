"""What a question shows: items under letters or numbers, which are parts that ask, options or conditions; or none."""

import re
from functools import lru_cache

from stages._evidence_cues import cue, noticed, shown
from stages.records import Evidence

NEEDS_OPTIONS = cue(
    "options_missing",
    "of the following|following statement|following option|following choice|following answer|"
    "following is|following are|"
    "which statement|which option|which choice|which one of these|which of these|of the above|except|could be|might be|"
    "which expression|which equation|which sentence|which graph|which table|of the given|of the follow|of the listed|"
    "of the options|select the|choose the|pick the|put the|right order|correct order",
    r"\b(?:which|what|who|one|any|none|some|two|most|only|many) (?:\w+ )?(?<!each )of the following\b",
    r"\bof the following(?: \w+){0,4}(?:,|(?: is| are| would| was| does| do| has| can| could| best| most)\b)",
    r"\b(?:which|what|who|one|any) (?:\w+ )?of the (?:given|follow)\b|\bwhich of the (?:above|listed|options)\b",
    r"\b(?:select|choose|pick) the (?:best|correct|right|most)\b",
    r"\bput the following\b|\bin the (?:correct|right) order\b",
    r"\bfollowing (?:statements?|options?|choices?|answers?|is (?:true|false|correct|not|an?))\b|"
    r"(?<!^the )(?<!\. the )\bfollowing are\b",
    r"\bwhich (?:statement|option|choice|one of these|of these)s?\b",
    r"\b(?:all|none) of the above\b|\ball\b[^.?]{0,60}\bexcept\s*[:.?_]?\s*$",
    r"\bwhich (?:\w+ )?(?:could|might) be\b",
    r"\bwhich (?:expression|equation|sentence|statement|graph|table)\b[^.?]{0,20}\b(?:shows?|represents?|describes?|"
    r"can be used|is equivalent|best|models?)\b",
)
# A stem that the right option completes.
OPEN_END = re.compile(
    r"(?:\b(?:is|are|was|were|be|that|because|to|by|under|of|for|with|as|a|an|the|if|when|in|on|from|than|"
    r"at|would|will|"
    r"should|can|means?|refers? to|called|include[sd]?|likely|has|have|had|does|includes?|indicates?|"
    r"involves?|requires?|"
    r"contains?)|[:,…])\s*[:._…]*\s*$",
    re.IGNORECASE,
)
LEADING = re.compile(r"^[ \t]*\(?([a-jA-J])(?:\.[ \t]+|\)[ \t]*)(?=\S)", re.MULTILINE)
INLINE = re.compile(r"(?<![\w)\]}\\^_])\(([a-jA-J])\)(?:\s?\})?\s*:?\s*(?=\S)")
# Without an opening bracket: "a)It is desired ... b)What fraction ..."
HALF_BRACKETED = re.compile(r"(?:^|(?<=[.?!:;] ))([a-j])\)\s*(?=[A-Z])")
# Options run together: "... a prime? A) 4 B) 6 C) 7".
RUN_TOGETHER = re.compile(r"(?:^|(?<=\s))([A-J](?=[.)])|[a-j](?=\)))[.)]\s+(?=\S)")
MIN_RUN_TOGETHER = 3
NUMBERED = re.compile(r"(?:^|\n|(?<=[.?:;] ))\s*\(?([1-5])[.)]\s+(?=[A-Z$\\])")
ROMAN = re.compile(r"(?:(?:^|(?<=[\s.?:;]))\((i{1,3}|iv)\)|^\s*(i{1,3}|iv)[.)])\s", re.MULTILINE)
# Behind a label: an order or a question word, or one behind a clause.
ASKING_PART = re.compile(
    r"(?:[^.?]{0,120}, )?(?:now |then |also |again |next |please )?(?:what|how|which|who|when|where|why|"
    r"in what|at what|"
    r"by what|to what|for what|find|calculate|determine|compute|show|prove|explain|discuss|describe|draw|sketch|write|"
    r"estimate|evaluate|solve|give|state|repeat|list|verify|identify|compare|suppose)\b",
    re.IGNORECASE,
)
STATEMENTS = re.compile(r"\bstatement (?:1|I)\b.{1,2000}?\bstatement (?:2|II)\b", re.IGNORECASE | re.DOTALL)
RUN_ON = re.compile(r"^a ?(?=[A-Z$])[^\n]*\n\s*b ?(?=[A-Z$])", re.MULTILINE)
PLAIN_FORMULA = re.compile(r"^[ \t]*(?:\$[^$\n]+\$|\\\([^\n]+\\\))[.,;]?[ \t]*$", re.MULTILINE)
NUMBERS = re.compile(r"[\[{(]?\d(?:, ?\d){0,8}[\])}]?(?:\.0)?")
WHICH = re.compile(
    r"\bwhich\b|\breturn the numbers?\b|\banswer with\b|\bselect\b|\bchoose (?:the|one)\b", re.IGNORECASE
)
# "1. f(x) = 0; 2. f(x) = 1", "Color 1: ..., Color 2: ...".
COUNTED = re.compile(r"(?:^|[\s(])([1-9])[.)]\s+(?=\S)|\b[A-Z][a-z]+ ([1-9])\s?[:(]")
MAX_ITEMS = 40
MAX_LEAD = 400


def labels_in(question: str) -> list[str]:
    """Letters of the items a question is divided into, in lower case: at the beginning of lines, else in brackets."""
    return [letter for letter, _ in _lettered(question)]


def items(question: str) -> list[str]:
    """The texts of the lettered items of a question."""
    return [text for _, text in _lettered(question)]


@lru_cache(maxsize=64)
def _lettered(question: str) -> list[tuple[str, str]]:
    for pattern in (LEADING, INLINE, HALF_BRACKETED):
        found = [(match[1].lower(), text) for match, text in _pieces(question, pattern)]
        if [letter for letter, _ in found[:2]] == ["a", "b"]:
            return found
    return _run_together(question)


def _run_together(question: str) -> list[tuple[str, str]]:
    """Items that no line or bracket sets apart: three or more in order, none of them empty, as initials would be."""
    found = [(match[1], text) for match, text in _pieces(question, RUN_TOGETHER)]
    letters = "".join(letter for letter, _ in found)
    in_order = len(found) >= MIN_RUN_TOGETHER and ("abcdefghij".startswith(letters) or "ABCDEFGHIJ".startswith(letters))
    return [(letter.lower(), text) for letter, text in found] if in_order and all(text for _, text in found) else []


def _pieces(question: str, pattern: re.Pattern[str]) -> list[tuple[re.Match[str], str]]:
    """Each match with the text from there to the next."""
    marks = list(pattern.finditer(question))[:MAX_ITEMS]
    ends = [mark.start() for mark in marks[1:]] + [len(question)]
    texts = (question[mark.end() : end] for mark, end in zip(marks, ends, strict=False))
    return [(mark, text.lstrip(").: ").strip()) for mark, text in zip(marks, texts, strict=True)]


def _asks(text: str) -> bool:
    return "?" in text or ASKING_PART.match(text[:MAX_LEAD]) is not None


def divided(question: str, low: str) -> Evidence | None:
    """Whether the question is divided into parts that ask. Options and conditions that are lettered are none."""
    texts = items(question)
    if sum(map(_asks, texts)) > 1:
        return shown("multi_part", f"{len(texts)} lettered parts")
    if RUN_ON.search(question):
        return shown("multi_part", "parts a and b")
    if "solution:" in low:  # of earlier parts, which are shown with it
        return None
    for pattern in (ROMAN, NUMBERED):
        parts = [text for _, text in _pieces(question, pattern)]
        if sum(map(_asks, parts)) > 1:
            return shown("multi_part", f"{len(parts)} numbered parts")
    if "statement" in low and (both := STATEMENTS.search(question)):
        return shown("multi_part", both[0])
    if ":" in question.split("\n", 1)[0] and len(formulas := PLAIN_FORMULA.findall(question)) > 1:
        return shown("multi_part", f"{len(formulas)} formulas to work on")
    return None


def by_number(question: str, answer: str) -> bool:
    """Whether the answer is the numbers of some of the things that "which" asks to choose from: "which color", 1."""
    chosen = NUMBERS.fullmatch(answer)
    if chosen is None or WHICH.search(question) is None:
        return False
    given = {int(match[1] or match[2]) for match in COUNTED.finditer(question)}
    return len(given) > 1 and {int(number) for number in re.findall(r"\d", answer)} <= given


def needs_options(question: str, low: str) -> Evidence | None:
    return next(noticed((NEEDS_OPTIONS,), question, low), None)


def is_open_stem(question: str) -> bool:
    """Whether the question breaks off for the right option to complete it."""
    end = question.strip()[-200:]
    return "?" not in end[-5:] and "__" not in question and OPEN_END.search(end) is not None
