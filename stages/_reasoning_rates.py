"""The marks of many attempts as rates: how often a word or a move occurs, per response and per thousand tokens."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from stages._distributions import distribution, quantiles_of, ratio
from stages._reasoning import KEYWORDS, MOVES

COUNTS = (*KEYWORDS, *MOVES)
LENGTHS = ("num_words", "longest_repeat")
SHARES = ("repetition", "foreign")


def marks(*, are_given: bool) -> list[pl.Expr]:
    """The columns that `rate_aggregates` reads, out of the struct `trajectory`; null where a row has no marks."""
    if not are_given:
        numbers = [pl.lit(None, pl.Int64).alias(name) for name in (*COUNTS, *LENGTHS, "num_boxes")]
        shares = [pl.lit(None, pl.Float64).alias(name) for name in SHARES]
        return [*numbers, *shares, *(pl.lit(None, pl.Boolean).alias(name) for name in ("has_code", "has_leak"))]
    held = pl.col("trajectory").struct
    fields = [held.field(name) for name in (*COUNTS, *LENGTHS, "num_boxes", *SHARES, "has_code")]
    return [*fields, held.field("leak").is_not_null().alias("has_leak")]


def rate_aggregates() -> list[pl.Expr]:
    """Aggregates of a group, from the columns of `marks` beside `num_tokens`."""
    is_marked, boxes = pl.col("num_words").is_not_null(), pl.col("num_boxes")
    return [
        is_marked.sum().alias("marked"),
        pl.col("num_tokens").filter(is_marked).sum().alias("marked_tokens"),
        *(pl.col(name).sum().alias(f"{name}.times") for name in COUNTS),
        *((pl.col(name) > 0).sum().alias(f"{name}.rows") for name in (*COUNTS, "foreign")),
        *(expr for name in LENGTHS for expr in quantiles_of(name)),
        *(expr for name in SHARES for expr in quantiles_of(name, is_share=True)),
        *((boxes == number).sum().alias(f"boxes.{name}") for name, number in (("none", 0), ("one", 1))),
        (boxes > 1).sum().alias("boxes.several"),
        pl.col("has_code").sum().alias("code"),
        (pl.col("has_leak") & is_marked).sum().alias("leaks"),
    ]


def rates_of(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """`REASONING` of `stages/_statistics.py` out of a group aggregated by `rate_aggregates`."""
    marked, tokens = row["marked"], row["marked_tokens"]
    if not marked:
        return None

    def rates(name: str) -> dict[str, float | None]:
        times = row[f"{name}.times"]
        return {"share": ratio(row[f"{name}.rows"], marked), "per_1k_tokens": ratio(times, tokens, 1000)}

    return {
        "rows": marked,
        "boxes": {name: ratio(row[f"boxes.{name}"], marked) for name in ("none", "one", "several")},
        "coding_rate": ratio(row["code"], marked),
        "foreign": distribution(row, "foreign", is_share=True),
        "foreign_share": ratio(row["foreign.rows"], marked),
        "keywords": {name: rates(name) for name in KEYWORDS},
        "leaks": row["leaks"],
        "longest_repeat": distribution(row, "longest_repeat"),
        "moves": {name: {**rates(name), "per_response": ratio(row[f"{name}.times"], marked)} for name in MOVES},
        "repetition": distribution(row, "repetition", is_share=True),
        "words": distribution(row, "num_words"),
    }
