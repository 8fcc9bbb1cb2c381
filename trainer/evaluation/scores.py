"""From verdicts to scores: pure functions. All shares are 0..1; None stands where nothing was there to count.

Undecided answers count for nothing and are told apart. Intervals are at 95 percent and clustered by question: several
answers to one question are not several questions.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean
from typing import Any

import numpy as np

Z = NormalDist().inv_cdf(0.975)
OUTCOMES: Mapping[str, bool | None] = {"correct": True, "incorrect": False, "undecided": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One graded answer. `correct` is None where the verifier could not decide.

    group     -- answers of one question that are equal have one number; None: no answer
    keywords  -- how often each stands in the text
    """

    question: str
    correct: bool | None
    group: int | None
    tokens: int
    finish: str
    keywords: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Interval:
    mean: float
    low: float
    high: float


def accuracy(by_question: Sequence[Sequence[bool]]) -> Interval | None:
    """avg@k: the mean over questions of the share of right answers, with Wilson's interval.

    Its number of trials is the effective one, p(1 - p) / Var(mean), with the variance taken between questions (Kish's
    design effect; Korn and Graubard 1998 do the same with another interval). It lies between the number of questions
    and that of answers.
    """
    scored = [answers for answers in by_question if answers]
    if not scored:
        return None
    means, n = np.array([fmean(answers) for answers in scored]), len(scored)
    p = float(means.mean())
    variance = float(means.var(ddof=1)) / n if n > 1 else 0.0
    trials = p * (1 - p) / variance if variance else n
    trials = min(max(trials, n), sum(map(len, scored)))
    centre = (p + Z * Z / (2 * trials)) / (1 + Z * Z / trials)
    half = Z / (1 + Z * Z / trials) * math.sqrt(p * (1 - p) / trials + Z * Z / (4 * trials * trials))
    return Interval(p, max(0.0, centre - half), min(1.0, centre + half))


def difference(ours: Mapping[str, float], theirs: Mapping[str, float]) -> Interval | None:
    """Mean difference over the questions both were asked, by the adjusted Wald interval for pairs.

    Half a question is added to each of the four outcomes of a pair (Agresti and Min 2005), so that a few questions
    without a difference do not give an interval of no width. The mean is the plain one.
    """
    both = sorted(ours.keys() & theirs.keys())
    if not both:
        return None
    deltas = np.array([ours[name] - theirs[name] for name in both])
    n = len(both) + 2
    centre = float(deltas.sum()) / n
    half = Z * math.sqrt(max(0.0, (float((deltas**2).sum()) + 1) / n - centre**2) / n)
    return Interval(float(deltas.mean()), max(-1.0, centre - half), min(1.0, centre + half))


def pass_at(k: int, *, total: int, right: int) -> float:
    """The unbiased estimate that one of `k` answers is right, where `right` of `total` are (Chen and others 2021)."""
    return 1.0 - math.comb(total - right, k) / math.comb(total, k)


def majority_at(k: int, votes: Sequence[int | None], right: set[int]) -> float:
    """How often the commonest of `k` answers is right, over all choices of `k` from `votes`; ties are split evenly.

    votes -- the group of each answer; None does not vote. Exact: ways are counted group by group, not drawn.
    """
    silent = sum(vote is None for vote in votes)
    sizes = Counter(vote for vote in votes if vote is not None)
    won = 0.0
    for group in right & sizes.keys():
        others = [size for other, size in sizes.items() if other != group]
        for most in range(1, min(k, sizes[group]) + 1):
            ways = _ways(k - most, others, silent, most)
            won += math.comb(sizes[group], most) * sum(count / (ties + 1) for ties, count in ways.items())
    return won / math.comb(len(votes), k)


def _ways(picks: int, sizes: Iterable[int], silent: int, most: int) -> Counter[int]:
    """Choices of `picks` answers of which no group has more than `most`, by how many groups have just as many."""
    ways: Counter[tuple[int, int]] = Counter({(0, 0): 1})
    for size in sizes:
        longer: Counter[tuple[int, int]] = Counter()
        for (picked, ties), count in ways.items():
            for more in range(min(most, size, picks - picked) + 1):
                longer[picked + more, ties + (more == most)] += count * math.comb(size, more)
        ways = longer
    total: Counter[int] = Counter()
    for (picked, ties), count in ways.items():
        total[ties] += count * math.comb(silent, picks - picked)
    return total


def ladder(samples: int) -> list[int]:
    """1, 2, 4, ... and `samples` itself."""
    return sorted({*(2**power for power in range(samples.bit_length())), samples})


def score(samples: Sequence[Sample]) -> dict[str, Any]:
    """Everything told of a set, or of a part of it."""
    questions: dict[str, list[Sample]] = {}
    for sample in samples:
        questions.setdefault(sample.question, []).append(sample)
    decided = [[one for one in group if one.correct is not None] for group in questions.values()]
    found = accuracy([[bool(one.correct) for one in group] for group in decided])
    return {
        "questions": len(questions),
        "samples": len(samples),
        "accuracy": found.mean if found else None,
        "low": found.low if found else None,
        "high": found.high if found else None,
        **_curves(decided, most=max(map(len, questions.values()), default=0)),
        "undecided": _share(one.correct is None for one in samples),
        "no_answer": _share(one.group is None for one in samples),
        "truncated": _share(one.finish == "length" for one in samples),
        "looping": _share(one.finish == "loop" for one in samples),
        "prompt_too_long": _share(one.finish == "prompt_too_long" for one in samples),
        "length": _lengths(samples),
        "keywords": _keywords(samples),
    }


def _curves(decided: Sequence[Sequence[Sample]], *, most: int) -> dict[str, dict[str, float]]:
    """pass@k and maj@k, over the questions that have `k` decided answers."""
    curves: dict[str, dict[str, float]] = {"pass": {}, "majority": {}}
    for k in ladder(most):
        if able := [group for group in decided if len(group) >= k > 0]:
            curves["pass"][str(k)] = fmean(pass_at(k, total=len(one), right=_right(one)) for one in able)
            curves["majority"][str(k)] = fmean(
                majority_at(k, [a.group for a in one], {a.group for a in one if a.correct and a.group is not None})
                for one in able
            )
    return curves


def _right(samples: Sequence[Sample]) -> int:
    return sum(one.correct is True for one in samples)


def _share(flags: Iterable[bool]) -> float | None:
    counted = list(flags)
    return fmean(counted) if counted else None


def _lengths(samples: Sequence[Sample]) -> dict[str, float | None]:
    tokens = [one.tokens for one in samples]
    by_outcome = {
        name: [one.tokens for one in samples if one.correct is is_right] for name, is_right in OUTCOMES.items()
    }
    return {
        "mean": fmean(tokens) if tokens else None,
        "p50": float(np.percentile(tokens, 50)) if tokens else None,
        "p95": float(np.percentile(tokens, 95)) if tokens else None,
        **{name: fmean(held) if held else None for name, held in by_outcome.items()},
    }


def _keywords(samples: Sequence[Sample]) -> dict[str, dict[str, float]]:
    """By word, the share of answers that hold it and how often it stands in one on average."""
    names = samples[0].keywords if samples else ()
    counts = {name: [one.keywords[name] for one in samples] for name in names}
    return {name: {"share": fmean(map(bool, held)), "per_response": fmean(held)} for name, held in counts.items()}
