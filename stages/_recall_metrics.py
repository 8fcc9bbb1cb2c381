"""What a trained model's folder says about it, written by `train_recall` and read by whoever uses the model."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import ShardError
from stages._recall_curve import (
    Point,
    average_precision,
    by_domain,
    counts_of,
    curve,
    domain_intervals,
    wilson,
)
from stages._recall_examples import Example
from stages._recall_folds import HeldOut
from stages._recall_text import NORMALISER

FACTS_FILE = "recall.json"
EXAMPLES_FILE = "examples.parquet"
DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class ModelFacts:
    """`threshold` is the lowest that reached `target_precision` on held-out scores; `threshold_is_met` False: none did.

    `held_out` is None where nothing was measured.
    """

    normaliser: int
    fasttext: str
    settings: dict[str, Any]
    seed: int
    target_precision: float
    threshold: float
    threshold_is_met: bool
    megabytes: float
    examples: list[dict[str, Any]]
    num_empty: int
    held_out: dict[str, Any] | None


def read_facts(folder: Path) -> ModelFacts:
    """Raises `ShardError` for a folder without a recall model, or with one that reads other words than we write."""
    try:
        facts = ModelFacts(**json.loads((folder / FACTS_FILE).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ShardError(f"{folder}: holds no recall model ({error}); name a node of train_recall") from error
    if facts.normaliser != NORMALISER:
        raise ShardError(f"{folder}: its model reads texts of version {facts.normaliser}, not {NORMALISER}; train anew")
    return facts


def write_examples(path: Path, examples: Sequence[Example], held_out: Sequence[HeldOut] | None) -> None:
    """What the model learnt from, in the order it did, with what models without its site thought of each."""
    choices = [example.choice for example in examples]
    table = {
        "id": pa.array([choice.id for choice in choices], pa.string()),
        "domain": pa.array([choice.domain for choice in choices], pa.string()),
        "is_positive": pa.array([choice.is_positive for choice in choices], pa.bool_()),
        "origin": pa.array([choice.origin for choice in choices], pa.string()),
    }
    if held_out:
        table["fold"] = pa.array([one.fold for one in held_out], pa.int64())
        table["score"] = pa.array([one.score for one in held_out], pa.float64())
        table["threshold"] = pa.array([one.threshold for one in held_out], pa.float64())
    pq.write_table(pa.table(table), path)


def measured(examples: Sequence[Example], held_out: Sequence[HeldOut]) -> dict[str, Any]:
    """Figures at the thresholds chosen without the fold, and the curve of all held-out scores."""
    return measure(
        [example.choice.domain for example in examples],
        [example.choice.is_positive for example in examples],
        [one.score for one in held_out],
        [one.is_taken for one in held_out],
    )


def measure(
    domains: Sequence[str], labels: Sequence[bool], scores: Sequence[float], taken: Sequence[bool]
) -> dict[str, Any]:
    """Precision, recall, their intervals by document (Wilson) and by domain (bootstrap), curve, counts by domain."""
    total, apart = counts_of(labels, taken), by_domain(domains, labels, taken)
    intervals = domain_intervals(apart)
    has_positive = any(labels)
    return {
        "documents": len(labels),
        "domains": len(apart),
        "counts": asdict(total),
        "precision": _rounded(total.precision),
        "precision_wilson": _pair(wilson(total.true_positive, total.true_positive + total.false_positive)),
        "precision_by_domain": _pair(intervals.precision),
        "recall": _rounded(total.recall),
        "recall_wilson": _pair(wilson(total.true_positive, total.true_positive + total.false_negative)),
        "recall_by_domain": _pair(intervals.recall),
        "average_precision": _rounded(average_precision(labels, scores)) if has_positive else None,
        "curve": [_plain(point) for point in curve(labels, scores)] if has_positive else [],
        "by_domain": {domain: asdict(counts) for domain, counts in apart.items()},
    }


def _plain(point: Point) -> dict[str, float]:
    return {
        "threshold": point.threshold,
        "precision": round(point.precision, DIGITS),
        "recall": round(point.recall, DIGITS),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def _pair(interval: tuple[float, float] | None) -> list[float] | None:
    return None if interval is None else [round(bound, DIGITS) for bound in interval]
