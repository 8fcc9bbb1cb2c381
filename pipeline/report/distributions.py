"""How facets and numbers are distributed over all rows of a node, not over those that are shown."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from pipeline.report.steps import Step, column_of, label_of
from pipeline.schema import Shown

VALUES = 30  # of a facet; the others are counted together
LONGEST = 200  # characters of a value: what came from pages may be of any length
GROUPS = 6  # a histogram is told apart by so many values of a facet
BINS = 40
LOPSIDED = 8  # times the median
PER_DECADE = 10
UPPER = 0.995  # what is above this quantile goes into the last bin
OTHERS = "(others)"
NONE = "(none)"


def facet_counts(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Per node and facet: the most frequent values with the numbers of their rows."""
    return [table for step in steps for facet in step.shown.facets for table in _facet(step, facet)]


def _facet(step: Step, facet: str) -> Iterator[dict[str, Any]]:
    counts: dict[str, int] = {}
    for frame in step.scans("data"):
        value = _value(facet).fill_null(NONE).alias("value")
        for name, count in frame.select(value).group_by("value").len().collect(engine="streaming").iter_rows():
            counts[name] = counts.get(name, 0) + count
    if not counts.keys() - {NONE}:
        return
    listed = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    yield {
        "node": step.node,
        "facet": label_of(facet),
        "values": listed[:VALUES],
        "others": [len(listed[VALUES:]), sum(count for _, count in listed[VALUES:])],
    }


def histograms(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Per node and number: a histogram, told apart by each facet of the row, its own or of the nodes it goes to."""
    return [one for step in steps for number in step.shown.numbers for one in _histogram(step, number, steps)]


def _histogram(step: Step, number: str, steps: Sequence[Step]) -> Iterator[dict[str, Any]]:
    table = _numbers(step, number, steps)
    if table.is_empty() or table["_value"].n_unique() == 1:
        return
    values = table["_value"].to_numpy()
    edges = _edges(values)
    bins = table.with_columns(
        _bin=pl.Series(np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2))
    )
    yield {
        "node": step.node,
        "number": label_of(number),
        "edges": edges.tolist(),
        "is_open": bool(values.max() > edges[-1]),
        "all": _group(bins, len(edges) - 1),
        "by": {facet: _told_apart(bins, facet, len(edges) - 1) for facet in table.columns if facet != "_value"},
    }


def _numbers(step: Step, number: str, steps: Sequence[Step]) -> pl.DataFrame:
    """`_value` and the facets by their labels; rows without the number are left out."""
    frames = list(step.scans("data"))
    if not frames:
        return pl.DataFrame()
    own = _named(step.shown)
    value = column_of(number).cast(pl.Float64).alias("_value")
    table = pl.concat([frame.select("id", value, *own.values()) for frame in frames]).filter(
        pl.col("_value").is_finite()
    )
    known = set(own)
    for other in _of_same_rows(step, steps):
        more = {label: column for label, column in _named(other.shown).items() if label not in known}
        parts = [frame.select("id", *more.values()) for frame in other.scans("data")]
        if more and parts:
            known |= more.keys()
            table = table.join(pl.concat(parts).unique("id", keep="any"), on="id", how="left")
    return table.drop("id").collect(engine="streaming")


def _named(shown: Shown) -> dict[str, pl.Expr]:
    return {label_of(path): _value(path).alias(label_of(path)) for path in shown.facets}


def _value(facet: str) -> pl.Expr:
    return column_of(facet).cast(pl.String).str.slice(0, LONGEST)


def _of_same_rows(step: Step, steps: Sequence[Step]) -> Iterator[Step]:
    """The nodes that take these rows and say something else of them under the same ids: a verdict on an attempt."""
    record = type(step.stage).row_out
    for other in steps:
        given = type(other.stage).row_out
        if step.node in other.needs and given and given is not record and _share_ids(step, other):
            yield other


def _share_ids(one: Step, other: Step) -> bool:
    """Whether the first rows of the one lie in the other: a stage may also make new ids."""
    first, scans = next(one.scans("data"), None), list(other.scans("data"))
    if first is None or not scans:
        return False
    some = first.select("id").head(100)
    return not some.join(pl.concat(scans).select("id"), on="id", how="semi").collect(engine="streaming").is_empty()


def _edges(values: Any) -> Any:
    """At most about `BINS` bins whose edges read well: of equal widths, or of equal ratios where few are far larger."""
    low, high = float(values.min()), float(np.quantile(values, UPPER))
    if low >= 0 and float(values.max()) <= 1:
        return np.linspace(0, 1, 21)
    if low >= 1 and high > LOPSIDED * float(np.median(values)):
        first, last = math.floor(PER_DECADE * math.log10(low)), math.ceil(PER_DECADE * math.log10(high))
        return np.unique([float(f"{10 ** (place / PER_DECADE):.2g}") for place in range(first, last + 1)])
    step = _pleasant((high - low) / BINS) if high > low else 1.0
    if (values == np.floor(values)).all():
        step = max(1.0, step)
    begin = math.floor(low / step) * step
    return begin + step * np.arange(max(1, math.floor((high - begin) / step) + 1) + 1)


def _pleasant(width: float) -> float:
    """The next number at or above that is 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(width))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= width * (1 - 1e-9))


def _told_apart(bins: pl.DataFrame, facet: str, num_bins: int) -> list[dict[str, Any]]:
    """One group for each of the most frequent values, and one for the others."""
    named = bins.with_columns(pl.col(facet).fill_null(NONE))
    frequent = named[facet].value_counts(sort=True).sort("count", facet, descending=[True, False])[facet].to_list()
    kept = frequent if len(frequent) <= GROUPS else frequent[: GROUPS - 1]
    groups = [{"value": value, **_group(named.filter(pl.col(facet) == value), num_bins)} for value in kept]
    if len(kept) < len(frequent):
        groups.append({"value": OTHERS, **_group(named.filter(~pl.col(facet).is_in(kept)), num_bins)})
    return groups


def _group(bins: pl.DataFrame, num_bins: int) -> Mapping[str, Any]:
    values = bins["_value"].to_numpy()
    counts = np.bincount(bins["_bin"].to_numpy(), minlength=num_bins)
    median, high = np.quantile(values, [0.5, 0.9])
    told = {"mean": values.mean(), "median": median, "p90": high, "most": values.max()}
    return {
        "rows": len(values),
        **{name: float(f"{number:.6g}") for name, number in told.items()},
        "counts": counts.tolist(),
    }
