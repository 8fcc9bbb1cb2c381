"""Reasons against rows in a fixed order, and caps whose choice depends on ids alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from pipeline.errors import ConfigError
from pipeline.stage import REJECT_REASON
from stages._difficulty import Bands, check_names
from stages._draw import unit_interval

Cap = int | dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Caps(Bands):
    """Options of a selection that bound how much of it is of one kind, first by difficulty and then by source.

    per_difficulty -- at most so many rows of each band, or of those named: {hard: 1000}
    per_source     -- likewise of each source
    seed           -- of the line by hash in which the rows of a band or source stand; a cap keeps the first ones, so a
                      larger cap contains the smaller one
    """

    per_difficulty: Cap = field(default_factory=dict)
    per_source: Cap = field(default_factory=dict)
    seed: int = 0

    def check_caps(self) -> None:
        """Raises `ConfigError`."""
        for option, cap in (("per_difficulty", self.per_difficulty), ("per_source", self.per_source)):
            for number in cap.values() if isinstance(cap, Mapping) else [cap]:
                if number < 0:
                    raise ConfigError(f"{option} is {number}; a cap is a number of rows, 0 or more")
        if isinstance(self.per_difficulty, Mapping):
            check_names("per_difficulty", list(self.per_difficulty), self.band_names())
        elif not self.bands:
            raise ConfigError("per_difficulty without bands: say which with `bands`")

    def capped(self, table: pl.DataFrame) -> pl.DataFrame:
        """Sets the reason of what is over a cap, among rows of columns `id, source, difficulty, _reject_reason`.

        Raises `ConfigError` where a source that is named stands in none of the rows.
        """
        if isinstance(self.per_source, Mapping):
            check_sources("per_source", list(self.per_source), table["source"])
        table = _within_cap(table, "difficulty", self.per_difficulty, "over_difficulty", self.seed)
        return _within_cap(table, "source", self.per_source, "over_source", self.seed)


def check_sources(option: str, named: Sequence[str], present: pl.Series) -> None:
    sources = set(present.unique())
    absent = sorted(set(named) - sources)
    if absent:
        there = ", ".join(sorted(sources)[:20]) or "none, for there are no rows"
        raise ConfigError(f"{option} names source {absent[0]!r}, of which there is no row; sources here: {there}")


def first_reason(cases: Mapping[str, pl.Expr]) -> pl.Expr:
    """The name of the first case that holds, null where none does."""
    named = [pl.when(case).then(pl.lit(reason)) for reason, case in cases.items()]
    return pl.coalesce(*named, pl.lit(None, dtype=pl.String))


def set_reason(table: pl.DataFrame, rows: pl.Series, reason: str) -> pl.DataFrame:
    """The reason of the rows at these places."""
    are_meant = np.zeros(table.height, bool)
    are_meant[rows.to_numpy()] = True
    named = pl.when(pl.lit(pl.Series(are_meant))).then(pl.lit(reason)).otherwise(pl.col(REJECT_REASON))
    return table.with_columns(named.alias(REJECT_REASON))


def in_line(ids: pl.Series, seed: int) -> pl.Series:
    """A number in [0, 1) of each id, which orders them."""
    return pl.Series("draw", [unit_interval(str(seed), row_id) for row_id in ids], dtype=pl.Float64)


def _within_cap(table: pl.DataFrame, column: str, cap: Cap, reason: str, seed: int) -> pl.DataFrame:
    if cap == {}:
        return table
    kept = table.select("id", column, REJECT_REASON).with_row_index("row").filter(pl.col(REJECT_REASON).is_null())
    bounded = kept.filter(pl.col(column).is_in(list(cap)) if isinstance(cap, Mapping) else pl.col(column).is_not_null())
    limit = pl.col(column).replace_strict(cap, return_dtype=pl.Int64) if isinstance(cap, Mapping) else pl.lit(cap)
    line = bounded.with_columns(in_line(bounded["id"], seed)).sort("draw", "id")
    over = line.filter(pl.int_range(pl.len()).over(column) >= limit)
    return set_reason(table, over["row"], reason)
