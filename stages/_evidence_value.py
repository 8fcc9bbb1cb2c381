"""What speaks against a value as the answer to what is asked: none, a range, a wrong sign, a percentage of nothing."""

import re
from collections.abc import Iterator

from stages._evidence_cues import shown
from stages._evidence_needs import HAS_DATA, YEAR, says_nothing
from stages.records import Evidence
from verifier.numbers.quantities import NUMERIC_TYPES
from verifier.types import AnswerType

CALLS_FOR_MANY = re.compile(
    r"\b(?:all|every|solve|list|set|possible|pairs?|triples?|range|domain|system|factor|coordinates?|"
    r"points?|intersection|vector|vertex|cent(?:er|re)|focus|interval)\b|"
    r"[\[{(][^\])}]{0,40},|"
    r"\b(?:what|which|find|determine|compute|calculate|name|give|state|are|the|two|three|four|"
    r"any)\s+(?:\S+\s+){0,3}?[a-z]{2,}(?:s|ices|eros|\$s)\b",
    re.IGNORECASE,
)
NO_VALUE = re.compile(r"nan|null|n/?a|none|undefined|-+", re.IGNORECASE)
RANGE = re.compile(
    r"(?:about |between )?[$€£]?\d+(?:[.,]\d+)*\s?%?\s?(?:-{1,3}|–|—|to|and)\s?[$€£]?\d[\d.,]*\s?"
    r"(?:[A-Za-z%°][^\d]{0,30})?"
)
ASKS_FOR_RANGE = re.compile(
    r"\b(?:range|interval|between|from|score|scores|ratio|odds|years?|period|dates?)\b|-\d", re.IGNORECASE
)
CALCULATED = NUMERIC_TYPES | {AnswerType.EXPRESSION, AnswerType.EQUATION, AnswerType.TUPLE_POINT, AnswerType.SET_LIST}
TWO_UNKNOWNS = re.compile(
    r"\b(?:find|determine|calculate|compute|what are|solve for)\s+(?:the )?(?:values? (?:of|for) )?(?:both )?"
    r"\$?\\?[a-z](?:_\{?\w\}?)?\$?,?(?: \$?[a-z]\$?,)? and \$?\\?[a-z](?:_\{?\w\}?)?\$?(?=[.?\s]|$)",
    re.IGNORECASE,
)
# "Which is greater, 2/3 or 3/4?"
EITHER = re.compile(r"(?:[,:]|\bgreater|\blarger|\bsmaller|\bis)\s+(\S{1,40}) or (\S{1,40}?)\s*\?")
BELOW_ZERO = re.compile(r"\s*[-−–]\s?[\d.]")
# What is never below zero.
SIZE = re.compile(
    r"\b(?:what (?:is|was|are) the|find the|calculate the|determine the)\s+(?:\w+ )?(?:size|magnitude|speed|length|"
    r"distance|height|mass|area|volume|radius|diameter|width|thickness|age)\s+of\b|"
    r"\bhow (?:long|far|fast|tall|wide|old|heavy|many|large|big|thick)\b",
    re.IGNORECASE,
)
PERCENTAGE = re.compile(r"\bwhat percent(?:age)?\b", re.IGNORECASE)
BRACKETED_PAIR = re.compile(r"[\[(][^\[\]()]{1,60},[^\[\]()]{1,60}[\])]")
INTERVALS = frozenset(
    {AnswerType.TUPLE_POINT, AnswerType.INEQUALITY_INTERVAL, AnswerType.EXPRESSION, AnswerType.SET_LIST}
)


def of_size(question: str, answer: str, kind: AnswerType) -> Iterator[Evidence]:
    """A value that is no answer as it stands: none at all, from one to another, below zero for what has no sign."""
    if NO_VALUE.fullmatch(answer):
        yield shown("no_answer", answer)
    if kind in CALCULATED and says_nothing(question):
        yield shown("no_data", question)
    if (
        " or " in question
        and (pair := EITHER.search(question))
        and answer.strip("$ ") in (pair[1].strip("$"), pair[2].strip("$"))
    ):
        yield shown("yes_no", pair[0])
    if kind in NUMERIC_TYPES and (two := TWO_UNKNOWNS.search(question)):
        yield shown("several_answers", two[0])
    if RANGE.fullmatch(answer) and not ASKS_FOR_RANGE.search(question):
        yield shown("ambiguous", f"a range: {answer}")
    if kind in NUMERIC_TYPES and BELOW_ZERO.match(answer) and (size := SIZE.search(question)):
        yield shown("ambiguous", f"{answer} for {size[0]}")
    if kind is AnswerType.PERCENT and PERCENTAGE.search(question) and not HAS_DATA.search(YEAR.sub(" ", question)):
        yield shown("ambiguous", f"{answer} of what no numbers are given for")
    if kind in INTERVALS and BRACKETED_PAIR.fullmatch(answer) and not CALLS_FOR_MANY.search(question):
        yield shown("several_answers", answer)
