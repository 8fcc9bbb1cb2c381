"""What may be left out of a phrase without another answer: the subject, a label, an abbreviation, a preposition."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from verifier.latex import normalise, plain_text, unwrap
from verifier.words.phrases import keys, phrase

_VERBS = (
    r"is|are|was|were|equals|becomes?|remains?|stays?|has|have|undergoes|experiences|will be|must be|should be|would be"
)
_NAMED = (
    r"called|known as|named|termed|referred to as|said to be|defined as|classified as|considered|described as|given by"
)
_CHANGES = (
    r"increases?|decreases?|rises?|falls?|doubles?|triples?|quadruples?|halves|converges?|diverges?|exists?|expands?"
    r"|contracts?|attracts?|repels?|accelerates?|decelerates?|does not|do not|remains?|stays?|moves?|shifts?"
)
_ADVERBS = r"also|simply|therefore|thus|clearly|just|indeed|hence|usually|commonly|generally"
PEELERS: Mapping[str, re.Pattern[str]] = {
    "label": re.compile(r"(?P<gone>[^:=]{1,40}?) ?[:=] ?(?P<value>[^:=]+)"),
    "subject": re.compile(
        rf"(?:(?P<gone>[^,;:]{{1,60}}?) )?(?:{_VERBS}) (?:(?:{_ADVERBS}) )*(?:(?:{_NAMED}) )?(?:to be )?(?P<value>.+)"
    ),
    "actor": re.compile(rf"(?P<gone>[^,;:]{{1,40}}?) (?P<value>(?:{_CHANGES})\b.*)"),
    "naming": re.compile(rf"(?:we call (?P<gone>\w+)|{_NAMED}) (?P<value>.+)"),
    "place": re.compile(r"(?P<gone>in|at|on|by|to|into|inside|within|through|via|during) (?P<value>.+)"),
    "existence": re.compile(r"(?P<value>no .+?) (?P<gone>exists?)"),
    "manner": re.compile(rf"(?:(?P<gone>{_ADVERBS}|so),? )(?P<value>.+)"),
}
REASON = re.compile(
    r"(?P<value>.+?)[,;]? (?P<gone>(?:because|since)\b.*)|(?P<value2>[^,;]+)[,;] (?P<gone2>(?:which|as|so)\b.*)"
)
GENERIC = frozenset(
    [
        "it",
        "this",
        "that",
        "they",
        "these",
        "those",
        "he",
        "she",
        "there",
        "we",
        "answer",
        "result",
        "which",
        "your",
        "my",
        "our",
        "so",
        "exists",
        "exist",
    ]
) | frozenset({"correct answer", "final answer", "correct term", "term"})
# A subject with one of these may say the opposite of what the rest seems to say.
REVERSING = re.compile(
    r"\b(?:not|no|neither|nor|none|nothing|never|nobody|if|unless|or|and|but|except|without|opposite|wrong|incorrect|false"
    r"|other|instead|rather|what|who|than|contrary|reverse|may|might|could|can|maybe|perhaps|possibly|probably|hardly"
    r"|rarely|seldom|sometimes|only|cannot|unlikely|when|while|although|though|before|initially)\b|[?/<>|]"
)
# A function that is called or a sign of denial: what stands there is not the verb it looks like.
NO_SENTENCE = re.compile(r"\w\(['\"a-z]|__|\\(?:neg|lnot|not|b?cancel|xcancel|sout)(?![a-z])|[¬~]")
SHORTENED = re.compile(
    r"(?P<long>[^()]{2,80})\s\((?P<short>[^()]{1,80})\)|(?P<spaced>[^()]{2,80}), or (?P<other>[A-Z]{2,8})"
)
SYMBOL = re.compile(r"[A-Z][a-z]?|[a-z]|\\[a-zA-Z]+ ?")
FORMULA = re.compile(r"(?=.*[\da-z])(?:[A-Z][a-z]?(?:_?\{?\d{1,2}\}?)?){1,8}")
ARTICLE = re.compile(r"(?:the|an?)\s+", re.IGNORECASE)
ROMAN = re.compile(r"[IVX]{2,4}")
KEEPS_SYMBOL = re.compile(r"\b(?:type|class|group|hepatitis|vitamin|option|part|chain|cell|grade)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """A phrase in normal form, and by kind what was left out of it; None: nothing that could contradict."""

    value: str
    gone: Mapping[str, str | None] = field(default_factory=dict)

    def agrees(self, other: "Reading") -> bool:
        """Whether nothing was left out on both sides that differs."""
        return all(
            mine is None or other.gone.get(kind) is None or keys(mine) & keys(other.gone[kind] or "")
            for kind, mine in self.gone.items()
        )


@lru_cache(maxsize=2048)
def readings(text: str, *, is_answer: bool) -> tuple[Reading, ...]:
    """The phrase itself and what is left of it, most complete first."""
    found = [Reading(phrase(text)), *_unshortened(text)]
    if NO_SENTENCE.search(text):
        return tuple(found)
    if is_answer and (reason := REASON.fullmatch(found[0].value)):
        found.append(Reading(reason["value"] or reason["value2"]))
    for kind in PEELERS:
        found.extend([shorter for reading in found for shorter in _peeled(reading, kind)])
    return tuple(found)


def _peeled(reading: Reading, kind: str) -> Iterator[Reading]:
    match = PEELERS[kind].fullmatch(reading.value)
    if match is None:
        return
    gone = (match["gone"] if "gone" in match.groupdict() else None) or ""
    if REVERSING.search(gone):
        return
    yield Reading(match["value"], {**reading.gone, kind: None if gone in GENERIC or not gone else gone})


def _unshortened(text: str) -> Iterator[Reading]:
    """ "simple harmonic motion (SHM)" is the same without its brackets, and the same as what they hold."""
    match = SHORTENED.fullmatch(plain_text(unwrap(normalise(text))))
    if match is None:
        return
    long, short = match["long"] or match["spaced"], match["short"] or match["other"]
    if (SYMBOL.fullmatch(short) or FORMULA.fullmatch(short)) and not KEEPS_SYMBOL.search(long):
        yield Reading(phrase(long), {"bracket": short})
    elif abbreviates(short, long) or abbreviates(long, short):
        yield Reading(phrase(long), {"bracket": short})
        yield Reading(phrase(short), {"bracket": long})


def abbreviates(short: str, long: str) -> bool:
    """Whether the capitals of `short` stand in `long` in this order, from its first letter on."""
    letters = re.sub(r"[.\-\s]|s$", "", short)
    if not re.fullmatch(r"[A-Za-z0-9]{2,8}", letters) or sum(map(str.isupper, letters)) < 2 or ROMAN.fullmatch(letters):
        return False
    long = ARTICLE.sub("", long)
    rest = iter(long.casefold())
    return long[:1].casefold() == letters[0].casefold() and all(letter in rest for letter in letters.casefold())
