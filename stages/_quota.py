"""Which few attempts at a problem to take, where it has more than are wanted."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

import numpy as np
import polars as pl

from pipeline.stage import REJECT_REASON
from stages._caps import in_line, set_reason
from stages._sketches import BINS, EMPTY, Sketches, farthest_first, sketch

Preference = Literal["shortest", "longest", "first", "random", "diverse"]
TEXTS_AT_ONCE = 2_000


def within_quota(
    table: pl.DataFrame, attempts: pl.LazyFrame, *, per_problem: int, prefer: Preference, seed: int
) -> pl.DataFrame:
    """Sets `over_quota` on what is not among the preferred `per_problem` rows of its problem that have no reason yet.

    `table` has `id, problem_id, num_tokens, sample, _reject_reason`; the texts of `attempts` are read for "diverse"
    alone, and only of problems with more rows than are wanted. `id` breaks ties.
    """
    names = ["id", "problem_id", "num_tokens", "sample"]
    kept = table.with_row_index("row").filter(pl.col(REJECT_REASON).is_null()).select("row", *names)
    crowded = kept.filter(pl.len().over("problem_id") > per_problem)
    line = crowded.with_columns(_key(crowded, prefer, seed)).sort("problem_id", "key", "id")
    if prefer == "diverse":
        return set_reason(table, line.filter(~_most_different(line, attempts, per_problem))["row"], "over_quota")
    over = line.filter(pl.int_range(pl.len()).over("problem_id") >= per_problem)
    return set_reason(table, over["row"], "over_quota")


def _key(rows: pl.DataFrame, prefer: Preference, seed: int) -> pl.Series:
    if prefer == "random":
        return in_line(rows["id"], seed).alias("key")
    if prefer == "first":
        return rows["sample"].alias("key")
    return (-rows["num_tokens"] if prefer == "longest" else rows["num_tokens"]).alias("key")


def _most_different(line: pl.DataFrame, attempts: pl.LazyFrame, per_problem: int) -> pl.Series:
    """Which rows of `line` to take: of each problem its first, and then always the one farthest from those taken."""
    sketches = _sketches(line["id"], attempts)
    are_taken = np.zeros(line.height, bool)
    for start, end in _groups(line["problem_id"]):
        are_taken[[start + place for place in farthest_first(sketches[start:end], per_problem)]] = True
    return pl.Series(are_taken)


def _groups(sorted_keys: pl.Series) -> Iterator[tuple[int, int]]:
    starts = sorted_keys.rle_id().search_sorted(np.arange(sorted_keys.n_unique()), side="left").to_list()
    return pairwise([*starts, len(sorted_keys)])


def _sketches(ids: pl.Series, attempts: pl.LazyFrame) -> Sketches:
    """A sketch of each attempt's whole text, by the places of `ids`; texts are read a few thousand at a time."""
    places = pl.LazyFrame({"id": ids, "place": np.arange(len(ids))})
    text = pl.concat_str(pl.col("reasoning").fill_null(""), "final", separator="\n").alias("text")
    found = attempts.select("id", text).join(places, on="id", how="inner").select("place", "text")
    sketches = np.full((len(ids), BINS), EMPTY)
    for part in found.collect_batches(chunk_size=TEXTS_AT_ONCE, maintain_order=False):
        for few in part.iter_slices(TEXTS_AT_ONCE):
            sketches[few["place"].to_numpy()] = sketch(few["text"].to_list())
    return sketches
