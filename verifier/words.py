"""Answers in words: phrases, yes and no, option letters. Nothing here is ever read as a product of letters."""

import re
from collections.abc import Iterable

from verifier.finding import Case, Finding, verdict_of
from verifier.latex import normalise, plain_text, unwrap
from verifier.types import Reason

TRUE_WORDS = frozenset({"yes", "true", "t", "y", "correct", "right"})
FALSE_WORDS = frozenset({"no", "false", "f", "n", "incorrect", "wrong"})
HEDGES = re.compile(r"\b(?:or|maybe|possibly|perhaps|might|both|either|cannot|unclear|depends|sometimes|unsure)\b")
LETTER = re.compile(r"(?<![A-Za-z])\(?\s*([A-Ja-j])\s*[).:\]]|(?<![A-Za-z])([A-J])(?![A-Za-z'])")
OPTION_LINE = re.compile(r"(?:^|\n|\s)\(?([A-J])[.):]\s*(.+?)(?=(?:\s+\(?[A-J][.):]\s)|\n|$)")
MAX_QUESTION = 4_000  # options stand at the end
SMALL_OPTION_LINE = re.compile(r"^[ \t]*\(?([a-j])[.)][ \t]+(.+?)[ \t]*$", re.MULTILINE)
ARTICLES = re.compile(r"\b(?:a|an|the)\b\s+")
LEAD = re.compile(
    r"^(?:(?:it|this|that|they|he|she|these|those|the \w+(?: \w+)?)\s+(?:is|are|was|were)\s+(?!not\b)"
    r"|(?:it|they)\s+(?=\w+$))"
)
# "No solution" and "no change" are answers in words, not the truth value.
NOT_A_TRUTH_VALUE = re.compile(
    r"^no\s+(?!it\b|this\b|that\b|they\b|the\b|because\b|since\b|we\b|you\b|there\b|he\b|she\b|i\b|not\b)[a-z]"
)
DENIED = re.compile(r"\b(?:not|never)\s+(?:yes|no)\b|\b(?:neg|anything but)\s+(?:yes|no|true|false)\b")
NEGATED = re.compile(r"\b(?:not|isn't)\s+(true|correct|false|incorrect)\b")
SPELLINGS = [
    (re.compile(r"(?<=[a-z]{2})our\b"), "or"), (re.compile(r"(?<=[a-z]{2})is(e|es|ed|ing|ation)\b"), r"iz\1"),
    (re.compile(r"(?<=[a-z]{2})yse\b"), "yze"), (re.compile(r"(?<=[a-z]t)re\b"), "er"),
    (re.compile(r"\b(col)our"), r"\1or"), (re.compile(r"grey"), "gray"), (re.compile(r"ae(?=[a-z])"), "e"),
    (re.compile(r"ll(?=(?:ed|ing)\b)"), "l"),
]  # fmt: skip


def phrase(text: str) -> str:
    """The normal form of a word or phrase."""
    text = plain_text(unwrap(normalise(text)))
    text = re.sub(r"\\([a-zA-Z]+)", r"\1", text.replace(r"\infty", "infinity")).casefold()
    text = re.sub(r"\s*\([^()]{1,8}\)\s*$", "", text)
    text = re.sub(r"[^\w\s+\-']", " ", text.replace("-", " ")).replace("'", "")
    text = LEAD.sub("", re.sub(r"\s+", " ", text).strip())
    text = ARTICLES.sub("", text)
    for pattern, replacement in SPELLINGS:
        text = pattern.sub(replacement, text)
    return " ".join(_singular(word) for word in text.split())


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def compare_words(case: Case) -> Finding:
    gold, answer = phrase(case.gold), phrase(case.answer)
    if not gold:
        return Finding(Reason.GOLD_UNPARSABLE)
    return verdict_of(gold == answer)


def truth(text: str) -> bool | None:
    """The first decisive word; None for both values, a hedge or neither."""
    words = re.sub(r"[^\w\s']", " ", plain_text(unwrap(normalise(text))).casefold())
    if HEDGES.search(words):
        return None
    if NOT_A_TRUTH_VALUE.match(plain_text(unwrap(normalise(text))).casefold()):
        return None
    tokens = words.split()
    if len(tokens) == 1:
        return True if tokens[0] in TRUE_WORDS else False if tokens[0] in FALSE_WORDS else None
    found = [token in ("yes", "true", "correct") for token in _decisive(tokens)]
    if not found or DENIED.search(words) or (set(tokens) <= _BARE and len(set(found)) > 1):
        return None
    negated = NEGATED.search(words)
    if negated and tokens[0] not in ("yes", "no"):
        return negated[1] in ("false", "incorrect")
    return found[0] if found[0] == found[-1] or tokens[0] in ("yes", "no") else None


def _decisive(tokens: list[str]) -> list[str]:
    """Truth values in the text; "correct" is one only as a predicate, not in "the correct answer"."""
    before = ["is", *tokens]
    return [
        token
        for token, previous in zip(tokens, before, strict=False)
        if token in _VALUES or (token in ("correct", "incorrect") and previous in _COPULAS)
    ]


_VALUES = frozenset({"yes", "no", "true", "false"})
_COPULAS = frozenset({"is", "are", "was", "were", "be", "not", "isn't"})
_BARE = _VALUES | {"and", "correct", "incorrect"}


def compare_booleans(case: Case) -> Finding:
    gold, answer = truth(case.gold), truth(case.answer)
    if gold is None:
        return Finding(Reason.GOLD_UNPARSABLE)
    if answer is None:
        return Finding(Reason.ANSWER_UNPARSABLE, "not one truth value")
    return verdict_of(gold == answer)


def letters(text: str) -> frozenset[str] | None:
    """The option letters an answer names; None where it names none."""
    text = plain_text(unwrap(normalise(text))).replace("$", "").strip(" *_`")
    text = re.sub(
        r"^(?:the\s+)?(?:correct\s+)?(?:answer|option|choice)s?\s*(?:is|:)?\s*", "", text, flags=re.IGNORECASE
    )
    text = re.sub(r"\b(?:option|choice|answer)s?\s+", "", text, flags=re.IGNORECASE)
    if re.fullmatch(r"\(?[A-Ja-j]\)?[.:]?", text):
        return frozenset(text.strip("().:").upper())
    if re.fullmatch(r"[A-J]{2,6}", text):
        return frozenset(text)
    if re.fullmatch(r"(?:\(?[A-Ja-j]\)?(?:[\s,;&/]|and\b|or\b)*)+", text):
        return frozenset(re.findall(r"(?<![a-zA-Z])[A-Ja-j](?![a-zA-Z])", text.upper()))
    if lead := re.match(r"\(?([A-J])(?:\)|[.):]|\s+-)\s*(?P<rest>.*)$", text, flags=re.DOTALL):
        more = re.findall(r"\(([A-J])\)|(?<![A-Za-z])([B-HJ])[.)]", lead["rest"])
        return frozenset(lead[1]) | {a or b for a, b in more}
    bracketed = frozenset(re.findall(r"(?<![\w'\"}])\(([A-J])\)", text))
    return bracketed if len(bracketed) == 1 and not re.search(r"\bnot\s+\(|\bexcept\b|\\[a-z]", text) else None


def options(question: str | None) -> dict[str, str]:
    """The options a question shows, by capital letter, in normal form."""
    text = (question or "")[-MAX_QUESTION:]
    found = OPTION_LINE.findall(text) or SMALL_OPTION_LINE.findall(text)
    return {letter.upper(): phrase(text) for letter, text in found}


def compare_options(case: Case) -> Finding:
    gold = letters(case.gold)
    if not gold:
        return Finding(Reason.GOLD_UNPARSABLE)
    shown = options(case.question)
    answer = letters(case.answer)
    if answer is None:
        answer = frozenset(_by_text(case.answer, shown.items()))
        if not answer:
            return Finding(Reason.ANSWER_UNPARSABLE, "no option letter", undecided=bool(re.search(r"\w", case.answer)))
    if answer == gold:
        return Finding(Reason.MATCHED_STRING)
    return Finding(Reason.CANDIDATES if len(answer) > len(gold) else Reason.DIFFERENT_VALUE)


def _by_text(answer: str, shown: Iterable[tuple[str, str]]) -> list[str]:
    return [letter for letter, text in shown if text and text == phrase(answer)]
