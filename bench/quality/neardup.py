"""Near copies among the questions of all benchmarks: what is found, what is rightly joined, and what leaves.

    python bench/quality/neardup.py [--quick] [--unread]

The rows are all questions under TRACEMILL_DATA/benchmarks and a copy of every fourth, perturbed by rule
(`neardup_questions.py`). True pairs are found by comparing all with all, without MinHash, bands or prefixes. Recall is
the share of them that end in one cluster, but for those whose sets are the same, which any parameters find; precision
is the share of the rows that leave whose similarity to the row in whose favour they do is what it must be, counted anew
on plain Python sets. MegaScience's released script runs one band of ten rows, which is measured on the same pairs.

Whether a row that leaves is the *same problem* is another matter: `neardup_labels.jsonl` holds what a reader said of
all real rows that leave once exact copies have, by ids and digests. `--unread` prints those without a label.
"""

import argparse
import hashlib
import itertools
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.quality.neardup_questions import PERTURBED, Question, as_pair, chance, real_questions
from bench.quality.sources import read_rows
from pipeline.context import Context, RunOptions
from pipeline.schema import row_values, to_table
from stages._near_bands import band_keys, recall_curve
from stages._near_sets import Rows, Sets, Shingler
from stages._text import words
from stages.dedup_exact import DedupExact
from stages.dedup_near import DedupNear
from stages.records import QAPair

LABELS = Path(__file__).with_name("neardup_labels.jsonl")
THRESHOLD, SHINGLE = 0.8, 3
SAME = 0.9999  # from here on two sets are one, which any parameters find
BINS = (0.8, 0.85, 0.9, 0.95, SAME, 1.0001)
MEGASCIENCE = {"bands": 1, "rows": 10}


@dataclass(frozen=True)
class Pairs:
    """Rows `left` < `right` of Jaccard similarity `THRESHOLD` or more."""

    left: Rows
    right: Rows
    jaccard: np.ndarray[Any, np.dtype[np.float64]]


def questions(*, quick: bool) -> list[Question]:
    real = real_questions()[:: 10 if quick else 1]
    rules = [*PERTURBED.items()]
    copies = []
    for number, question in enumerate(real[::4]):
        name, rule = rules[number % len(rules)]
        text = rule(question.text, chance(question.id, name))
        copies.append(Question(f"{question.id}-{name.replace(' ', '-')}", text, question.answer))
    return real + copies


def sets_of(rows: Sequence[Question]) -> Sets:
    parts = [
        Shingler(SHINGLE).read([row.text for row in rows[at : at + 50_000]]).runs for at in range(0, len(rows), 50_000)
    ]
    sizes = np.concatenate([part.sizes for part in parts])
    return Sets(np.concatenate([[0], np.cumsum(sizes)]), np.concatenate([part.members for part in parts]))


def true_pairs(sets: Sets) -> Pairs:
    """All with all: of each row, how many runs it shares with every later one."""
    count = sets.starts.size - 1
    owner = np.repeat(np.arange(count), sets.sizes)
    order = np.argsort(sets.members, kind="stable")
    holders = owner[order]
    run = np.unique(sets.members, return_inverse=True)[1]
    starts = np.concatenate([[0], np.cumsum(np.bincount(run))])
    found: list[tuple[Rows, Rows, Any]] = []
    for row in range(count):
        runs = run[sets.starts[row] : sets.starts[row + 1]]
        if not runs.size:
            continue
        shared = np.bincount(np.concatenate([holders[starts[one] : starts[one + 1]] for one in runs]), minlength=count)
        later = row + 1 + np.flatnonzero(shared[row + 1 :])
        jaccard = shared[later] / (sets.sizes[row] + sets.sizes[later] - shared[later])
        near = jaccard >= THRESHOLD
        found.append((np.full(near.sum(), row), later[near], jaccard[near]))
    return Pairs(*(np.concatenate(column) for column in zip(*found, strict=True)))


def frame_of(rows: Sequence[QAPair]) -> pl.DataFrame:
    frame = pl.from_arrow(to_table([row_values(row) for row in rows], QAPair))
    assert isinstance(frame, pl.DataFrame)
    return frame


def deduped(stage: DedupNear | DedupExact, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows in their order, with cluster and reject reason."""
    with tempfile.TemporaryDirectory() as folder:
        ctx = Context(node="bench", scratch=Path(folder), run=RunOptions(workers=2))
        return stage.transform(frame.lazy(), ctx).collect()


def in_one_cluster(pairs: Pairs, result: pl.DataFrame, ids: Sequence[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    clusters = dict(zip(result["id"], result["cluster"], strict=True))
    numbers = {None: -1}
    number = np.array([numbers.setdefault(clusters[row], len(numbers)) for row in ids])
    return (number[pairs.left] == number[pairs.right]) & (number[pairs.left] >= 0)


def plain_jaccard(one: str, other: str) -> float:
    left, right = (_plain_runs(text) for text in (one, other))
    return len(left & right) / len(left | right)


def _plain_runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[at : at + SHINGLE]) for at in range(max(1, len(found) - SHINGLE + 1))}


def leaves(result: pl.DataFrame) -> list[tuple[str, str]]:
    """Ids of rows that leave as near copies, with that of the row in whose favour."""
    gone = result.filter(pl.col("_reject_reason") == "near_duplicate")
    return [(row, detail.partition(": ")[0]) for row, detail in gone.select("id", "_reject_detail").iter_rows()]


def real_leaves(real: Sequence[Question]) -> list[tuple[str, str]]:
    """Of the benchmarks' questions alone, once exact copies have left."""
    unique = deduped(DedupExact(), frame_of([as_pair(row) for row in real]))
    kept = unique.filter(pl.col("_reject_reason").is_null()).drop("_reject_reason", "_reject_detail")
    return sorted(leaves(deduped(DedupNear(), kept)), key=lambda ids: hashlib.blake2b("/".join(ids).encode()).digest())


def digest(one: str, other: str) -> str:
    return hashlib.blake2b(f"{one}\0{other}".encode(), digest_size=8).hexdigest()


def labelled(gone: Sequence[tuple[str, str]], texts: dict[str, str]) -> tuple[list[bool], list[tuple[str, str]]]:
    """What the labels say of the pairs, same problem or not, and the pairs they say nothing of."""
    labels = {(row["id"], row["winner"], row["digest"]): row["same"] for row in read_rows(LABELS)}
    told = {ids: labels.get((*ids, digest(*(texts[one] for one in ids)))) for ids in gone}
    return [same for same in told.values() if same is not None], [ids for ids, same in told.items() if same is None]


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    """Figures `neardup_recall`, `neardup_precision` and their references; `quick` takes every tenth question."""
    rows = questions(quick=quick)
    sets, ids, texts = sets_of(rows), [row.id for row in rows], {row.id: row.text for row in rows}
    pairs, frame = true_pairs(sets), frame_of([as_pair(row) for row in rows])
    stage = DedupNear()
    ours, theirs = deduped(stage, frame), deduped(DedupNear(**MEGASCIENCE), frame)
    found, found_theirs = in_one_cluster(pairs, ours, ids), in_one_cluster(pairs, theirs, ids)
    direct, direct_theirs = _met(sets, pairs, stage.bands, stage.rows), _met(sets, pairs, **MEGASCIENCE)
    gone = leaves(ours)
    right = sum(plain_jaccard(texts[one], texts[other]) >= THRESHOLD for one, other in gone)
    unlike = pairs.jaccard < SAME
    figures = {
        "neardup_recall": float(found[unlike].mean()),
        "neardup_precision": right / len(gone),
        "neardup_recall_in_bands": float(direct[unlike].mean()),
        "megascience_neardup_recall": float(found_theirs[unlike].mean()),
        "neardup_pairs": float(unlike.sum()),
    }
    lines = [
        f"{len(rows):,} questions, {pairs.left.size:,} pairs of similarity {THRESHOLD} or more",
        f"{len(gone):,} rows leave, for one they are near to: {figures['neardup_precision']:.4f}",
    ]
    lines += _table(pairs.jaccard, {"ours": found, "bands": direct, "1 x 10": found_theirs, "its band": direct_theirs})
    if not quick:
        same, unread = labelled(real_leaves(rows[: len(real_questions())]), texts)
        figures["neardup_same_problem"] = sum(same) / len(same)
        lines.append(
            f"real rows that leave: {sum(same)} of {len(same)} read are the same problem, {len(unread)} are unread"
        )
    return figures, lines


def _met(sets: Sets, pairs: Pairs, bands: int, rows: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    keys = band_keys(sets, bands, rows)
    return np.any([one[pairs.left] == one[pairs.right] for one in keys], axis=0)


def _table(jaccard: np.ndarray[Any, Any], columns: dict[str, np.ndarray[Any, Any]]) -> list[str]:
    """Recall by similarity: in one cluster, and met in a band, for our parameters and for one band of ten rows."""
    curves = {"bands": recall_curve(DedupNear.bands, DedupNear.rows), "its band": recall_curve(**MEGASCIENCE)}
    lines = [f"{'similarity':<14}{'pairs':>8}" + "".join(f"{name:>10}" for name in columns)]
    for low, high in [*itertools.pairwise(BINS), (BINS[0], SAME)]:
        chosen = (jaccard >= low) & (jaccard < high)
        shares = "".join(f"{found[chosen].mean():10.4f}" for found in columns.values())
        name = "the same sets" if low == SAME else f"{low:.2f} to {high:.2f}"
        lines.append(f"{name:<14}{chosen.sum():8,}{shares}")
    expected = {name: f"{curve[0.8]:.4f}" for name, curve in curves.items()}
    return [*lines, f"{'expected at 0.8':<22}" + "".join(f"{expected.get(name, ''):>10}" for name in columns)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="every tenth question")
    parser.add_argument("--unread", action="store_true", help="print real rows that leave and have no label")
    options = parser.parse_args()
    if not options.unread:
        print("\n".join(measure(quick=options.quick)[1]))
        return
    real = real_questions()
    texts = {row.id: row.text for row in real}
    for one, other in labelled(real_leaves(real), texts)[1]:
        print(f"{one} leaves for {other} {digest(texts[one], texts[other])}\n{texts[one]}\n---\n{texts[other]}\n")


if __name__ == "__main__":
    main()
