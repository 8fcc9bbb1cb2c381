"""Words by which a trace betrays that it knew the answer: it speaks of one it was given, or begins with the gold.

A teacher that was shown the solution argues towards it. What a question itself speaks of ("which of the given
answers") is no leak, and "the intended answer" is a guess at what is wanted.
"""

import re

# In words that polars' engine and `re` read alike; the engine tells in one pass which texts are worth reading.
_GIVEN = "(?:given|provided|reference|supplied|stated|official|known|sample|model|attached|gold|ground(?:-| )truth)"
_TELLS = (
    "(?:says?|states?|uses?|used|gives?|shows?|claims?|concludes?|confirms?|suggests?|indicates?|mentions?|gets?|got)"
)
_SHORT = "(?:final |correct |short )?answer"
_PHRASES = (
    f"(?:the|this|that|my|your) {_GIVEN} {_SHORT}(?: is|['’]s| says| of| was|[,.;:)]| \\()",
    "(?:match(?:es|ing)?|agrees? with|consistent with|confirm(?:s|ing)?|equals?|reach(?:es)?|contradicts?) "
    f"(?:the|this|that) (?:{_GIVEN}|expected) (?:{_SHORT}|solution)",
    f"(?:the|this|that|your) (?:{_GIVEN} )?(?:solution|answer key|hint|explanation) {_TELLS}",
    "(?:according to|following|based on|as (?:in|per|given in|shown in|stated in)|looking at|from) the "
    f"(?:{_GIVEN} (?:solution|answer)|answer key|solution (?:given|provided))",
    "(?:i|we)(?:['’]m|['’]ve| am| are| was| were| have)? (?:been )?(?:given|told|provided(?: with)?|shown) "
    f"(?:that )?the (?:{_SHORT}|solution)",
    f"(?:i|we) (?:already )?know (?:that )?the {_SHORT} (?:is|should be|must be)",
    f"the {_SHORT} (?:is|was) (?:already )?(?:given|known|provided|stated) (?:as|to be|in|here)",
    f"{_GIVEN} answer[:=]",
    "answer key",
)
LEAK = "(?i)(?-u:\\b)(?:" + "|".join(_PHRASES).replace(" ", r"\s+") + ")"
_LEAK = re.compile(LEAK.replace("(?i)", "").replace("(?-u:\\b)", "\\b"), re.IGNORECASE)
_QUOTED_CHARS = 100
# The gold in the first words, as an answer, and enough text behind it to have been reasoning.
_HEAD_CHARS = 200
_MIN_CHARS = 400
_STATES = re.compile(r"\W*(?:[^\W\d]+\W+){0,8}?(?:answer|result)\b[^.\n]{0,40}?(?:\bis\b|=|:|\bbe\b)\s*", re.IGNORECASE)
_OPENING = re.compile(r"[\s$*({\[]*(?:\\(?:boxed|text|mathrm)\s*\{|\\[(\[])?[\s$*]*")


def leak_words(text: str, question: str | None = None) -> str | None:
    """The sentence in which `text` speaks of an answer it was given, None where it does not."""
    asked = " ".join(question.lower().split()) if question else ""
    for found in _LEAK.finditer(text):
        if " ".join(found.group().lower().split()) not in asked:
            return _quoted(text, found.start())
    return None


def gold_first(text: str, gold: str) -> str | None:
    """The beginning of a text that states the gold as its answer before anything else; None of short texts."""
    text, gold = text.lstrip(), gold.strip().strip("$")
    if len(text) < _MIN_CHARS or not gold:
        return None
    stated = _STATES.match(text, 0, _HEAD_CHARS)
    if stated is None:
        return None
    opened = _OPENING.match(text, stated.end())
    assert opened is not None
    rest = text[opened.end() :]
    if not rest.startswith(gold) or re.match(r"\w|[.,]\d", rest[len(gold) :]):
        return None
    return _quoted(text, 0)


def _quoted(text: str, start: int) -> str:
    """From `start` to the end of the sentence, on one line and not too long."""
    words = " ".join(text[start : start + 2 * _QUOTED_CHARS].split())
    end = re.search(r"[.!?](?= |$)", words)
    return words[: min(end.end() if end else len(words), _QUOTED_CHARS)]
