"""Which problems belong together, and the split each of them falls into."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from stages._draw import unit_interval
from stages._forest import Forest


def cluster_or_key() -> pl.Expr:
    """`cluster`, and of a question without near copies its own `content_key`."""
    return pl.coalesce("cluster", "content_key").alias("cluster")


def drawn_splits(problems: pl.DataFrame, validation_share: float) -> pl.Series:
    """The split of each row of `cluster, content_key`; near copies, parts of one and equal questions share theirs."""
    draws = [unit_interval("validation", key) for key in _joined_clusters(problems)]
    names = ["validation" if draw < validation_share else "train" for draw in draws]
    return pl.Series("split", names, dtype=pl.String)


def _joined_clusters(problems: pl.DataFrame) -> Sequence[str]:
    """Of each row the smallest name among the clusters that questions lead to from its own."""
    rows, forest = np.arange(problems.height), Forest(problems.height)
    for column in ("cluster", "content_key"):
        forest.join_equal(rows, problems[column].rank("dense").to_numpy())
    named = problems.select("cluster", root=pl.Series(forest.roots(rows)))
    return named.select(pl.col("cluster").min().over("root")).to_series().to_list()
