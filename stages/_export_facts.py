"""What the manifest of an export tells of its rows: sources with their licences and authors."""

from collections.abc import Mapping
from typing import Any

import polars as pl


def sources(views: Mapping[str, pl.LazyFrame]) -> dict[str, Any]:
    """Per source: its licences, authors and who answered, and per view the rows and problems it gave.

    The frames have the columns `source`, `problem_id`, `licence`, `attribution` and `origin`. A problem was sampled if
    `num_attempts`, which `rl_all` has, is not 0.
    """
    table: dict[str, Any] = {}
    for view, rows in views.items():
        for source, facts in _by_source(rows, view).items():
            told = table.setdefault(source, {"licences": [], "attributions": [], "origins": [], "sampled_problems": 0})
            for name in ("licences", "attributions", "origins"):
                told[name] = sorted({*told[name], *facts[name]})
            told["sampled_problems"] += facts["sampled"]
            told.setdefault("views", {})[view] = {"rows": facts["rows"], "problems": facts["problems"]}
    return dict(sorted(table.items()))


def _by_source(rows: pl.LazyFrame, view: str) -> dict[str, Any]:
    sampled = (pl.col("num_attempts") > 0).sum() if view == "rl_all" else pl.lit(0)
    found = rows.group_by("source").agg(
        pl.len().alias("rows"),
        pl.col("problem_id").n_unique().alias("problems"),
        pl.col("licence").fill_null("unknown").unique().alias("licences"),
        pl.col("attribution").drop_nulls().unique().alias("attributions"),
        pl.col("origin").unique().alias("origins"),
        sampled.alias("sampled"),
    )
    return {facts["source"]: facts for facts in found.collect().to_dicts()}
