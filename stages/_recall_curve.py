"""Precision and recall of a classifier's scores: thresholds, curves, intervals. A score at the threshold is in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stages._stopping import wilson as score_interval

RESAMPLES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Documents by what they are and what they were taken for."""

    true_positive: int = 0
    false_positive: int = 0
    false_negative: int = 0
    true_negative: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            true_positive=self.true_positive + other.true_positive,
            false_positive=self.false_positive + other.false_positive,
            false_negative=self.false_negative + other.false_negative,
            true_negative=self.true_negative + other.true_negative,
        )

    @property
    def precision(self) -> float | None:
        """None where nothing was taken for positive."""
        return _share(self.true_positive, self.true_positive + self.false_positive)

    @property
    def recall(self) -> float | None:
        """None where nothing is positive."""
        return _share(self.true_positive, self.true_positive + self.false_negative)


def counts_of(labels: Sequence[bool], taken: Sequence[bool]) -> Counts:
    pairs = list(zip(labels, taken, strict=True))
    return Counts(
        true_positive=pairs.count((True, True)),
        false_positive=pairs.count((False, True)),
        false_negative=pairs.count((True, False)),
        true_negative=pairs.count((False, False)),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Point:
    """What a threshold gives."""

    threshold: float
    precision: float
    recall: float


def points(labels: Sequence[bool], scores: Sequence[float]) -> list[Point]:
    """One for each distinct score, highest first. Raises `ValueError` where no document is positive."""
    truth, values = np.asarray(labels, dtype=bool), np.asarray(scores, dtype=np.float64)
    if not truth.any():
        raise ValueError("precision and recall need at least one positive document")
    order = np.argsort(-values, kind="stable")
    truth, values = truth[order], values[order]
    last = np.flatnonzero(np.append(values[1:] != values[:-1], True))
    hits = np.cumsum(truth)[last]
    precision, recall = hits / (last + 1), hits / truth.sum()
    return [Point(*map(float, row)) for row in zip(values[last], precision, recall, strict=True)]


@dataclass(frozen=True, slots=True)
class Threshold:
    """`is_met`: the wanted precision is reached at `value`; else `value` has the best there is."""

    value: float
    is_met: bool


def choose_threshold(labels: Sequence[bool], scores: Sequence[float], *, precision: float) -> Threshold:
    """The lowest threshold with at least that precision, and so the one with the most recall."""
    found = points(labels, scores)
    good = [point for point in found if point.precision >= precision]
    if good:
        return Threshold(good[-1].threshold, True)
    return Threshold(max(found, key=lambda point: (point.precision, point.recall)).threshold, False)


def average_precision(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """The mean of the precision over recall, as steps (the area under the curve without interpolation)."""
    area, before = 0.0, 0.0
    for point in points(labels, scores):
        area += (point.recall - before) * point.precision
        before = point.recall
    return area


def curve(labels: Sequence[bool], scores: Sequence[float], *, steps: int = 100) -> list[Point]:
    """For each recall of 1/steps, 2/steps ... 1 the highest threshold that reaches it; each point once."""
    kept: list[Point] = []
    found, at = points(labels, scores), 0
    for step in range(1, steps + 1):
        while found[at].recall < step / steps - 1e-12:
            at += 1
        if not kept or kept[-1] is not found[at]:
            kept.append(found[at])
    return kept


def wilson(hits: int, total: int) -> tuple[float, float] | None:
    """The 95 % Wilson interval of a share; None of nothing."""
    return score_interval(total, hits) if total else None


def by_domain(domains: Sequence[str], labels: Sequence[bool], taken: Sequence[bool]) -> dict[str, Counts]:
    """Counts by domain, in the order of their names."""
    found: dict[str, Counts] = {}
    for domain, label, is_taken in zip(domains, labels, taken, strict=True):
        found[domain] = found.get(domain, Counts()) + counts_of([label], [is_taken])
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Intervals:
    """95 % intervals; None where a draw of domains left nothing to divide by too often to say."""

    precision: tuple[float, float] | None
    recall: tuple[float, float] | None


def domain_intervals(found: Mapping[str, Counts], *, seed: int = 0) -> Intervals:
    """By drawing whole domains with replacement: pages of one site are alike, so a page is no independent draw."""
    table = np.array([[c.true_positive, c.false_positive, c.false_negative] for c in found.values()], dtype=np.int64)
    generator = np.random.Generator(np.random.PCG64(seed))
    # One draw at a time: all of them at once take gigabytes where there are a hundred thousand domains.
    sums = np.array([table[generator.integers(len(table), size=len(table))].sum(axis=0) for _ in range(RESAMPLES)])
    return Intervals(_interval(sums[:, 0], sums[:, 0] + sums[:, 1]), _interval(sums[:, 0], sums[:, 0] + sums[:, 2]))


def _interval(part: NDArray[np.int64], whole: NDArray[np.int64]) -> tuple[float, float] | None:
    if np.count_nonzero(whole) < len(whole) * 0.95:
        return None
    low, high = np.quantile(part[whole > 0] / whole[whole > 0], [0.025, 0.975])
    return float(low), float(high)
