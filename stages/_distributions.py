"""Distributions as a few plain numbers that equal content gives again: exact sums, quantiles that are values of it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

QUANTILES = {"p5": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
DIGITS = 6
# Shares are summed as whole numbers of millionths, so that the order of the rows cannot show in the last digit.
SHARE_UNITS = 10**DIGITS
# Four bins an octave, the same for every data set, so that those of two versions can be laid over one another.
EDGES = np.unique(np.concatenate([[0], np.rint(2.0 ** (np.arange(161) / 4)).astype(np.int64)]))
RATE_EDGES = [round(0.1 * step, 1) for step in range(11)]


def ratio(part: float, whole: float, scale: float = 1) -> float | None:
    """`scale * part / whole`, None where there is nothing to divide by."""
    return round(scale * part / whole, DIGITS) if whole else None


def counts(rows: pl.LazyFrame, column: str) -> dict[str, int]:
    """How often each value stands there, in the order of values."""
    return dict(rows.group_by(column).len().sort(column).collect().iter_rows())


def quantiles_of(column: str, *, is_share: bool = False) -> list[pl.Expr]:
    """What `distribution` reads: sum, count, quantiles and maximum of a column, under names made of its own.

    `is_share`: the column holds shares from 0 to 1, which are counted in millionths.
    """
    value = pl.col(column)
    if is_share:
        value = (value * SHARE_UNITS).round().cast(pl.Int64)
    return [
        value.sum().alias(f"{column}.sum"),
        value.count().alias(f"{column}.count"),
        value.max().alias(f"{column}.max"),
        *(value.quantile(share, "nearest").alias(f"{column}.{name}") for name, share in QUANTILES.items()),
    ]


def distribution(row: Mapping[str, Any], column: str, *, is_share: bool = False) -> dict[str, float | None]:
    """`mean`, `p5` to `p95` and `max` out of a row aggregated by `quantiles_of`; all None of no values."""
    unit = SHARE_UNITS if is_share else 1
    found: dict[str, float | None] = {"mean": ratio(row[f"{column}.sum"], row[f"{column}.count"] * unit)}
    for name in (*QUANTILES, "max"):
        value = row[f"{column}.{name}"]
        found[name] = None if value is None else round(value / unit, DIGITS) if is_share else int(value)
    return found


def bins_of(values: pl.Series) -> tuple[NDArray[np.int64], list[int]]:
    """The bin of each value, counted from the lowest that is filled, and the edges of those to the highest."""
    if not len(values):
        return np.empty(0, np.int64), [0, 1]
    places = np.searchsorted(EDGES, values.to_numpy(), side="right") - 1
    low, high = int(places.min()), int(places.max())
    return places - low, [int(edge) for edge in EDGES[low : high + 2]]


def histogram(values: pl.Series) -> dict[str, Any]:
    """`edges` and the `counts` between them: `edges[i] <= value < edges[i + 1]`."""
    bins, edges = bins_of(values)
    return {"edges": edges, "counts": np.bincount(bins, minlength=len(edges) - 1).tolist()}


def rate_histogram(rates: pl.Series) -> dict[str, Any]:
    """Rates of 0 as `never`, of 1 as `always`, null as `unsampled`, and those between in tenths, closed below."""
    inner = rates.filter((rates > 0) & (rates < 1))
    # 3 of 10 is no less than 0.3, whatever the last bit of the quotient says.
    tenths = np.minimum((inner.to_numpy() * 10 + 1e-9).astype(np.int64), 9)
    return {
        "never": int((rates == 0).sum()),
        "always": int((rates == 1).sum()),
        "unsampled": rates.null_count(),
        "edges": RATE_EDGES,
        "counts": np.bincount(tenths, minlength=10).tolist(),
    }
