"""Inequalities in words written in symbols: "x is at least 2", "all real numbers except 3", "between 1 and 4"."""

import re

from verifier.latex import plain_text

_REALS = r"real numbers?|reals?|real values?|numbers?|values?|positive|negative"
_SUCH = r"such that|with|where|for which|satisfying|that (?:are|is)|which (?:are|is)|that satisfy"
_IS = (
    r"(?:(?:is|are|be|must be|has to be|have to be|should be|can be|was|were)\s+)?"
    r"(?:strictly\s+|any\s+(?:real\s+)?numbers?\s+)?"
)
NUMBER = r"[-+]?(?:\\(?!closed|open)[a-z]+|[\d.,/{}^]|\\%|%)+(?<!,)(?:\s?[a-zA-Z/]{1,3}(?![a-zA-Z]))?"
_RULES = [
    (r"\b(?:negative|minus) infinity\b", r"-\\infty "),
    (r"\b(?:positive |plus )?infinity\b", r"\\infty "),
    (r"\bunion(?:ed with)?\b", r"\\cup "),
    (r"(?:,\s*)?\binclusive(?:ly)?\b|\bincluded\b", r"\\closed "),
    (r"\bexclusive(?:ly)?\b|\bexcluded\b", r"\\open "),
    (rf"\b(?:all|any|every|the set of all|the set of)\s+(?=(?:{_REALS}|non-?|[a-z]\b))", ""),
    (r"\bnon-?negative(?:\s+(?:real numbers?|reals?|numbers?|values?))?\b", r"\\ge 0"),
    (r"\bnon-?positive(?:\s+(?:real numbers?|reals?|numbers?|values?))?\b", r"\\le 0"),
    (r"\bnon-?zero(?:\s+(?:real numbers?|reals?|numbers?|values?))?\b", r"\\neq 0"),
    (r"\bpositive(?:\s+(?:real numbers?|reals?|numbers?|values?))?\b", "> 0"),
    (r"\bnegative(?:\s+(?:real numbers?|reals?|numbers?|values?))?\b", "< 0"),
    (
        r"\beverywhere\b|\b(?:(?:all|any|every|the)\s+)*(?:set of\s+)?(?:all\s+)?(?:the\s+)?"
        r"(?:real numbers?|reals|real values?)(?:\s+(?:of\s+)?[a-z]\b)?",
        r"\\mathbb{R} ",
    ),
    (rf"\b{_IS}(?:greater|more|larger|bigger|higher) than or equal to\b", r"\\ge "),
    (rf"\b{_IS}(?:less|smaller|lower) than or equal to\b", r"\\le "),
    (rf"\b{_IS}(?:at least|(?:no|not) (?:less|fewer|smaller|lower) than)\b", r"\\ge "),
    (
        rf"\b{_IS}(?:at most|(?:no|not) (?:more|greater|larger|higher) than|up to)\b|\b(?:does not|cannot) exceed\b",
        r"\\le ",
    ),
    (
        rf"\b{_IS}(?:not equal to|unequal to)\b|\b(?:is not|cannot be|can't be|isn't|does not equal|cannot equal)\b",
        r"\\neq ",
    ),
    (rf"\b{_IS}(?:(?:greater|more|larger|bigger|higher) than|above|over)\b|\bexceed(?:s|ing)?\b", "> "),
    (rf"\b{_IS}(?:(?:less|smaller|lower|fewer) than|below|under)\b", "< "),
    (r"(?:,\s*)?\b(?:except(?:\s+(?:for|when|at|that))?|other than|excluding|apart from|but not)\b", r"\\setminus "),
    (rf"\b(strictly\s+)?between\s+({NUMBER})\s+and\s+({NUMBER})", r"?\1(\2, \3)"),
    (rf"\bfrom\s+({NUMBER})\s+to\s+({NUMBER})", r"?(\1, \2)"),
    (rf"({NUMBER})\s+or\s+(?:more|greater|larger|higher|above|over)\b", r"\\ge \1"),
    (rf"({NUMBER})\s+or\s+(?:less|fewer|smaller|lower|below|under)\b", r"\\le \1"),
    (rf"\b(?:{_SUCH})\b", " : "),
    (rf"\b(?:{_REALS})(?=\s*(?:<|>|\\[lg]e|\\neq|:|\?))", ""),
    (r"\b(?:is|are|must be)\s+(?=<|>|\\[lg]e|\\neq)", ""),
    (r"\bbut\b", " and "),
    (r"^\s*(\\?[a-zA-Z](?:_\w)?)\s*(?:is|lies|are|must be)?\s*(?=\?)", r"\1 \\in "),
    (r"^\s*(?:\\mathbb\{R\}|[a-z])\s*:\s*", ""),
]
RULES = [(re.compile(pattern, re.IGNORECASE), replacement) for pattern, replacement in _RULES]
WORD = re.compile(r"(?<![a-zA-Z\\])[a-zA-Z]{2,}")
LEAD = re.compile(
    r"^(?:(?:so|thus|hence|for|when|if|the|its|solutions?|domain|range|set|interval|answer|is|are|on|values?|of|function|[fgh](?:\([a-z]\))?"
    r"|increasing|decreasing|concave|convex|up|upward|downward|down|continuous|converges?|defined|convergence|all|only|in|lies?|then|must|it|graph)\b[\s,:]*)+",
    re.IGNORECASE,
)
# Words that make an inequality of a gold; in others they may be anything.
TELLING = re.compile(r"\b(?:than|at least|at most|real numbers?|reals|strictly|inclusive|between)\b", re.IGNORECASE)


def is_told(text: str) -> bool:
    """Whether a gold is an inequality in words, rather than words with a number in them."""
    plain = plain_text(text)
    return TELLING.search(plain) is not None and re.search(r"\d|\breals?\b|\\pi|positive|negative", plain) is not None


def in_symbols(text: str) -> str:
    """`text` with its words replaced by symbols where they are known; other words stay."""
    plain = plain_text(text)
    if len(plain) > 200 or not WORD.search(plain):
        return text
    for pattern, replacement in RULES:
        plain = pattern.sub(replacement, plain)
    return re.sub(r"\s+", " ", LEAD.sub("", plain.strip())).strip(" .:")
