"""Documents of about 200 words with a label and a domain, made from public data sets for `recall.py`.

A positive document holds exam-like STEM questions with solutions or answers; a negative one is anything else a crawl
brings: news, articles, FAQ pages, forums, questions that are not about STEM. What would be arguable (prose of a
textbook, homework without answers, exams in law, writing about science) has no label: it is reported apart and counts
on neither side.

A domain is the registered name of the site a page came from. A data set is a domain too, and those that share texts
are one (MMLU-Pro, SciBench and TheoremQA; MATH and AIME), as are the sites of the Stack Exchange network, so that
neither a text nor a page template stands on both sides of a fold.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.extraction.recall_sources import Text, texts

SEED = "recall-1"
WORDS = (150, 250)
MIN_WORDS = 60
PER_PAGE = 10
PER_DOMAIN = 150
PIECE = 50


@dataclass(frozen=True, slots=True)
class Labelled:
    """`label` None: arguable, counted on neither side."""

    id: str
    text: str
    domain: str
    group: str
    label: bool | None

    @property
    def is_sealed(self) -> bool:
        """Of a domain that nothing about the classifier (its settings, its way to read texts) was chosen by."""
        name = self.domain.removesuffix(".set")
        return int(hashlib.sha256(f"sealed/{name}".encode()).hexdigest(), 16) % 3 == 0


def labelled_documents(data: Path) -> list[Labelled]:
    """Each text once, at most `PER_PAGE` of a page and `PER_DOMAIN` of a domain and kind, chosen by a seeded hash."""
    found: dict[tuple[str, bool | None, str], list[Labelled]] = defaultdict(list)
    seen: set[str] = set()
    for text in texts(data):
        for document in sorted(_cut(text), key=lambda one: _draw(one.id))[:PER_PAGE]:
            words = " ".join(document.text.split())
            if words not in seen:
                seen.add(words)
                found[document.domain, document.label, document.group].append(document)
    chosen = [
        document
        for documents in found.values()
        for document in sorted(documents, key=lambda one: _draw(one.id))[:PER_DOMAIN]
    ]
    return sorted(chosen, key=lambda document: document.id)


def _draw(*parts: str) -> int:
    return int.from_bytes(hashlib.sha256("/".join((SEED, *parts)).encode()).digest()[:8], "big")


def _cut(text: Text) -> Iterator[Labelled]:
    """Windows of 150 to 250 words, one behind the other; what is left at the end counts from `MIN_WORDS` on.

    The length of each window is drawn by the text's name and the window's place. Lines are kept together where they
    have no more than `PIECE` words.
    """
    window: list[str] = []
    number = words = 0
    for piece in (*_pieces(text.text), None):
        if piece is not None:
            window.append(piece)
            words += len(piece.split())
        wanted = WORDS[0] + _draw(text.domain, text.key, str(number)) % (WORDS[1] - WORDS[0])
        if words >= wanted or (piece is None and words >= MIN_WORDS):
            id = f"{text.domain}/{text.key}/{number:03d}"
            yield Labelled(id, "\n".join(window), text.domain, text.group, text.label)
            window, words, number = [], 0, number + 1


def _pieces(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        words = line.split(" ")
        yield from (" ".join(words[at : at + PIECE]) for at in range(0, len(words), PIECE))
