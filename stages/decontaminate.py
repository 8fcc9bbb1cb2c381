"""Drops questions that a benchmark holds, and says which benchmark item and which words matched."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from pipeline.context import Context
from pipeline.stage import BatchFn, BatchStage, Reject
from stages._text import words
from stages.records import QAPair


@dataclass(slots=True)
class _Index:
    """Runs of words -> the benchmark item they stand in.

    `short` holds whole items that have no run of their own. A run that `common` or more different items share is how
    such questions are put ("how many more does he have than") and names none of them; it is left out.
    """

    ngram: int
    common: int
    labels: list[str] = field(default_factory=list)
    runs: dict[str, int] = field(default_factory=dict)
    short: dict[str, int] = field(default_factory=dict)
    whole: dict[str, int] = field(default_factory=dict)
    short_lengths: set[int] = field(default_factory=set)

    def fill(self, items: Iterable[QAPair]) -> None:
        counts: dict[str, int] = {}
        for item in items:
            tokens = words(item.question)
            text = " ".join(tokens)
            if not tokens or text in self.whole:
                continue
            number = self.whole[text] = len(self.labels)
            self.labels.append(f"{item.source}: {item.id}")
            runs = set(_telling_runs(tokens, self.ngram))
            if not runs:
                self.short[text] = number
                self.short_lengths.add(len(tokens))
            for run in runs:
                counts[run] = counts.get(run, 0) + 1
                self.runs.setdefault(run, number)
        for run, count in counts.items():
            if count >= self.common:
                del self.runs[run]

    def match(self, question: str) -> str | None:
        """`benchmark: item: matched words`, or None."""
        tokens = words(question)
        text = " ".join(tokens)
        found = self.whole.get(text)
        if found is not None:
            return f"{self.labels[found]}: {text}"
        for run in _telling_runs(tokens, self.ngram):
            if (found := self.runs.get(run)) is not None:
                return f"{self.labels[found]}: {run}"
        for length in sorted(self.short_lengths, reverse=True):
            if len(tokens) // 2 <= length <= len(tokens):
                for run in _runs(tokens, length):
                    if (found := self.short.get(run)) is not None:
                        return f"{self.labels[found]}: {run}"
        return None


def _telling_runs(tokens: Sequence[str], ngram: int) -> Iterator[str]:
    """Runs of `ngram` tokens of prose, and twice as long ones of anything: formulas are made of few signs."""
    is_word = [len(token) >= 3 and token.isalpha() for token in tokens]
    for start in range(len(tokens) - ngram + 1):
        if sum(is_word[start : start + ngram]) * 2 >= ngram:
            yield " ".join(tokens[start : start + ngram])
    yield from _runs(tokens, 2 * ngram)


def _runs(tokens: Sequence[str], length: int) -> Iterator[str]:
    for start in range(len(tokens) - length + 1):
        yield " ".join(tokens[start : start + length])


@dataclass(frozen=True, kw_only=True)
class Decontaminate(BatchStage[QAPair, QAPair]):
    """Compares normalised words (`stages/_text.py`): case, spacing, punctuation and LaTeX spelling do not hide a copy.

    ngram   -- words in a row that must agree, twice as many in formulas; a benchmark item too short for that counts as
               found where it stands whole in a question and makes up at least half of its words
    common  -- runs shared by at least this many different benchmark items are boilerplate and prove nothing
    """

    side_inputs = {"benchmarks": QAPair}  # noqa: RUF012

    ngram: int = 10
    common: int = 3

    def __post_init__(self) -> None:
        if self.ngram < 1 or self.common < 1:
            raise ValueError(f"ngram is {self.ngram} and common is {self.common}; both must be at least 1")

    @contextmanager
    def open(self, ctx: Context) -> Iterator[BatchFn[QAPair, QAPair]]:
        index = _Index(ngram=self.ngram, common=self.common)
        index.fill(ctx.side["benchmarks"].rows(QAPair))

        def check(rows: Sequence[QAPair]) -> list[QAPair | list[QAPair] | Reject]:
            return [self._decide(row, index) for row in rows]

        yield check

    def _decide(self, row: QAPair, index: _Index) -> QAPair | Reject:
        found = index.match(row.question)
        return Reject("contaminated", found) if found else row
