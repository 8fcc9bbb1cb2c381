"""One value said twice: "twelve (12)", `0.75 (75%)`, "3/4, i.e. 0.75". It holds if all that it says does."""

import re

from verifier.latex import is_enclosed, plain_text, split_top

OTHERWISE = r"\s*,?\s+(?:i\.e\.|that is|which is)\s*,?\s+"
BRACKET = re.compile(r"^(?P<first>.*[^\s(])\s+(?P<second>\(.*\))$")


def restatements(text: str) -> list[str]:
    """The spellings of what may be one value; a single one where nothing is said again."""
    text = plain_text(text).strip()
    parts = [part for part in split_top(text, OTHERWISE) if part]
    if len(parts) == 1 and (match := BRACKET.match(text)) and is_enclosed(match["second"]):
        parts = [match["first"], re.sub(r"^\s*(?:i\.e\.|that is|=)\s*", "", match["second"][1:-1])]
    return parts
