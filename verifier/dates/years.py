"""Years with an era, decades, centuries and spans of years: `44 BC`, `AD 79`, `18th century`, `1920s`, `1914-1918`."""

import re

from verifier.numbers.number_words import leading, ordinal

ERA = re.compile(
    r"(?<![a-z])(?:(b\.?\s?c\.?(?:\s?e\.?)?|before christ)|(a\.?\s?d\.?|c\.?\s?e\.?|anno domini))(?![a-z])"
)
LEAD = re.compile(r"^(?:(?:in|on|at|during|by|the|year|circa|around|about|c\.|ca\.)\s+)+")
CENTURY = re.compile(r"((?:[a-z\- ]{1,18}|\d{1,2})(?:st|nd|rd|th)) century")
# Other round numbers before an s are seconds.
ROUND_YEARS = re.compile(r"(1[0-9]\d0|20\d0)'?s")
SPAN = re.compile(r"(?:from |between )?(\d{4})\s?(?:-+|to|until|and|through)\s?(\d{4}|\d{2})")
YEAR = re.compile(r"\d{1,3}(?:,\d{3}){0,2}|\d{1,5}")


def years(text: str) -> tuple[int, int] | None:
    """The first and the last year, 0 and less before Christ; None where no era, century or decade is told."""
    text = LEAD.sub("", text)
    era = ERA.search(text)
    if era:
        text = LEAD.sub("", (text[: era.start()] + text[era.end() :]).strip(" ,."))
    found = _span(text)
    if found is None and era and YEAR.fullmatch(text):
        year = int(text.replace(",", ""))
        found = (year, year)
    if found is not None and era and era[1]:
        return 1 - found[1], 1 - found[0]
    return found


def _span(text: str) -> tuple[int, int] | None:
    if match := CENTURY.fullmatch(text):
        number = place(match[1])
        return (100 * number - 100, 100 * number - 1) if number and 0 < number < 100 else None
    if match := ROUND_YEARS.fullmatch(text):
        start = int(match[1])
        return start, start + (99 if start % 100 == 0 else 9)
    if match := SPAN.fullmatch(text):
        start = int(match[1])
        end = int(match[2]) if len(match[2]) == 4 else start // 100 * 100 + int(match[2])
        return (start, end) if 1000 <= start < end <= 2200 else None
    return None


def single_year(text: str) -> int | None:
    """The year of `in 1969`, `the year 1969`, `1969 AD`; None for anything else, and before Christ."""
    bare = LEAD.sub("", text.strip(" .").lower())
    if bare.isascii() and bare.isdecimal() and len(bare) <= 4:
        return int(bare)
    found = years(bare)
    return found[0] if found and found[0] == found[1] > 0 else None


def place(text: str) -> int | None:
    """The number of `4th`, "fourth", `4`, "twenty-first"."""
    if (number := ordinal(text)) is not None:
        return number
    if text.isascii() and text.isdecimal() and len(text) <= 4:
        return int(text)
    found = leading(text)
    return int(found.value) if found and found.end == len(text) and found.value.denominator == 1 else None
