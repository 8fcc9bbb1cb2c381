"""A trained tagger: what its folder says about it, and what it says of questions."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from pipeline.errors import ShardError
from stages._recall_model import MODEL_FILE
from stages._recall_text import NORMALISER, fasttext_line

FACTS_FILE = "tagger.json"
LABEL = "__label__"


@dataclass(frozen=True, kw_only=True)
class TaggerFacts:
    """`labels` by their number in the model. Where they `are_ordered`, they ascend, and neighbours count as right.

    `threshold` is the lowest confidence from which on `target_accuracy` of the held-out tags were right;
    `threshold_is_met` False: none was, and it is that which came nearest.
    """

    tag: str
    labels: list[str]
    are_ordered: bool
    normaliser: int
    fasttext: str
    settings: dict[str, Any]
    seed: int
    target_accuracy: float
    threshold: float
    threshold_is_met: bool
    examples: dict[str, int]
    num_skipped: int
    held_out: dict[str, Any]

    def write(self, folder: Path) -> None:
        (folder / FACTS_FILE).write_text(json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n", "utf-8")


def read_facts(folder: Path, tag: str) -> TaggerFacts:
    """Raises `ShardError` for a folder without a model for that tag, or with one that reads other words than we do."""
    try:
        facts = TaggerFacts(**json.loads((folder / FACTS_FILE).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ShardError(f"{folder}: holds no tagger ({error}); name a node of train_tagger") from error
    if facts.tag != tag:
        raise ShardError(f"{folder}: its model tells {facts.tag}, not {tag}; name the node that was trained for {tag}")
    if facts.normaliser != NORMALISER:
        raise ShardError(f"{folder}: its model reads texts of version {facts.normaliser}, not {NORMALISER}; train anew")
    return facts


@dataclass(frozen=True, slots=True)
class Tag:
    """The number of a label, with the probability that it, or where labels are ordered a neighbour, is right."""

    label: int
    confidence: float


class Tagger:
    """A trained model, loaded."""

    def __init__(self, path: Path, *, num_labels: int, are_ordered: bool) -> None:
        import fasttext

        try:
            self._model: Any = fasttext.load_model(str(path))
        except ValueError as error:
            raise ShardError(f"{path} is no fastText model: {error}") from error
        self._num_labels = num_labels
        self._are_ordered = are_ordered

    def tags(self, questions: Sequence[str]) -> list[Tag | None]:
        """None where no word is known."""
        lines = [fasttext_line(question) + "\n" for question in questions]
        found = self._model.f.multilinePredict(lines, self._num_labels, 0.0, "strict")
        return [self._tag(*pair) for pair in zip(*found, strict=True)]

    def _tag(self, labels: Sequence[str], shares: Sequence[float]) -> Tag | None:
        if not len(labels):
            return None
        by_number = [0.0] * self._num_labels
        for label, share in zip(labels, shares, strict=True):
            by_number[int(label.removeprefix(LABEL))] = float(share)
        return _median(by_number) if self._are_ordered else _likeliest(by_number)


class NamedTagger:
    """The model of a node of `train_tagger`; `threshold` stands in for the model's own.

    Raises `ShardError` as `read_facts` does.
    """

    def __init__(self, folder: Path, tag: str, threshold: float | None) -> None:
        facts = read_facts(folder, tag)
        self._labels = facts.labels
        self._threshold = facts.threshold if threshold is None else threshold
        self._tagger = Tagger(folder / MODEL_FILE, num_labels=len(facts.labels), are_ordered=facts.are_ordered)

    def names(self, questions: Sequence[str]) -> list[str | None]:
        """None where the model knows no word or is not sure enough."""
        tags = self._tagger.tags(questions)
        return [self._labels[tag.label] if tag and tag.confidence >= self._threshold else None for tag in tags]


def _likeliest(shares: Sequence[float]) -> Tag:
    best = max(range(len(shares)), key=lambda number: shares[number])
    return Tag(best, round(min(shares[best], 1.0), 6))


def _median(shares: Sequence[float]) -> Tag:
    """The level with as much above as below: it follows the true one closer than the likeliest of many near ones."""
    half = sum(shares) / 2
    middle = next(number for number, below in enumerate(accumulate(shares)) if below >= half)
    return Tag(middle, round(min(sum(shares[max(0, middle - 1) : middle + 2]), 1.0), 6))
