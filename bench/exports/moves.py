"""How often a phrase that is counted as a move of reasoning is one, on hits that a person read.

`moves.jsonl` holds them with the words around: drawn at random from real traces (R1 distillations on ten problems of
MATH, a Gemini, short answers of Qwen2.5-Math and of models on MMLU-Pro; MIT and Apache 2.0) when the patterns were
younger, each said to be right or wrong by who wrote the patterns. What the patterns no longer find counts in nothing.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl

from bench.parts import run_alone
from stages._reasoning import MOVES, phrase_counts

LABELS = Path(__file__).with_name("moves.jsonl")


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    rows: list[dict[str, Any]] = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    # A few words around, so that what is found is the labelled hit and not its neighbour.
    texts = [f"{row['before'][-8:]} {row['words']} {row['after'][:12]}" for row in rows]
    found = phrase_counts(pl.Series(texts))
    right: Counter[tuple[str, bool]] = Counter()
    for row, hits in zip(rows, found.iter_rows(named=True), strict=True):
        if hits[row["move"]]:
            right[row["move"], row["is_right"]] += 1
    figures = {f"{move}_precision": right[move, True] / (right[move, True] + right[move, False]) for move in MOVES}
    lines = [
        f"{move}: {right[move, True]} of {right[move, True] + right[move, False]} hits are right" for move in MOVES
    ]
    return figures, lines


if __name__ == "__main__":
    run_alone(__doc__ or "", measure)
