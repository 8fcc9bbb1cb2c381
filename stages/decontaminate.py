"""Drops questions that a benchmark holds, and says which item, by which method, and which words agree."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from pipeline.context import Context
from pipeline.errors import ConfigError
from pipeline.stage import BatchFn, BatchStage, Reject
from stages._leak_finder import METHODS, Rules, finder_of
from stages.records import QAPair


@dataclass(frozen=True, kw_only=True)
class Decontaminate(BatchStage[QAPair, QAPair]):
    """Compares normalised words (`stages/_text.py`): case, spacing, punctuation and LaTeX spelling do not hide a copy.
    The first method that finds a row names the leak; `stages/_leak_report.py` says how a reject's detail is read.

    methods     -- which run, in this order: `exact` normal form; `alnum` letters and digits, whatever the signs (a
                   score below 1 tells that some differ; leave it out if those are to pass); `ngram` runs of words;
                   `short` items too short for a run, where they stand whole; `fuzzy` a word changed or a clause left
                   out; `numbers_changed` all but the numbers
    ngram       -- words in a row that must agree, twice as many in formulas
    common      -- runs shared by at least this many different benchmark items are boilerplate and prove nothing
    coverage    -- share of an item's words that its runs found in a row must make up
    similarity  -- share of an item's words that a row must hold in order for `fuzzy`
    min_prose   -- words of prose an item must have to be found by `numbers_changed`
    answers     -- also look for items in the answer text, by `exact` and `ngram`
    """

    packages: ClassVar[tuple[str, ...]] = ("rapidfuzz",)
    side_inputs: ClassVar[Mapping[str, Any]] = {"benchmarks": QAPair}

    methods: list[str] = field(default_factory=lambda: list(METHODS))
    ngram: int = 10
    common: int = 3
    coverage: float = 0.65
    similarity: float = 0.8
    min_prose: int = 8
    answers: bool = True

    def __post_init__(self) -> None:
        if unknown := [name for name in self.methods if name not in METHODS]:
            raise ConfigError(f"decontaminate: there is no method {unknown[0]!r}; methods: {', '.join(METHODS)}")
        if self.ngram < 1 or self.common < 1 or self.min_prose < 1:
            raise ConfigError("decontaminate: ngram, common and min_prose must be at least 1")
        if not (0 < self.coverage <= 1 and 0 < self.similarity <= 1):
            raise ConfigError("decontaminate: coverage and similarity are shares, above 0 and at most 1")

    def rules(self) -> Rules:
        return Rules(
            methods=tuple(self.methods),
            ngram=self.ngram,
            common=self.common,
            coverage=self.coverage,
            similarity=self.similarity,
            min_prose=self.min_prose,
            answers=self.answers,
        )

    @contextmanager
    def open(self, ctx: Context) -> Iterator[BatchFn[QAPair, QAPair]]:
        finder = finder_of(self.rules(), ctx.side["benchmarks"])

        def check(rows: Sequence[QAPair]) -> list[QAPair | list[QAPair] | Reject]:
            leaks = finder.leaks(rows)
            return [Reject("contaminated", str(leak)) if leak else row for row, leak in zip(rows, leaks, strict=True)]

        yield check
