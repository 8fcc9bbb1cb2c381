"""Words in which a model is seen to doubt and to branch, counted in its responses (the paper's figure 7)."""

import re
from collections.abc import Sequence

KEYWORDS: tuple[str, ...] = ("wait", "recheck", "alternatively", "retry", "however")
CODE = "python_block"  # the paper's coding rate: a response that holds "```python"
_PATTERNS = {word: re.compile(rf"\b{word}\b", re.IGNORECASE) for word in KEYWORDS} | {CODE: re.compile("```python")}


def keyword_counts(text: str) -> dict[str, int]:
    """How often each keyword stands in a text as a whole word in any case, and how many blocks of Python it opens."""
    return {name: len(pattern.findall(text)) for name, pattern in _PATTERNS.items()}


def keyword_rates(texts: Sequence[str]) -> dict[str, float]:
    """The share of texts that hold each keyword, 0..1, and `python_block`; empty where there are no texts.

    The paper gives rates in percent and says neither what a word is nor what is divided by; texts fit its axes.
    """
    if not texts:
        return {}
    return {
        name: sum(pattern.search(text) is not None for text in texts) / len(texts)
        for name, pattern in _PATTERNS.items()
    }
