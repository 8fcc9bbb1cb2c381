"""Yes and no, true and false: one truth value, or none where an answer gives both, hedges or denies in a circle."""

import re
from functools import lru_cache

from verifier.finding import Case, Finding, verdict_of
from verifier.latex import normalise, plain_text, unwrap
from verifier.types import Reason

VALUES = {"yes": True, "true": True, "t": True, "y": True, "correct": True, "right": True} | {
    "no": False, "false": False, "f": False, "n": False, "incorrect": False, "wrong": False, "untrue": False,
}  # fmt: skip
FULL_WORDS = frozenset({"yes", "no", "true", "false"})
WORDS = "yes|no|true|false|correct|incorrect|right|wrong|untrue"
WHOLE = re.compile(r"[\s(\"'*.]*(?P<word>[a-z]+)[\s)\"'*.!,;]*")
# "No solution" and "no doubt" are no truth values; "no, ...", "no because ..." and "no it is not" are.
LEAD = re.compile(
    r"[\s(\"'*.]*(?P<word>yes|no|true|false|correct|incorrect|not true|not false|not correct|untrue)\b(?P<rest>(?=\W*$"
    r"|\s*[,.;:!(\n]|\s+-|\s*\*\*|\s+(?:it|this|that|they|the|because|since|as|we|you|there|he|she|i|its|these|those|for)\b"
    r"|\s*(?:and|or|/|&)\s*)).*",
    re.DOTALL,
)
LETTER_LEAD = re.compile(r"\W*(?P<word>[tf])\s*[.,;:]\s.*", re.DOTALL)
SUBJECT = (
    r"(?:(?:the|this|that|my|our|given|final|above|following)\s+){0,3}(?:statement|claim|assertion|proposition|answer"
    r"|hypothesis|conclusion|sentence|equation|it|this|that|conjecture|formula|result)(?:\s+[\w()]{1,3})?"
)
SAID = re.compile(
    rf"\b{SUBJECT}\s*(?:is|are|must be|has to be|=|:|'s)\s*(?:clearly|definitely|indeed|always|therefore|thus|simply"
    rf"|in fact|also|actually|certainly|hence|generally|logically)?\s*"
    rf"(?P<deny>not\s+)?(?P<word>{WORDS})\b(?P<that>\s+that\b)?"
)
CONTRACTED = re.compile(r"n't\b")
INTERJECTION = re.compile(
    r"(?:^|[,.;:!?\n-]\s*|\b(?:but|or|and|wait|actually|rather|thus|hence|so|therefore|is)\s*,?\s*)(yes|no)\b(?=\s*(?:[,.;:!?]|$))"
)
BARE = re.compile(r"\b(true|false)\b(?=\W*$|[.,;]|\s+(?:for|because|since)\b)")
REVERSED = re.compile(
    r"\b(?:not|never|neither|nor|cannot|hardly|without|doubt|far|if|unless|opposite|converse|inverse|reverse|negation|would"
    r"|only|but|when|except|first|second|suppose|assume|seems?|return|print)\b"
)
REASON = re.compile(r"\b(?:because|since)\b|[:;]\s+(?!(?:true|false|yes|no)\b)")
OPPOSITE = {
    True: re.compile(r"(?<!not )\b(?:false|incorrect)\b"),
    False: re.compile(r"(?<!not )\b(?:true|correct)\b"),
}
# A lookahead, because in "yes / yes and no" the second word belongs to two pairs.
BOTH = re.compile(
    rf"\b(?=((?:{WORDS}|t|f|y|n)\s*(?:/|,?\s*\b(?:and|or|but also|and also)\b|&|;)\s*(?:{WORDS}|t|f|y|n)\b)"
    r"(?!\s+(?:that|for)))"
)
DOUBT = re.compile(
    r"^(?:one|any|either) of\b"
    r"|\b(?:maybe|perhaps|possibly|unsure|(?<!no )(?<!without )(?<!without a )doubt(?:ful|s)?|not sure|unclear"
    r"|uncertain|undetermined|undecidable|i think not|(?:anything|all|nothing|everything) but|far from"
    r"|opposite of|other than|it depends(?!\s+(?:on|upon)\b)|hard to say|neither|not enough information)\b"
    r"|\?|\w\(['\"]|__"
    r"|\\(?:neg|lnot|not|b?cancel|xcancel|sout)(?![a-z])"
)
HALF = re.compile(
    r"\b(?:sometimes|partly|partially|not (?:always|necessarily|entirely|quite|completely|fully)|in some cases|mostly"
    r"|half|usually|either|might be|could be|may be|depends"
    r"|not\s+(?:the|this|that|it))\b"
)
ONLY_SOMETIMES = re.compile(
    r"\W*(?:but )?(?:only )?(?:sometimes|partly|partially|maybe|perhaps|in some cases|not always|it depends\W*$)"
)


PARTED = re.compile(r"\s*[,;\n]\s*|\s+(?:or|and)\s+")
RIVALS = VALUES | {"not necessarily": None, "not true": False, "not false": True}


@lru_cache(maxsize=4096)
def truth(text: str) -> bool | None:
    """The one truth value that the text gives; None for both, a hedge or none."""
    text = CONTRACTED.sub(" not", plain_text(unwrap(normalise(text))).casefold()).replace(r"\dots", "...")
    if DOUBT.search(text) or _names_both(text) or _lists_rivals(text):
        return None
    if whole := WHOLE.fullmatch(text):
        return VALUES.get(whole["word"])
    lead = LEAD.match(text) or LETTER_LEAD.match(text)
    if lead:
        return _led(lead, text)
    if HALF.search(REASON.split(text)[0]):
        return None
    if len({VALUES[match["word"]] != bool(match["deny"]) for match in SAID.finditer(text)}) > 1:
        return None
    said, alone = _said(text), _alone(text)
    return alone if said is None else said if alone in (said, None) else None


def _names_both(text: str) -> bool:
    """ "Yes and no", "true/false"; not "true or true"."""
    return any(
        len({VALUES[word] for word in re.findall(r"[a-z]+", match[1]) if word in VALUES}) > 1
        for match in BOTH.finditer(text)
    )


def _lists_rivals(text: str) -> bool:
    """Parts that are truth values and nothing else, and differ: "yes; not necessarily"."""
    parts = [part.strip(" .()\"'*") for part in PARTED.split(text)]
    if len({RIVALS[part] for part in parts if part in RIVALS}) > 1:
        return True
    either = [part.strip(" .()\"'*") for part in text.split(" or ")]
    return any(part in VALUES for part in either) and len({RIVALS.get(part, part) for part in either}) > 1


def _led(lead: re.Match[str], text: str) -> bool | None:
    """The value of the first word, unless what follows takes it back."""
    word = lead["word"]
    value = not VALUES[word[4:]] if word.startswith("not ") else VALUES[word]
    rest = text[lead.end("word") :]
    if value and ONLY_SOMETIMES.match(rest.lstrip(" ,.;:-")):
        return None
    others = [VALUES[match[1]] for match in INTERJECTION.finditer(rest)]
    said = _said(rest)
    if said is not None and word in FULL_WORDS:
        others.append(said)
    return value if all(other == value for other in others) else None


def _said(text: str) -> bool | None:
    """The value of "the statement is (not) true"; None where such sentences disagree or there are none."""
    found = []
    for match in SAID.finditer(text):
        value = VALUES[match["word"]] != bool(match["deny"])
        if match["that"]:
            return value
        found.append(value)
    if len(set(found)) != 1 or OPPOSITE[found[0]].search(REASON.split(text)[0]):
        return None
    return found[0]


def _alone(text: str) -> bool | None:
    """A yes or no that stands apart, or else a single true or false, where nothing is denied."""
    found = {VALUES[match[1]] for match in INTERJECTION.finditer(text)}
    if not found and not REVERSED.search(text):
        found = {VALUES[match[1]] for match in BARE.finditer(text)}
    return found.pop() if len(found) == 1 else None


def compare_booleans(case: Case) -> Finding:
    gold, answer = truth(case.gold), truth(case.answer)
    if gold is None:
        return Finding(Reason.GOLD_UNPARSABLE)
    if answer is None:
        return Finding(Reason.ANSWER_UNPARSABLE, "not one truth value")
    return verdict_of(gold == answer)
