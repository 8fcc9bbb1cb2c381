"""Mixes by ratio: parts of a data set, each made of sources, in the shares asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from pipeline.context import Context
from pipeline.errors import ConfigError
from pipeline.stage import REJECT_REASON
from stages._caps import check_sources, first_reason
from stages._portions import Measure, amount, first_of


@dataclass(frozen=True, kw_only=True)
class Part:
    """`share` of the mix, from 0 to 1, is to come from these `sources` together."""

    sources: list[str]
    share: float


@dataclass(frozen=True, kw_only=True)
class Mix:
    """Options of a mix.

    parts  -- by name; the shares add up to 1, and what is of no part's sources is `not_in_mix`
    by     -- what shares and total count: "rows", "tokens" of the responses, or "problems"; by problems a cluster of
              near copies is taken whole from a part or not at all
    total  -- how much in all; None: as much as the part allows that is scarcest for its share
    scarce -- a part with less than its share of `total`: "fail", or "allow" it, told as the counter `missing_NAME`
    seed   -- of the line by hash in which the rows of a part stand, of which a mix takes the first: a larger total
              contains the smaller one
    """

    parts: dict[str, Part]
    by: Measure = "rows"
    total: int | None = None
    scarce: Literal["fail", "allow"] = "fail"
    seed: int = 0

    def __post_init__(self) -> None:
        shares = [part.share for part in self.parts.values()]
        if min(shares, default=0) < 0 or abs(sum(shares) - 1) > 1e-6:
            raise ConfigError(f"parts: the shares add up to {sum(shares):g}; they must be 0 or more and add up to 1")
        sources = [source for part in self.parts.values() for source in part.sources]
        twice = sorted({source for source in sources if sources.count(source) > 1})
        if twice:
            raise ConfigError(f"parts: source {twice[0]!r} stands twice; a source belongs to one part")
        if self.total is not None and self.total < 1:
            raise ConfigError(f"total is {self.total}; it must be at least 1, or left out")

    def mixed(self, rows: pl.LazyFrame, thin: pl.DataFrame, ctx: Context) -> pl.LazyFrame:
        """`rows` with reasons; `thin` has the columns `stages._portions.THIN` of the same rows."""
        if self.scarce == "fail":
            check_sources("parts", [source for part in self.parts.values() for source in part.sources], thin["source"])
        given = {name: thin.filter(pl.col("source").is_in(part.sources)) for name, part in self.parts.items()}
        quotas = self._quotas({name: amount(part, self.by) for name, part in given.items()}, ctx)
        taken = pl.concat(first_of(given[name], self.by, quota, self.seed) for name, quota in quotas.items())
        is_mixed = pl.col("id").is_in(pl.concat(part["id"] for part in given.values()).implode())
        cases = {"not_in_mix": ~is_mixed, "over_share": ~pl.col("id").is_in(taken.implode())}
        return rows.with_columns(first_reason(cases).alias(REJECT_REASON))

    def _quotas(self, present: Mapping[str, int], ctx: Context) -> dict[str, float]:
        """How much to take of each part; raises `ConfigError` where one has too little."""
        shares = {name: part.share for name, part in self.parts.items()}
        scarcest = min((name for name in shares if shares[name]), key=lambda name: present[name] / shares[name])
        most = present[scarcest] / shares[scarcest]
        total = self.total or most
        if not total or (total > most + 1e-6 and self.scarce == "fail"):
            raise ConfigError(
                f"{ctx.node}: part {scarcest} has {present[scarcest]:,} {self.by}, enough for {int(most):,} in all; "
                f"lower `total` or leave it out, name more sources, or write `total` and `scarce: allow`"
            )
        quotas = {name: share * total for name, share in shares.items()}
        for name, quota in quotas.items():
            if (missing := int(quota - present[name] + 1e-6)) > 0:
                ctx.count(f"missing_{name}", missing)
        return quotas
