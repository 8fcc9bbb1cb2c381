"""Cues: a signal, the words that show it, and the plain pieces of text without which its pattern need not be tried."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stages.records import Evidence

MAX_SHOWN = 120
# Where an order to the reader begins: at the start, behind a sentence, a label or a clause.
ORDER = r"(?:^|[.?!:;)\]\n$,]\s*|\b(?:and|then|please|also|briefly|should|clearly)\s+|[a-h][.)]\s*)"
# What of it is no word: the end of a sentence, the label of a part.
LEAD = re.compile(r"(?:[\s.?!:;,)\]$]|\b[a-h][.)])+(?=\w)")


@dataclass(frozen=True, slots=True)
class Cue:
    """`stems` are in lower case; one of them stands in every text that `pattern` matches."""

    signal: str
    stems: tuple[str, ...]
    pattern: re.Pattern[str]


def cue(signal: str, stems: str, *alternatives: str) -> Cue:
    """`stems` as words between bars; the pattern matches one of the alternatives, whatever their case."""
    return Cue(signal, tuple(stems.split("|")), re.compile("|".join(alternatives), re.IGNORECASE | re.MULTILINE))


def noticed(cues: Sequence[Cue], text: str, low: str) -> Iterator[Evidence]:
    """At most one piece of evidence a cue; `low` is `text.lower()`."""
    for each in cues:
        for stem in each.stems:
            if stem in low:
                if match := each.pattern.search(text):
                    yield shown(each.signal, without_lead(match[0]))
                break


def without_lead(words: str) -> str:
    """The words of a match without what had to stand before them: a full stop, a label of a part."""
    lead = LEAD.match(words)
    return words[lead.end() :] if lead else words


def shown(signal: str, text: str) -> Evidence:
    """The evidence with the words that show it, on one line."""
    return Evidence(signal=signal, text=" ".join(text[: 2 * MAX_SHOWN].split())[:MAX_SHOWN])
