"""How hard a problem is, in named bands of its pass rate, said in the same words for SFT and RL."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import polars as pl

from pipeline.errors import ConfigError

UNCERTAIN = "uncertain"


@dataclass(frozen=True, kw_only=True)
class Bands:
    """Options of a selection; columns `pass_rate`, `pass_rate_low` and `pass_rate_high` are what they look at.

    bands -- name: [low, high]; a rate belongs to a band from low up to, but not including, high, which 1 includes. A
             band [x, x] is that rate alone and takes it from the others: [0, 0] are problems never solved
    by    -- "estimate": the pass rate decides; "interval": its whole 95 % interval must lie within, and where it lies
             within none the problem is "uncertain"
    only  -- the bands to take, "uncertain" among them if wanted; empty takes all
    """

    bands: dict[str, tuple[float, float]] = field(default_factory=dict)
    by: Literal["estimate", "interval"] = "estimate"
    only: list[str] = field(default_factory=list)

    def band_names(self) -> list[str]:
        return [*self.bands, UNCERTAIN] if self.by == "interval" and self.bands else list(self.bands)

    def check_bands(self) -> None:
        """Raises `ConfigError`."""
        if UNCERTAIN in self.bands:
            raise ConfigError(f"bands: {UNCERTAIN!r} is what interval mode calls the others; choose another name")
        for name, (low, high) in self.bands.items():
            if not 0 <= low <= high <= 1:
                raise ConfigError(f"bands: {name} is [{low:g}, {high:g}]; write [low, high] with 0 <= low <= high <= 1")
            if self.by == "interval" and low == high:
                raise ConfigError(f"bands: {name} is the one rate {low:g}, which holds no interval; use by: estimate")
        _check_apart(self.bands)
        check_names("only", self.only, self.band_names())

    def difficulty(self) -> pl.Expr:
        """The name of the band, null where there is no pass rate or no band holds it."""
        ends = ("pass_rate", "pass_rate") if self.by == "estimate" else ("pass_rate_low", "pass_rate_high")
        points_first = sorted(self.bands.items(), key=lambda item: item[1][0] != item[1][1])
        cases = [pl.when(_within(band, *ends)).then(pl.lit(name)) for name, band in points_first]
        if self.by == "interval" and self.bands:
            cases.append(pl.when(pl.col("pass_rate").is_not_null()).then(pl.lit(UNCERTAIN)))
        return pl.coalesce(*cases, pl.lit(None, dtype=pl.String))

    def is_unwanted(self) -> pl.Expr:
        """Whether `only` leaves the row's `difficulty` out."""
        return ~pl.col("difficulty").is_in(self.only).fill_null(False) if self.only else pl.lit(False)


def check_names(option: str, named: list[str], bands: list[str]) -> None:
    unknown = [name for name in named if name not in bands]
    if unknown:
        raise ConfigError(f"{option} names {unknown[0]!r}, which is no band; bands: {', '.join(bands) or 'none'}")


def _check_apart(bands: dict[str, tuple[float, float]]) -> None:
    for is_point in (True, False):
        line = sorted((band, name) for name, band in bands.items() if (band[0] == band[1]) == is_point)
        for ((_, end), name), ((start, _), other) in pairwise(line):
            if start < end or (is_point and start == end):
                raise ConfigError(f"bands: {name} and {other} overlap at {start:g}; let one begin where the other ends")


def _within(band: tuple[float, float], lower: str, upper: str) -> pl.Expr:
    low, high = band
    if low == high:
        return pl.col(lower) == low
    # Nothing lies above 1, so a band that ends there takes it.
    return (pl.col(lower) >= low) & ((pl.col(upper) < high) | pl.lit(high == 1))
