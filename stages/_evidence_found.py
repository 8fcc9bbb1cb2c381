"""An answer as it was found, and what speaks against taking it."""

from dataclasses import dataclass

from stages._evidence_cues import shown
from stages.records import Evidence


@dataclass(frozen=True, slots=True)
class Found:
    """`how`: hashes, boxed, phrase, option, bare, named, chain, sentence. The first three mark the answer as such."""

    answer: str | None = None
    how: str | None = None
    solution: str | None = None
    evidence: tuple[Evidence, ...] = ()
    signals: tuple[str, ...] = ()

    @property
    def is_marked(self) -> bool:
        return self.how in ("hashes", "boxed", "phrase")


def nothing(signal: str, text: str) -> Found:
    return Found(evidence=(shown(signal, text),))
