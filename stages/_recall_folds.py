"""Held-out scores by domain: every document is scored by a model that never saw a page of its site.

The threshold for a fold is chosen without it as well: on the scores that models trained without both the fold and
another one give to that other one. One model for each pair of folds serves both of its members.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from pipeline.errors import ShardError
from stages._recall_curve import Threshold, choose_threshold
from stages._recall_examples import Example, Spool
from stages._recall_model import FastTextSettings, RecallModel, train

SCORED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class HeldOut:
    """An example's fold, its score by the model trained without that fold, and the threshold chosen without it."""

    fold: int
    score: float
    threshold: float

    @property
    def is_taken(self) -> bool:
        return self.score >= self.threshold


def folds_of(has_positive: Mapping[str, bool], *, folds: int) -> dict[str, int]:
    """Domains dealt out in an order drawn by their names, those with positive documents apart: all folds get some."""
    drawn = sorted(has_positive, key=lambda domain: hashlib.sha256(domain.encode()).digest())
    rich = [domain for domain in drawn if has_positive[domain]]
    poor = [domain for domain in drawn if not has_positive[domain]]
    return {domain: place % folds for side in (rich, poor) for place, domain in enumerate(side)}


@dataclass(frozen=True, kw_only=True)
class CrossValidation:
    """What the trainings of all folds share; `workers` of them run at a time."""

    spool: Spool
    settings: FastTextSettings
    folds: int
    seed: int
    precision: float
    scratch: Path
    workers: int = 1

    def held_out(self) -> list[HeldOut]:
        """For each example of the spool, in its order. Raises `ShardError` where there are too few domains."""
        fold = self._fold_by_example()
        alone = [frozenset({one}) for one in range(self.folds)]
        pairs = [frozenset(pair) for pair in combinations(range(self.folds), 2)]
        self._check(fold, pairs)
        with ThreadPoolExecutor(self.workers) as pool:
            found = list(pool.map(lambda left_out: self._scores(fold, left_out), [*alone, *pairs]))
        scores = dict(zip([*alone, *pairs], found, strict=True))
        thresholds = [self._threshold(fold, scores, one).value for one in range(self.folds)]
        return [HeldOut(one, scores[frozenset({one})][index], thresholds[one]) for index, one in enumerate(fold)]

    def _fold_by_example(self) -> list[int]:
        has_positive: dict[str, bool] = {}
        for example in self.spool.examples:
            domain = example.choice.domain
            has_positive[domain] = has_positive.get(domain, False) or example.choice.is_positive
        dealt = folds_of(has_positive, folds=self.folds)
        return [dealt[example.choice.domain] for example in self.spool.examples]

    def _check(self, fold: Sequence[int], pairs: Iterable[frozenset[int]]) -> None:
        for pair in pairs:
            rest = {e.choice.is_positive for e, one in zip(self.spool.examples, fold, strict=True) if one not in pair}
            if rest != {True, False}:
                raise ShardError(
                    "too few domains for held-out figures: without two of the folds there is nothing left to learn "
                    "from on one side. Add seeds from at least three sites a side, or set folds: 0"
                )

    def _scores(self, fold: Sequence[int], left_out: frozenset[int]) -> dict[int, float]:
        """By the place of the example: scores of those left out, by the model trained on the others."""
        name = "-".join(map(str, sorted(left_out)))
        lines, model = self.scratch / f"without-{name}.txt", self.scratch / f"without-{name}.bin"
        examples = self.spool.examples
        self.spool.write(lines, (e for e, one in zip(examples, fold, strict=True) if one not in left_out))
        train(lines, model, self.settings, seed=self.seed)
        lines.unlink()
        places = [place for place, one in enumerate(fold) if one in left_out]
        scores = score_examples(RecallModel(model), self.spool, [examples[place] for place in places])
        model.unlink()
        return dict(zip(places, scores, strict=True))

    def _threshold(
        self, fold: Sequence[int], scores: Mapping[frozenset[int], Mapping[int, float]], one: int
    ) -> Threshold:
        inner = [
            (self.spool.examples[place].choice.is_positive, scores[frozenset({one, other})][place])
            for place, other in enumerate(fold)
            if other != one
        ]
        labels, values = zip(*inner, strict=True)
        return choose_threshold(labels, values, precision=self.precision)


def score_examples(model: RecallModel, spool: Spool, examples: Sequence[Example]) -> list[float]:
    """A text none of whose words is known scores 0."""
    scores: list[float] = []
    for at in range(0, len(examples), SCORED_AT_ONCE):
        lines = list(spool.lines(examples[at : at + SCORED_AT_ONCE]))
        scores += [score or 0.0 for score in model.scores(lines)]
    return scores
