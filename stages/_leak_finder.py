"""The methods of decontamination together: made once from the benchmarks, then asked for batch after batch of rows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.context import SideInput
from pipeline.inputs import StoredInput
from stages._leak_fuzzy import Fuzzy
from stages._leak_items import Found, Items, Method, Rows
from stages._leak_keys import Alnum, Exact, NumbersChanged
from stages._leak_ngram import Ngram
from stages._leak_report import Leak
from stages._leak_short import Short
from stages.records import QAPair

METHODS = ("exact", "alnum", "ngram", "short", "fuzzy", "numbers_changed")
# What is sought in answers: text that holds an item. The others compare a question as a whole.
IN_ANSWERS = frozenset({"exact", "ngram"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The options of `decontaminate`, which explains them."""

    methods: tuple[str, ...]
    ngram: int
    common: int
    coverage: float
    similarity: float
    min_prose: int
    answers: bool


@dataclass(frozen=True)
class Finder:
    """The methods that run, with the items they look for."""

    items: Items
    methods: list[Method]
    answers: bool

    def leaks(self, rows: Sequence[QAPair]) -> list[Leak | None]:
        """The leak of each row, by the first method that finds one; of its answer only where the question is clean."""
        leaks: list[Leak | None] = [None] * len(rows)
        self._look([row.question for row in rows], leaks, self.methods, part="question")
        if self.answers:
            methods = [method for method in self.methods if method.name in IN_ANSWERS]
            self._look([row.answer_text for row in rows], leaks, methods, part="answer")
        return leaks

    def _look(self, texts: Sequence[str], leaks: list[Leak | None], methods: Sequence[Method], *, part: str) -> None:
        if not self.items.questions:
            return
        batch = Rows(texts, self.items)
        for method in methods:
            for found in _best(method.find(batch)):
                if leaks[found.at] is None:
                    benchmark, item = self.items.labels[found.item]
                    leaks[found.at] = Leak(
                        method=method.name,
                        benchmark=benchmark,
                        item=item,
                        score=found.score,
                        text=found.text,
                        part=part,
                    )


def _best(found: Iterable[Found]) -> Iterable[Found]:
    """Of each row the item with the highest score, and of those the first."""
    best: dict[int, Found] = {}
    for one in found:
        if one.at not in best or one.score > best[one.at].score:
            best[one.at] = one
    return best.values()


def finder_of(rules: Rules, benchmarks: SideInput) -> Finder:
    """Of stored rows, which cannot change, made once in each process and not once for each shard."""
    return _kept(rules, benchmarks) if isinstance(benchmarks, StoredInput) else _made(rules, benchmarks)


@lru_cache(maxsize=1)
def _kept(rules: Rules, benchmarks: StoredInput) -> Finder:
    return _made(rules, benchmarks)


def _made(rules: Rules, benchmarks: SideInput) -> Finder:
    items = Items(benchmarks.rows(QAPair))
    ngram = Ngram(items, length=rules.ngram, common=rules.common, coverage=rules.coverage)
    make: dict[str, Callable[[], Method]] = {
        "exact": lambda: Exact(items),
        "alnum": lambda: Alnum(items),
        "ngram": lambda: ngram,
        "short": lambda: Short(items, ~ngram.reaches),
        "fuzzy": lambda: Fuzzy(items, similarity=rules.similarity),
        "numbers_changed": lambda: NumbersChanged(items, min_prose=rules.min_prose, common=rules.common),
    }
    return Finder(items, [make[name]() for name in METHODS if name in rules.methods], rules.answers)
