"""How often a question asks, and for how many things at once."""

import re
from collections.abc import Iterator

from stages._evidence_asked import ORDERS, QUESTION_MARK
from stages._evidence_cues import cue, noticed, shown
from stages.records import Evidence

# One thing of two: "find the sum of the length and the width".
_ONE_OF_TWO = (
    r"(?!(?:sum|difference|product|ratio|quotient|distance|probability|angle|relation\w*|greatest|least|"
    r"smallest|largest|"
    r"number|total|average|mean of|area|volume|correlation|covariance|intersection|union)\b)"
)
TWO_THINGS = (
    cue(
        "several_answers",
        " and |both the",
        r"\b(?:magnitudes? and (?:the )?(?:direction|sign)|directions? and (?:the )?magnitude)\b",
        r"\band (?:its |the )?(?:uncertainty|direction\b)|\bfind both\b",
        r"\b(?:find|calculate|determine|compute|what are|give)\b[^.?$]{0,40}\bboth the\b",
    ),
    cue(
        "several_answers",
        " and ",
        r"(?:^|[.?!:;,]\s+|\b(?:and|then)\s+)(?:find|calculate|determine|compute|what (?:is|are|was|were|"
        r"would be)|estimate|"
        rf"evaluate|give|state|obtain)\s+(?:the|its|their|an?)\s+{_ONE_OF_TWO}(?:[a-z-]+\s){{0,2}}[a-z-]+\s+and\s+"
        r"(?:(?:the|its|their)\s+)?(?:[a-z-]+\s){0,2}?[a-z-]+\s+(?:of|for|if|when|after|at|in|from|that|to)\b",
    ),
    cue(
        "several_answers",
        "and |also|;",
        r"(?:\band|;)\s+(?:also,?\s+|then\s+)?(?:estimate|compare|determine|calculate|find|compute|state|"
        r"describe|explain|give|"
        r"what|how|why|where|when(?! \$| the| it)|who|which (?:is|are|of|one))\b"
        r"(?=\s+(?:the|its|their|is|are|was|were|an?|how|whether|what|"
        r"does|do|many|much|far|long|\$|your)\b)",
        r"\b(?:calculate|find|determine|compute) also\b|(?<!\bI )\balso,? (?:calculate|find|determine|compute|what)\b",
    ),
    cue(
        "several_answers",
        " and ",
        r"\bwhat (?:[a-z]+ )?(?!time|year|day|rate|line)[a-z]+ and [a-z]+ (?:is|are|of|do|does|would|will|did|"
        r"was|were)\b",
        r"\b(?:find|calculate|determine|compute)\b[^.?]{1,80}\band (?:its|their|the corresponding)\b",
    ),
    cue(
        "several_answers",
        "and ",
        r"\b(?:find|calculate|determine|compute|what (?:is|are)|give)\s+(?:the )?(?:area|perimeter|sum|product|volume|"
        r"slope|mean|length|amplitude|domain|speed|velocity) and (?:the |its )?(?:perimeter|circumference|product|"
        r"difference|surface area|area|[xy]-intercepts?|width|height|standard deviation|variance|median|period|range|"
        r"direction|acceleration)\b",
        r"\bhow many \w+, \w+,? and \w+\b",
        r"\b(?:find|calculate|determine|compute|give)\s+\$?[a-z]{1,2}'*(?:\(\w\)|/d[a-z])\$? and "
        r"\$?[a-z]\w?'*(?:\(|\w?/)",
    ),
    cue(
        "several_answers",
        ", and |mean and|median and",
        r"\b(?:find|calculate|determine|compute|what are|give|state)\s+(?:the|its) (?:\w+ )?\w+, "
        r"(?:the )?(?:\w+ )?\w+,? and (?:the )?(?:\w+ )?\w+ (?:of|for)\b",
    ),
    cue(
        "several_answers",
        "respectively|each",
        r"\b(?:find|calculate|determine|what are|compute)\b[^.?]*\brespectively\b",
        r"\bhow (?:much|many|far|long|fast)\b[^?.]*\b(?:does|do|did|is|will|would) each\b(?! (?:of (?:them|the)\b|"
        r"[a-z]+ (?:[a-z]+ )?(?:cost|get|receive|need|contain|pay|have|hold|earn)\b|"
        r"friend|person|child|student|kid|guest|player|team|group|one\b|box|bag|row|side|pile|class))[^?.]*\?",
        r"\bfor each of the\b|\bat each\b[^.?]*\?",
    ),
)
# Equal shares are one number.
SHARED = re.compile(r"\b(?:equal|equally|evenly|same|shares?|shared|split|divides?|divided|distributed?)\b")
ORDER_BEHIND_AND = re.compile(r"and (?:then )?(?:find|calculate|determine|compute|estimate)\b", re.IGNORECASE)
REQUEST = re.compile(
    r"\b(?:what|how|which|who|where|when|why|find|calculate|determine|compute|estimate|evaluate|solve|simplify|give|state|"
    r"show|prove|draw|sketch|graph|write|list|name|explain|describe|discuss|compare|identify|express|verify|derive|"
    r"plot|construct|obtain|factor|convert|repeat|sum|add)\b",
    re.IGNORECASE,
)
# The second order works on what the first one gives, or repeats it.
IN_ORDER = re.compile(r"\b(?:then|hence|thus|therefore|first|finally|this|your answer|it)\b|:", re.IGNORECASE)
# "The answer can be written as $m/n$. What is $m+n$?" asks for one number.
IN_THE_FORM = re.compile(
    r"\b(?:written|expressed|in the form|of the form)\b[^?]{0,200}\b(?:find|what is|compute|determine)\s+"
    r"(?:the value of )?\$\s?(?:\d*[a-zA-Z]\s?[-+]?\s?){2,5}\$[.?\s]*$",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"[.!:;]\s+(?=[A-Z])")
BLANKS = re.compile(r"_{2,}")


def asks_again(question: str, low: str) -> Iterator[Evidence]:
    """Two things in one sentence, more than one question mark, an order beside a question mark."""
    shared = SHARED.search(low)
    for each in noticed(TWO_THINGS, question, low):
        if not (shared and each.text.lower().startswith("how ")) and not _asks_first(question, each.text):
            yield each
    marks, orders = len(QUESTION_MARK.findall(question)), len(ORDERS.findall(question))
    if marks + orders < 2 or IN_THE_FORM.search(question):
        return
    if marks > 1:
        yield shown("several_questions", f"{marks} question marks")
    elif marks and orders and not _ordered_with_mark(question):
        yield shown("several_questions", "a question and an order to find something")
    elif orders > 1:
        signal = "several_orders" if IN_ORDER.search(question) else "several_questions"
        yield shown(signal, f"{orders} orders to find something")


def _asks_first(question: str, words: str) -> bool:
    """Whether "and find" follows on what is no request: "Model it as a spring, and find its frequency"."""
    at = question.find(words)
    if at < 0 or ORDER_BEHIND_AND.match(words) is None:
        return False
    start = max(question.rfind(sign, 0, at) for sign in (". ", "? ", "! ", "\n")) + 1
    return REQUEST.search(question[start:at]) is None


def _ordered_with_mark(question: str) -> bool:
    """Whether the one order is the sentence that ends in the question mark: "Find the probability that both occur?"."""
    order, mark = ORDERS.search(question), QUESTION_MARK.search(question)
    between = question[order.end() : mark.start()] if order and mark else ""
    return between != "" and SENTENCE_END.search(between) is None


def several_blanks(question: str) -> Evidence | None:
    blanks = len(BLANKS.findall(question))
    return shown("several_answers", f"{blanks} blanks") if blanks > 1 else None
