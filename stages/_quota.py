"""Which few attempts at a problem to take, where it has more than are wanted."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

import numpy as np
import polars as pl
import pyarrow as pa

from pipeline.context import SideInput
from pipeline.stage import REJECT_REASON
from stages._caps import in_line, set_reason
from stages._sketches import BINS, EMPTY, Sketches, farthest_first, sketch

Preference = Literal["shortest", "longest", "first", "random", "diverse"]
TEXTS_AT_ONCE = 256


def within_quota(
    table: pl.DataFrame, attempts: SideInput, *, per_problem: int, prefer: Preference, seed: int
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


def _most_different(line: pl.DataFrame, attempts: SideInput, per_problem: int) -> pl.Series:
    """Which rows of `line` to take: of each problem its first, and then always the one farthest from those taken."""
    sketches = _sketches(line["id"], attempts)
    are_taken = np.zeros(line.height, bool)
    for start, end in _groups(line["problem_id"]):
        are_taken[[start + place for place in farthest_first(sketches[start:end], per_problem)]] = True
    return pl.Series(are_taken)


def _groups(sorted_keys: pl.Series) -> Iterator[tuple[int, int]]:
    starts = sorted_keys.rle_id().search_sorted(np.arange(sorted_keys.n_unique()), side="left").to_list()
    return pairwise([*starts, len(sorted_keys)])


def _sketches(ids: pl.Series, attempts: SideInput) -> Sketches:
    """A sketch of each attempt's whole text, by the places of `ids`; texts are read a few at a time."""
    places = pl.DataFrame({"id": ids, "place": np.arange(len(ids))})
    every = attempts.lazy().select("id").collect(engine="streaming")
    place_of = every.join(places, on="id", how="left", maintain_order="left")["place"].fill_null(-1).to_numpy()
    sketches, read = np.full((len(ids), BINS), EMPTY), 0
    for batch in attempts.batches(["reasoning", "final"], TEXTS_AT_ONCE):
        place = place_of[read : read + batch.num_rows]
        read += batch.num_rows
        wanted = batch.filter(pa.array(place >= 0))
        if wanted.num_rows:
            parts = zip(*(column.to_pylist() for column in wanted.columns), strict=True)
            sketches[place[place >= 0]] = sketch([f"{reasoning or ''}\n{final}" for reasoning, final in parts])
    return sketches
