"""What a view of a data set holds, as plain JSON: for its manifest, its card, its report and the `diff` of versions.

Equal content gives equal JSON: keys and groups come in one order, sums are exact, means are rounded to six digits, and
the edges of histograms are cut from one grid (`stages/_distributions.py`). A distribution is `{"mean", "p5", "p25",
"p50", "p75", "p95", "max"}`; of no values all seven are null. Lengths are tokens of the teacher unless said otherwise.

`sft_statistics`:

    {"rows": 3, "problems": 2, "tokens": 900,
     "attempts_per_problem": DISTRIBUTION,
     "length_edges": [256, 304, 362],                     # of each `length_counts`: edges[i] <= length < edges[i + 1]
     "groups": [{"teacher": null, "outcome": null,        # null: all; then each teacher, each outcome, each of both
                 "rows": 3, "problems": 2, "tokens": 900,
                 "length": DISTRIBUTION, "length_counts": [2, 1],
                 "reasoning": REASONING}],                # null where no row of the group carries marks
     "finish_reasons": {"stop": 3},
     "sources": {"gsm8k": {"rows": 3, "problems": 2, "tokens": 900}},
     "difficulty": {"easy": {"rows": 3, "problems": 2}},  # "none": no band was set
     "pass_rates": {"rows": RATES, "problems": RATES}}    # `problems`: each problem once for each teacher

    RATES = {"never": 0, "always": 1, "unsampled": 0, "edges": [0.0, 0.1, ..., 1.0], "counts": [0, ...]}
            # 0, 1 and null stand apart; `counts` are those strictly between, so the four add up to all

    REASONING = {"rows": 3,                               # rows with marks; everything below is of them
                 "keywords": {"wait": {"share": 0.4, "per_1k_tokens": 1.2}, ...},     # share of responses that hold it
                 "moves": {"branching": {"share": 0.4, "per_response": 1.0, "per_1k_tokens": 3.3}, ...},
                 "words": DISTRIBUTION, "repetition": DISTRIBUTION, "longest_repeat": DISTRIBUTION,
                 "foreign": DISTRIBUTION, "foreign_share": 0.1,          # share of responses with any foreign letter
                 "boxes": {"none": 0.0, "one": 0.9, "several": 0.1},     # shares
                 "coding_rate": 0.0, "leaks": 0}                         # share; number of responses

`rl_statistics`:

    {"rows": 2, "sampled": 2, "splits": {"train": 2},
     "sources": {"gsm8k": {"rows": 2, "sampled": 2, "solved": 1}},       # solved: a pass rate above 0
     "answer_types": {"integer": 2}, "difficulty": {"none": 2},
     "pass_rates": RATES, "attempts": DISTRIBUTION,                      # decided attempts at sampled problems
     "gold_chars": DISTRIBUTION, "gold_chars_histogram": {"edges": [1, 2], "counts": [2]},
     "question_chars": DISTRIBUTION, "question_chars_histogram": {"edges": [64, 76], "counts": [2]},
     "repeated_questions": 0,                                            # rows whose question stood in another before
     "clusters": 2}
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl

from stages._distributions import bins_of, counts, distribution, histogram, quantiles_of, rate_histogram
from stages._reasoning_rates import marks, rate_aggregates, rates_of

GROUPS: tuple[tuple[str, ...], ...] = ((), ("teacher",), ("outcome",), ("teacher", "outcome"))
SFT_COLUMNS = ("problem_id", "teacher", "outcome", "num_tokens", "source", "pass_rate", "difficulty", "finish_reason")
RL_COLUMNS = ("split", "answer_type", "num_attempts", "pass_rate")


def sft_statistics(rows: pl.LazyFrame) -> dict[str, Any]:
    """Of rows of `SelectedAttempt` with their `finish_reason` and, where marks are given, the struct `trajectory`."""
    frame = _thin_sft(rows)
    bins, edges = bins_of(frame["num_tokens"])
    frame = frame.with_columns(pl.Series("bin", bins))
    problems = frame.group_by("problem_id").agg(pl.len().alias("attempts"))
    of_problems = frame.group_by("problem_id", "teacher").agg(pl.col("pass_rate").min())
    return {
        **_size(frame),
        "attempts_per_problem": distribution(_aggregated(problems, "attempts"), "attempts"),
        "difficulty": {band: {"rows": of["rows"], "problems": of["problems"]} for band, of in _by(frame, "difficulty")},
        "finish_reasons": counts(frame.lazy(), "finish_reason"),
        "groups": [group for keys in GROUPS for group in _groups(frame, keys, edges)],
        "length_edges": edges,
        "pass_rates": {
            "problems": rate_histogram(of_problems["pass_rate"]),
            "rows": rate_histogram(frame["pass_rate"]),
        },
        "sources": dict(_by(frame, "source")),
    }


def rl_statistics(rows: pl.LazyFrame) -> dict[str, Any]:
    """Of rows of `RlRow`."""
    frame = _thin_rl(rows)
    sampled = frame.filter(pl.col("num_attempts") > 0)
    of_source = frame.group_by("source").agg(
        pl.len().alias("rows"),
        (pl.col("num_attempts") > 0).sum().alias("sampled"),
        (pl.col("pass_rate") > 0).sum().alias("solved"),
    )
    return {
        "rows": frame.height,
        "sampled": sampled.height,
        "answer_types": counts(frame.lazy(), "answer_type"),
        "attempts": distribution(_aggregated(sampled, "num_attempts"), "num_attempts"),
        "clusters": frame["cluster"].n_unique(),
        "difficulty": counts(frame.lazy(), "difficulty"),
        "gold_chars": distribution(_aggregated(frame, "gold_chars"), "gold_chars"),
        "gold_chars_histogram": histogram(frame["gold_chars"]),
        "pass_rates": rate_histogram(frame["pass_rate"]),
        "question_chars": distribution(_aggregated(frame, "question_chars"), "question_chars"),
        "question_chars_histogram": histogram(frame["question_chars"]),
        "repeated_questions": frame.height - frame["question_hash"].n_unique(),
        "sources": {row.pop("source"): row for row in of_source.sort("source").to_dicts()},
        "splits": counts(frame.lazy(), "split"),
    }


def _thin_sft(rows: pl.LazyFrame) -> pl.DataFrame:
    """Numbers and short words alone, so that a million rows fit in a few hundred megabytes."""
    thin = rows.select(*SFT_COLUMNS, *marks(are_given="trajectory" in rows.collect_schema()))
    return thin.with_columns(pl.col("difficulty").fill_null("none")).collect(engine="streaming")


def _thin_rl(rows: pl.LazyFrame) -> pl.DataFrame:
    provenance = pl.col("provenance").struct
    return rows.select(
        *RL_COLUMNS,
        pl.col("difficulty").fill_null("none").alias("difficulty"),
        pl.col("answer").str.len_chars().cast(pl.Int64).alias("gold_chars"),
        pl.col("question").str.len_chars().cast(pl.Int64).alias("question_chars"),
        pl.col("question").hash(seed=0).alias("question_hash"),
        provenance.field("source"),
        provenance.field("cluster"),
    ).collect(engine="streaming")


def _size(frame: pl.DataFrame) -> dict[str, int]:
    return _aggregated_by(frame, _sizes())


def _sizes() -> list[pl.Expr]:
    return [
        pl.len().alias("rows"),
        pl.col("problem_id").n_unique().alias("problems"),
        pl.col("num_tokens").sum().alias("tokens"),
    ]


def _aggregated_by(frame: pl.DataFrame, aggregates: Sequence[pl.Expr]) -> dict[str, Any]:
    return frame.select(aggregates).row(0, named=True)


def _aggregated(frame: pl.DataFrame, column: str) -> dict[str, Any]:
    return _aggregated_by(frame, quantiles_of(column))


def _by(frame: pl.DataFrame, column: str) -> Iterator[tuple[str, dict[str, int]]]:
    for row in frame.group_by(column).agg(_sizes()).sort(column).to_dicts():
        yield row.pop(column), row


def _groups(frame: pl.DataFrame, keys: Sequence[str], edges: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Sorted by their keys; without keys the one group of all rows, also where there are none."""
    aggregates = [
        *_sizes(),
        *quantiles_of("num_tokens"),
        *rate_aggregates(),
        pl.col("bin").alias("bins") if keys else pl.col("bin").implode().alias("bins"),
    ]
    table = frame.group_by(keys).agg(aggregates).sort(keys) if keys else frame.select(aggregates)
    for row, bins in zip(table.drop("bins").iter_rows(named=True), table["bins"], strict=True):
        yield {
            "teacher": row.get("teacher"),
            "outcome": row.get("outcome"),
            **{name: row[name] for name in ("rows", "problems", "tokens")},
            "length": distribution(row, "num_tokens"),
            "length_counts": np.bincount(bins, minlength=len(edges) - 1).tolist(),
            "reasoning": rates_of(row),
        }
