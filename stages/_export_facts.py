"""What the manifest of an export tells of its rows: sources with their licences and authors."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

MAX_CREDITS = 20  # that a manifest names of a source: of threads each row has its own


def sources(views: Mapping[str, pl.LazyFrame]) -> dict[str, Any]:
    """Per source: its licences, authors and who answered, and per view the rows and problems it gave.

    `attributions` are the first `MAX_CREDITS` in order, of `num_attributions`; the rows have them all. The frames have
    the columns `source`, `problem_id`, `licence`, `attribution` and `origin`. A problem was sampled if `num_attempts`,
    which `rl_all` has, is not 0.
    """
    table: dict[str, Any] = {}
    credits = _credits(list(views.values()))
    for view, rows in views.items():
        for source, facts in _by_source(rows, view).items():
            told = table.setdefault(source, {"licences": [], **credits[source], "origins": [], "sampled_problems": 0})
            for name in ("licences", "origins"):
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
        pl.col("origin").unique().alias("origins"),
        sampled.alias("sampled"),
    )
    return {facts["source"]: facts for facts in found.collect().to_dicts()}


def _credits(views: Sequence[pl.LazyFrame]) -> dict[str, Any]:
    named = pl.concat([rows.select("source", "attribution") for rows in views]).unique().group_by("source")
    authors = pl.col("attribution").drop_nulls()
    found = named.agg(authors.len().alias("num_attributions"), authors.sort().head(MAX_CREDITS).alias("attributions"))
    return {facts.pop("source"): facts for facts in found.collect().to_dicts()}
