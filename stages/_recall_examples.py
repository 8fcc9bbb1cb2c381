"""Which documents a classifier is trained on, and their lines on disk, to be written in any order and part."""

import hashlib
import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.context import SideInput
from pipeline.errors import ShardError
from stages._page_blocks import unread
from stages._recall_model import NEGATIVE, POSITIVE
from stages._recall_text import document_text, domain_of, fasttext_line
from stages.records import Document, DomainLabel


@dataclass(frozen=True, slots=True)
class Choice:
    """A document to train on. `origin`: "seed", or "corpus" where its domain's label made it an example."""

    id: str
    domain: str
    is_positive: bool
    origin: str


@dataclass(frozen=True, slots=True)
class Example:
    """A chosen document whose line stands in the spool, at `start` for `length` bytes."""

    choice: Choice
    start: int
    length: int


def seeds(rows: SideInput, *, is_positive: bool) -> Iterator[Choice]:
    for row_id, url, source in rows.lazy().select("id", "url", "source").collect().iter_rows():
        yield Choice(row_id, domain_of(url, source=source), is_positive, "seed")


def from_domains(scores: SideInput, domains: SideInput) -> Iterator[Choice]:
    """Recalled documents of selected domains as positive ones, all documents of rejected domains as negative ones.

    In a selected domain the pages that the classifier left out (logins, indexes) are no model of what is wanted, and in
    a rejected one those that it recalled are what it has to unlearn.
    """
    labels = domains.lazy().select("domain", "label")
    found = (
        scores.lazy()
        .select("id", "domain", "is_recalled")
        .join(labels, on="domain")
        .filter(
            ((pl.col("label") == str(DomainLabel.SELECTED)) & pl.col("is_recalled"))
            | (pl.col("label") == str(DomainLabel.REJECTED))
        )
        .select("id", "domain", pl.col("label") == str(DomainLabel.SELECTED))
    )
    for row_id, domain, is_positive in found.collect().iter_rows():
        yield Choice(row_id, domain, is_positive, "corpus")


def choose(choices: Iterable[Choice], *, per_domain: int, per_side: int, seed: int) -> dict[str, Choice]:
    """At most `per_domain` of a domain and `per_side` of each side, drawn by seed and id, in the order of the draw.

    The first choice of an id stands. Raises `ShardError` where a seed is on both sides.
    """
    chosen: dict[str, Choice] = {}
    for choice in choices:
        before = chosen.setdefault(choice.id, choice)
        if before.origin == choice.origin == "seed" and before.is_positive != choice.is_positive:
            raise ShardError(f"document {choice.id} ({choice.domain}) is a positive and a negative seed; take it out")
    groups: dict[tuple[bool, str], list[Choice]] = defaultdict(list)
    for choice in chosen.values():
        groups[choice.is_positive, choice.domain].append(choice)
    sides: dict[bool, list[Choice]] = {True: [], False: []}
    for (is_positive, _), group in groups.items():
        sides[is_positive] += heapq.nsmallest(per_domain, group, key=lambda one: _draw(seed, one.id))
    kept = [
        one for side in sides.values() for one in heapq.nsmallest(per_side, side, key=lambda one: _draw(seed, one.id))
    ]
    return {one.id: one for one in sorted(kept, key=lambda one: _draw(seed, one.id))}


def _draw(seed: int, row_id: str) -> bytes:
    return hashlib.blake2b(row_id.encode(), key=seed.to_bytes(8, "big", signed=True), digest_size=16).digest()


class Spool:
    """The lines of the chosen documents in one file, in the order of the draw; label first, as fastText reads them."""

    def __init__(self, path: Path, chosen: Mapping[str, Choice], inputs: Sequence[SideInput]) -> None:
        self._path = path
        self.num_empty = 0
        written: dict[str, Example] = {}
        with path.open("wb") as file:
            for document in (row for rows in inputs for row in rows.rows(Document)):
                choice = chosen.get(document.id)
                if choice is None or document.id in written:
                    continue
                if unread(document):
                    raise ShardError(f"document {document.id} ({choice.domain}) is HTML alone; put html_to_text before")
                line = fasttext_line(document_text(document))
                if not line.strip():
                    self.num_empty += 1
                    continue
                text = f"{POSITIVE if choice.is_positive else NEGATIVE} {line}\n".encode()
                written[document.id] = Example(choice, file.tell(), len(text))
                file.write(text)
        self.examples = [written[row_id] for row_id in chosen if row_id in written]

    def write(self, path: Path, examples: Iterable[Example]) -> None:
        """A training file of these examples, in this order."""
        with self._path.open("rb") as spool, path.open("wb") as file:
            for example in examples:
                spool.seek(example.start)
                file.write(spool.read(example.length))

    def lines(self, examples: Iterable[Example]) -> Iterator[str]:
        """Their lines without label and line end, as they are scored."""
        with self._path.open("rb") as spool:
            for example in examples:
                spool.seek(example.start)
                yield spool.read(example.length).decode().split(" ", 1)[1].removesuffix("\n")
