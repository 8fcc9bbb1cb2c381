"""Finds the benchmark items that lie nearest to each question. Nothing is decided here."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from pipeline.context import Context, Folder
from pipeline.errors import ConfigError
from pipeline.stage import BatchFn, BatchStage, Reject
from stages._embedding import Vectors, check_same_model
from stages._nearness import ASK_FROM, CROWD, nearness
from stages._stated_answers import AnswerIndex, stated_answer
from stages._stated_numbers import NumberIndex
from stages.records import BenchmarkMatch, MatchedPair, QAPair

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class MatchBenchmarks(BatchStage[QAPair, MatchedPair]):
    """One row for each pair, with up to `top` items of a nearness (`stages/_nearness.py`) of `ask_from` or more.

    Each question is compared with every item, and so is its answer where both have a short one. The side inputs are
    nodes of `embed_questions`: `vectors` over these rows, or over more, and `benchmarks` over the benchmarks, with the
    same options. `judge_matches` asks a model about what was found; `decontaminate_semantic` drops. Needs the extra
    `embed`.
    """

    packages: ClassVar[tuple[str, ...]] = ("numpy", "scipy")
    side_inputs: ClassVar[Mapping[str, Any]] = {"vectors": Folder, "benchmarks": Folder}

    ask_from: float = ASK_FROM
    top: int = 5

    def __post_init__(self) -> None:
        if not 0 < self.ask_from <= 1:
            raise ConfigError(f"match_benchmarks: ask_from is {self.ask_from:g}; it must be above 0 and at most 1")
        if self.top < 1:
            raise ConfigError(f"match_benchmarks: top is {self.top}; it must be at least 1")

    @contextmanager
    def open(self, ctx: Context) -> Iterator[BatchFn[QAPair, MatchedPair]]:
        vectors, benchmarks = (Vectors(ctx.side[role].folder) for role in ("vectors", "benchmarks"))
        check_same_model(vectors, benchmarks, node=ctx.node)
        index = Items.of(benchmarks)

        def match(rows: Sequence[QAPair]) -> list[MatchedPair | list[MatchedPair] | Reject]:
            places = vectors.places([row.id for row in rows], node=ctx.node)
            found = index.nearest(rows, vectors.matrix[places], top=self.top, at_least=self.ask_from)
            ctx.count("matched", sum(map(bool, found)))
            return [
                MatchedPair(id=row.id, question=row.question, matches=matches)
                for row, matches in zip(rows, found, strict=True)
            ]

        yield match


@dataclass(frozen=True)
class Items:
    """The items of the benchmarks, ready to be compared with: `matrix` is of shape (items, dimensions)."""

    rows: list[tuple[str, str, str]]
    matrix: "NDArray[np.float32]"
    numbers: NumberIndex
    answers: AnswerIndex

    @classmethod
    def of(cls, vectors: Vectors) -> "Items":
        import numpy as np

        rows = vectors.rows().select("source", "id", "question").collect().rows()
        numbers = NumberIndex.of([question for _, _, question in rows])
        answers = vectors.rows().select("answer_text").collect()["answer_text"]
        stated = AnswerIndex.of([stated_answer(answer) for answer in answers])
        return cls(rows, np.asarray(vectors.matrix, np.float32), numbers, stated)

    def nearest(
        self, pairs: Sequence[QAPair], vectors: "NDArray[Any]", *, top: int, at_least: float
    ) -> list[list[BenchmarkMatch]]:
        """The nearest items of each pair, nearest first."""
        import numpy as np

        if not self.rows:
            return [[] for _ in pairs]
        cosines = np.asarray(vectors, np.float32) @ self.matrix.T
        numbers = self.numbers.shared([pair.question for pair in pairs])
        answers = self.answers.shared([stated_answer(pair.answer_text) for pair in pairs])
        crowds = _crowds(cosines)
        near = nearness(cosines, numbers, answers, crowds)
        best = np.argsort(-near, axis=1, kind="stable")[:, :top] if top >= near.shape[1] else _best(near, top)
        return [
            [
                self._match(item, cosines[row, item], numbers[row, item], answers[row, item], crowds[row, item])
                for item in items
                if near[row, item] >= at_least
            ]
            for row, items in enumerate(best)
        ]

    def _match(self, item: int, cosine: float, numbers: float, answer: float, crowd: float) -> BenchmarkMatch:
        benchmark, id, question = self.rows[item]
        return BenchmarkMatch(
            benchmark=benchmark,
            item=id,
            item_question=question,
            cosine=round(float(cosine), 4),
            shared_numbers=round(float(numbers), 4),
            shared_answer=round(float(answer), 4),
            crowd=round(float(crowd), 4),
        )


def _crowds(cosines: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """For each question and item the mean cosine of the question to the `CROWD` nearest items other than this one."""
    import numpy as np

    rows, items = cosines.shape
    num_others = min(CROWD, items - 1)
    if not num_others:
        return np.zeros((rows, items), np.float32)
    kept = items - num_others - 1
    nearest = np.partition(cosines, kept, axis=1)[:, kept:]
    # The sum is of one item too many: of the compared one, or of the farthest where that one is not among them.
    least, total = nearest.min(axis=1, keepdims=True), nearest.sum(axis=1, keepdims=True)
    crowds: NDArray[np.float32] = (total - np.maximum(cosines, least)) / num_others
    return crowds


def _best(near: "NDArray[np.float32]", top: int) -> "NDArray[np.int64]":
    """The columns of the largest values of each row, largest first and of equal ones the first."""
    import numpy as np

    some = np.sort(np.argpartition(-near, top - 1, axis=1)[:, :top], axis=1)
    order = np.argsort(-np.take_along_axis(near, some, axis=1), axis=1, kind="stable")
    found: NDArray[np.int64] = np.take_along_axis(some, order, axis=1)
    return found
