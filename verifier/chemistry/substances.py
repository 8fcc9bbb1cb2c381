"""A substance as an answer names it: by formula, by name, or by both beside each other."""

import re
from dataclasses import dataclass

from verifier.chemistry.reactions import Reading, read_chemistry
from verifier.latex import plain_text

MAX_LENGTH = 300
_NAME = r"[A-Za-z][a-z]{2,}(?:[ \-][a-z]+|\s?\((?:I{1,3}|IV|V|VI{0,2})\)){0,5}"
NAME_FIRST = re.compile(rf"(?:the\s+)?({_NAME})(?:\s*\((.+)\)|\s*[,:=]\s*(.+))$", re.IGNORECASE)
NAME_LAST = re.compile(rf"(.+?)\s*(?:\(\s*({_NAME})\s*\)|,\s*({_NAME}))$", re.IGNORECASE)
LEAD = re.compile(r"(?:[A-Za-z][a-z]*\s+){1,6}(?=\S*[A-Z\[({\d^])|[A-Za-z ]{1,30}[:=]\s+")
TAIL = re.compile(
    r"\s+(?:gas|ions?|solution|molecules?|atoms?|crystals?|precipitate|salt|particles?|mechanism|reaction"
    r"|hybridi[sz](?:ed|ation))$"
)
ANOTHER = re.compile(r"\b(?:or|not|no|without|except|neither|nor|either|instead|maybe|rather|than)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """A substance by formula, by name, or by both."""

    reading: Reading | None
    name: str = ""


def substance(text: str) -> Named:
    """The formulas of the text and the name beside them: `CO2`, `carbon dioxide (CO2)`, `the gas is CO2`."""
    text = plain_text(text).strip()
    if reading := read_chemistry(text):
        return Named(reading)
    if ANOTHER.search(text) or len(text) > MAX_LENGTH:
        return Named(None)
    text = re.sub(r"\s+", " ", text.replace("$", " ")).strip()
    if (match := NAME_FIRST.fullmatch(text)) and (reading := read_chemistry(match[2] or match[3])):
        return Named(reading, match[1])
    if (match := NAME_LAST.fullmatch(text)) and (reading := read_chemistry(match[1])):
        return Named(reading, match[2] or match[3])
    bare = TAIL.sub("", text)
    lead = LEAD.match(bare)
    reading = read_chemistry(bare) or (read_chemistry(bare[lead.end() :]) if lead else None)
    if reading:
        return Named(reading)
    return Named(None, text if re.fullmatch(_NAME, text, re.IGNORECASE) else "")
