"""Whether a question can be asked without its options, and whether the right one then stands as its answer.

Each test refuses when in doubt: a question that is left as it is costs little, one that nobody could answer in the
expected words costs an example that teaches something wrong.
"""

import re

from stages._options_shown import Shown
from stages._options_value import bare_option, is_name, is_value
from verifier import AnswerType, infer_type
from verifier.latex import plain_text
from verifier.route import matches_itself

MAX_VALUE = 80
MIN_STEM_WORDS = 4

# The options are part of the question.
_POINTING = re.compile(
    r"\b(?:which|what|one|any|some|none|all|each|two|many|either)\s+of\s+(?:the\s+|these\b|those\b|them\b|this\b)"
    r"|\bof (?:the following|these|those)\b|\bwhich\s+(?:\w+\s+){0,3}?(?:statement|option|choice|answer|alternative|"
    r"expression|equation|graph|diagram|figure|pair|set|combination|sentence|formula|example|claim|one|number|value|"
    r"fraction|decimal|point|function|polynomial|matrix|integer|time|amount|ratio)s?\b"
    r"|\b(?:the|these|those|given|listed)\s+(?:options?|choices?|alternatives?|answers?|possibilities)\b"
    r"|\bfollowing\s+(?:\w+\s+){0,2}?(?:is|are|was|were|has|have|would|will|can|could|must|best|represents?|statements?)\b"
    r"|\b(?:listed|given|shown|mentioned)\s+(?:below|above|here)\b|\bthe following\W*$"
    r"|\bfig(?:ure|\.)?\s*\d|\btable\s*\d|\b(?:in|from|of|on) the (?:figure|graph|diagram|table|picture)\b|\bas shown\b"
    r"|\bquestions?\s+\d+\s*[-–]\s*\d+|\bmagnitude and direction\b"
    r"|\b(?:statements?|assertion|reason)\s*\(?(?:1|I|2|II|A|R)\b|\bwhich (?:is|are|was|has|can|could|may|would)\b",
    re.IGNORECASE,
)
# The right one is right only beside the others.
_COMPARING = re.compile(
    r"\b(?:closest|nearest (?:in|to (?!the (?:nearest|whole|tenth|hundredth|integer)))|most|least|best|better|mainly|"
    r"primar(?:y|ily)|usually|typically|likely|probably|appropriate|except|excluding|not|n't|cannot|never|incorrect|"
    r"false|true|correct|odd one|other than|describes?|characteri[sz]e[sd]?|illustrates?|explains?|supports?|suggests?|"
    r"could|might|may|can be|possible|possibly|example|such as|equivalent|same as|be said|known as or|implies|imply|"
    r"compared?|happens?|effect|affect|change if|true that|conclude|inferred?|suitable|hence|"
    r"can (?:he|she|they|it|you|one|we)|statement|reason|purpose|main)\b",
    re.IGNORECASE,
)
_ORDERS = re.compile(
    r"(?:^|[.?!]\s+|\n|\band\s+)(?:calculate|find|determine|compute|show|prove|explain|sketch|draw|verify)\b", re.I
)
_ASKING = re.compile(
    r"(?:^|[.,;:?!]\s|\n|\b(?:then|and|if\b.{1,200}?,)\s+)"
    r"(?:(?:in|at|to|by|for|with|on|of|from|about|how|under|over|after)\s+){0,2}"
    r"(?:what|how (?:many|much|far|long|old|fast|large|big|tall|high|deep|wide|heavy|often|hot)|who|whom|whose|when|"
    r"where|which|find|calculate|compute|determine|evaluate|solve|simplify|factor|express|convert|differentiate|integrate)\b"
    r"|\b(?:what|how (?:many|much|far|long|old|fast|large|tall|high|deep))\b[^.?]*\?",
    re.IGNORECASE,
)
_NO_SENTENCE = re.compile(r"\(a\).*\(b\)|_{2,}|\.\.\.\s*[?.]?\s*$", re.DOTALL)
# Options that speak of the others, or of the question.
_OF_OTHERS = re.compile(
    r"\b(?:all|none|both|neither|any|some|either|two) of (?:the|these|those|them)\b|\ball (?:above|are)\b|\bnone\b|"
    r"\b(?:both|neither|either)\b|\b[A-E]\)? (?:and|or|nor) \(?[A-E]\b|\b(?:I{1,3}|IV)\b(?: only|,| and|$)|"
    r"\bonly \(?(?:[A-E]|I{1,3})\b|\bnot (?:enough|sufficient|determin|given|possible)\w*|\b(?:cannot|can't|can not)\b|"
    r"\binsufficient\b|\bno (?:correct|answer|solution)\b|\bother\b|\bdepends?\b|\bundefined\b|\bdoes not exist\b",
    re.IGNORECASE,
)


def opens(shown: Shown, place: int) -> str | None:
    """The text of the right option as an answer, if the question can be asked without the options; else None."""
    right = bare_option(shown.options[place])
    if not right or len(right) > MAX_VALUE or _OF_OTHERS.search(plain_text(right)):
        return None
    asked = _last_sentence(shown.stem)
    if not _asks_alone(shown.stem, asked) or not _differs(shown, place):
        return None
    kind = infer_type(right, shown.stem)
    stands = is_name(shown, right, asked) if kind is AnswerType.WORD else is_value(shown, right, kind)
    return right if stands and matches_itself(right, kind) else None


def _last_sentence(stem: str) -> str:
    flat = " ".join(stem.split())
    sentences = re.split(r"(?<=[.?!])\s+(?=[A-Z(\"'$\\])", flat)
    return sentences[-1]


def _asks_alone(stem: str, asked: str) -> bool:
    if _POINTING.search(stem) or _COMPARING.search(asked) or _NO_SENTENCE.search(stem) or stem.count("?") > 1:
        return False
    if len(_ORDERS.findall(stem)) + stem.count("?") > 1:
        return False
    ends = re.search(r"[?]\W*$", stem) or (re.search(r"[.:$)\d\w]\s*$", stem) and _opens_with_order(asked))
    return bool(ends) and bool(_ASKING.search(asked)) and len(stem.split()) >= MIN_STEM_WORDS


def _opens_with_order(sentence: str) -> bool:
    return bool(
        re.match(
            r"(?:(?:if|given|let|when|for)\b.{1,300}?,\s*(?:then\s+)?)?(?:find|calculate|compute|determine|evaluate|solve|"
            r"simplify|factor|express|convert|differentiate|integrate|what|how)\b",
            sentence,
            re.IGNORECASE,
        )
    ) and not re.search(r"\b(?:is|are|was|equals?|be|to|of|by|=)\s*:?\s*$", sentence)


def _differs(shown: Shown, place: int) -> bool:
    """No other option says the same, and none but a filler speaks of the others."""
    texts = [re.sub(r"\s", "", bare_option(option)).casefold() for option in shown.options]
    if texts.count(texts[place]) > 1:
        return False
    return not any(
        re.search(
            r"\b(?:all|both|neither|either)\b|\b[A-E]\)? (?:and|or) \(?[A-E]\b", plain_text(option), re.IGNORECASE
        )
        for option in shown.options
    )
