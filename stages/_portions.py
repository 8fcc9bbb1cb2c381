"""The first so many rows of a line whose order is a hash of ids: more of it contains less of it."""

import math
from typing import Literal

import polars as pl

from pipeline.errors import ConfigError
from stages._caps import in_line

Measure = Literal["rows", "tokens", "problems"]
THIN = ["id", "problem_id", "source", "cluster", "num_tokens"]


def amount(rows: pl.DataFrame, by: Measure) -> int:
    """How much the rows are of what `by` counts."""
    if by == "rows":
        return rows.height
    return int(rows["num_tokens"].sum()) if by == "tokens" else rows["problem_id"].n_unique()


def first_of(rows: pl.DataFrame, by: Measure, quota: float, seed: int) -> pl.Series:
    """The ids of the first rows in line that together are no more than `quota`.

    By "problems" the line is one of clusters, each of them taken whole with all rows of its problems.
    """
    key, size = ("cluster", pl.col("problem_id").n_unique()) if by == "problems" else ("id", pl.len())
    if by == "tokens":
        size = pl.col("num_tokens").sum()
    units = rows.group_by(key).agg(size.cast(pl.Int64).alias("size"))
    line = units.with_columns(in_line(units[key], seed)).sort("draw", key)
    # A share of a sum may come out a little below the whole number it stands for.
    taken = line.filter(pl.col("size").cum_sum() <= math.floor(quota + 1e-6))
    return rows.join(taken, on=key, how="semi")["id"]


def thin_prompts(rows: pl.LazyFrame, by: Measure) -> pl.DataFrame:
    """RL rows as `THIN`; raises `ConfigError` where tokens are asked for."""
    if by == "tokens":
        raise ConfigError("prompts have no tokens of a response; write by: rows or by: problems")
    origin = pl.col("provenance").struct
    names = ("problem_id", "source", "cluster")
    thin = rows.select("id", *(origin.field(name) for name in names), pl.lit(0).alias("num_tokens"))
    return thin.collect(engine="streaming")
