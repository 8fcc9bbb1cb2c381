"""Whether a part of a question can be asked with the common stem alone, without the parts before it.

It refuses when in doubt: a part that silently needs an earlier one asks for what nobody can know.
"""

import re

_NOUN = r"[A-Za-z][A-Za-z'’-]*"
_OTHER_PART = re.compile(r"\bparts?\s*\(?(?:[a-i]|[ivx]{1,4}|[1-9])\)?(?![\w’'])|\([a-i]\)", re.IGNORECASE)
_EARLIER = re.compile(
    r"\b(?:previous(?:ly)?|preceding|above|earlier|former|latter|repeat|again|instead|also|same|similarly|likewise|"
    r"your|answers?|results?|resulting|found|obtained|calculated|computed|determined|both|now|then|still|another|others?|"
    r"additional(?:ly)?|compared?|comparison|unreasonable|reasonable|premises?|inconsistent|assumptions?|too|either|"
    r"as well|in (?:this|that|each|either) case|each of|the two|the ratio of these|responsible|difference|changes? if|"
    r"would (?:this|that|it)|new|final|second|first|last|next|further|remaining|therefore|thus|hence|so that)\b",
    re.IGNORECASE,
)
_DEMONSTRATIVE = re.compile(rf"\b(?:this|these|those|such)\b(?:\s+(?:an?\s+)?(?P<noun>{_NOUN}))?", re.IGNORECASE)
_THAT = re.compile(
    r"\b(?:if|when|while|at|in|for|to|of|from|during|by|on|with|under|is|does|was) that\b", re.IGNORECASE
)
_PRONOUN = re.compile(r"\b(?:it|its|they|them|their|he|him|his|she|hers?|one|ones)\b", re.IGNORECASE)
_INTRODUCED = re.compile(rf"\b(?:an?|two|three|another)\s+(?:[\w.-]+\s+){{0,3}}?(?P<noun>{_NOUN})\b", re.IGNORECASE)
_DEFINITE = re.compile(rf"\b(?:the|its|his|her|their)\s+(?P<nouns>(?:{_NOUN}\s+){{0,2}}{_NOUN})", re.IGNORECASE)
_ASKED_FOR = re.compile(
    r"(?:what|find|calculate|determine|compute|estimate|evaluate)\s+"
    r"(?:(?:is|are|was|were|would be|will be|must be)\s+)?"
    r"the\s+(?:[A-Za-z-]+\s+){0,2}?[A-Za-z-]+(?=\s+(?:of|in|on|at|for|to|from|due|that|needed|required|is|are)\b|[?.,]|$)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^\W*(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|must|may)\b|\b(?:what|how|which|who|when|where|why|find|calculate|compute|determine|estimate|evaluate|express|convert|show|"
    r"derive|prove|solve|simplify|explain|discuss|describe|draw|sketch|state|give|write|identify|list|name|verify|"
    r"factor|graph|divide|multiply|add|subtract|translate|differentiate|integrate|round|use|construct|plot)\b",
    re.IGNORECASE,
)
# With the beginning of its unit: 1.00 s is not 1.00 kW.
_NUMBER = re.compile(r"(?<![A-Za-z_{])\d+(?:\.\d+)?(?:[\s\\,-]*(?:text|mathrm)?\{?[A-Za-z%]{1,2})?")
_REFERENCE = re.compile(
    r"\b(?:examples?|fig(?:ure)?s?\.?|tables?|exercises?|problems?|equations?|chapter|section)\s*\d+", re.IGNORECASE
)
# What an earlier part lays down holds for those behind it.
_LAYS_DOWN = re.compile(r"\b(?:assum\w+|neglect\w*|ignor\w+|suppose|imagine|consider|let|treat|given)\b", re.IGNORECASE)
_POINTS_BACK = re.compile(r"\b(?:same as|see (?:part|\()|as (?:in|for|above)\b|ditto)", re.IGNORECASE)
_HEADING_WORDS = 4
_OF_GENERAL_USE = frozenset(
    (
        "value",
        "number",
        "amount",
        "total",
        "average",
        "rate",
        "time",
        "earth",
        "sun",
        "moon",
        "air",
        "water",
        "surface",
        "ground",
        "beginning",
        "end",
    )
)


def stands_alone(stem: str, earlier: str, part: str) -> bool:
    """Whether `part` is a question by itself behind the `stem`; `earlier` is the text of the parts before it."""
    stem = _without_headings(stem)
    if _OTHER_PART.search(part) or not (_ASKS.search(part) or _ASKS.search(stem)):
        return False
    if not earlier:
        return True
    if _EARLIER.search(part) or _THAT.search(part) or _LAYS_DOWN.search(earlier):
        return False
    known, before = _words(stem), _words(earlier)
    if _shows_on(part, known, before) or _means(part, stem, earlier):
        return False
    if not _ASKS.search(part):
        # It completes the sentence of the stem, as those before it do.
        return True
    return not (_knows_from(part, before - known) or _needs_data(stem, earlier, part))


def answers_alone(answer: str) -> bool:
    """Whether a piece of the answer text says anything, and does not send the reader to another piece."""
    return re.search(r"\w", answer) is not None and not _POINTS_BACK.search(answer)


def _without_headings(stem: str) -> str:
    """A line such as "Integrated Concepts" is not part of what is asked."""
    lines = [line for line in stem.splitlines() if len(line.split()) > _HEADING_WORDS or line.rstrip()[-1:] in ".?:!,"]
    return "\n".join(lines)


def _words(text: str) -> set[str]:
    return {word.casefold().rstrip("s") for word in re.findall(_NOUN, text) if len(word) > 2}


def _shows_on(part: str, known: set[str], before: set[str]) -> bool:
    """A demonstrative that shows on something the stem does not hold, or that an earlier part asks for."""
    for found in _DEMONSTRATIVE.finditer(part):
        noun = (found["noun"] or "").casefold().rstrip("s")
        if noun not in known or noun in before:
            return True
    return False


def _means(part: str, stem: str, earlier: str) -> bool:
    """A pronoun without a noun before it in its part, where the stem is empty or an earlier part brought one in."""
    pronoun = _PRONOUN.search(part)
    if pronoun is None or re.search(rf"\b(?:an?|the)\s+{_NOUN}", part[: pronoun.start()], re.IGNORECASE):
        return False
    known = _words(stem)
    brought = {found["noun"].casefold().rstrip("s") for found in _INTRODUCED.finditer(earlier)}
    return not known or bool(brought - known)


def _knows_from(part: str, only_before: set[str]) -> bool:
    """A definite noun that only an earlier part has named; what the part itself asks for is no such thing."""
    rest = _ASKED_FOR.sub("", part)
    named = {word for found in _DEFINITE.finditer(rest) for word in _words(found["nouns"])}
    return bool((named & only_before) - _OF_GENERAL_USE)


def _needs_data(stem: str, earlier: str, part: str) -> bool:
    """Whether earlier parts give numbers that the stem lacks, and the part has none, or too few to be the whole."""
    given, before, own = (set(_NUMBER.findall(_REFERENCE.sub("", text))) for text in (stem, earlier, part))
    if not stem and not own:
        return True
    if not before - given - own:
        return False
    return not own or (not given and len(own) < 2)
