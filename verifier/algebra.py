r"""What the comparators leave over, decided by math-verify and sympy. Runs in disposable workers only.

Both texts go in as `\boxed{}`, gold first: bare LaTeX is misread (`2\pi` as 2). math-verify's own time limits are off,
because they rest on signals; the parent's clock is the limit.
"""

import logging
import re
from collections import Counter
from typing import Any

from verifier.finding import Finding
from verifier.screen import too_large
from verifier.types import Reason

SYMBOL = re.compile(r"(?<![a-zA-Z\\])[a-zA-Z](?![a-zA-Z])")


def load() -> None:
    """Import the heavy part and fill its parser's caches once, before workers are forked."""
    logging.getLogger("math_verify").setLevel(logging.CRITICAL)
    logging.getLogger("latex2sympy2_extended").setLevel(logging.CRITICAL)
    decide_algebra(r"\int_0^1 2x\,dx", r"\sum_{k=1}^{2} k^2")


def decide_algebra(gold: str, answer: str) -> Finding:
    """Whether the two agree as mathematics. May hang or take any amount of memory: its process must be killable."""
    for text in (gold, answer):
        if reason := too_large(text):
            return Finding(Reason.TOO_LARGE, reason)
    left, right = _parse(gold), _parse(answer)
    if not left:
        return Finding(Reason.GOLD_UNPARSABLE, "computer algebra cannot read it")
    if not right:
        return Finding(Reason.ANSWER_UNPARSABLE, "computer algebra cannot read it", undecided=True)
    from math_verify import verify

    same = verify(left, right, float_rounding=12, timeout_seconds=None)
    if not same:
        return Finding(Reason.DIFFERENT_VALUE)
    if _differs_in_case(gold, answer):
        return Finding(Reason.DIFFERENT_VALUE, "symbols differ in case")
    return Finding(Reason.MATCHED_SYMBOLIC)


def _parse(text: str) -> list[Any]:
    from math_verify import LatexExtractionConfig, parse

    config = LatexExtractionConfig()
    parsed = parse(rf"\boxed{{{text}}}", [config], fallback_mode="no_fallback", parsing_timeout=None)
    return list(parsed)


def _differs_in_case(gold: str, answer: str) -> bool:
    """math-verify lower-cases every symbol; a pair that only that makes equal is not equal."""
    left, right = (Counter(SYMBOL.findall(text)) for text in (gold, answer))
    folded = [{name.lower() for name in each} for each in (left, right)]
    return folded[0] == folded[1] and set(left) != set(right)
