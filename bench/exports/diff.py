"""`tracemill diff` of two versions of a million rows with texts of 4 kB.

    python bench/exports/diff.py [--quick]

Beside it stands the least that any comparison must do: reading the ids and digests of both versions.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.parts import run_alone
from tests.pipeline.editions import Rows, write_edition
from tests.pipeline.workshop import ENVIRONMENT, command

ROWS, ROWS_QUICK = 1_000_000, 50_000
FILE_ROWS = 50_000
TEXT = "Let the two sides of the triangle be a and b; then wait, the angle between them is not known yet. " * 41
# Of a hundred rows of the first version so many are gone, changed and moved in the second.
GONE, CHANGED, MOVED = 5, 3, 2


def views(rows: int, *, later: bool) -> dict[str, dict[str, Rows]]:
    """`sft`, every attempt, and `rl`, every fourth as a problem, in files as an export writes them."""
    number = pl.int_range(rows, eager=True).alias("number")
    frame = pl.DataFrame(number).with_columns(id=pl.format("{}/teacher-{}", _problem(), pl.col("number") % 4))
    part = pl.col("number") % 100
    is_moved = part.is_between(90, 90 + MOVED - 1) if later else pl.lit(False)
    frame = frame.with_columns(
        split=pl.when((part >= 98) ^ is_moved).then(pl.lit("validation")).otherwise(pl.lit("train"))
    )
    if later:
        frame = frame.filter(part >= GONE).with_columns(
            number=pl.col("number") + (part < GONE + CHANGED).cast(pl.Int64)
        )
    problems = frame.filter(pl.col("number") % 4 == 0).with_columns(id=_problem())
    return {
        view: {split: _files(some.filter(split=split), text) for split in ("train", "validation")}
        for view, some, text in (("sft", frame, TEXT), ("rl", problems, TEXT[:200]))
    }


def _problem() -> pl.Expr:
    return (pl.col("number") // 4).hash(1).cast(pl.String)


def _files(frame: pl.DataFrame, text: str) -> list[pl.LazyFrame]:
    return [
        part.drop("split").lazy().with_columns(completion=pl.format("{} {}", pl.lit(text), "number"))
        for part in frame.iter_slices(FILE_ROWS)
    ]


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    rows = ROWS_QUICK if quick else ROWS
    with tempfile.TemporaryDirectory() as folder:
        exports = Path(folder)
        paths = [
            write_edition(exports / "set" / f"v{number}", views(rows, later=number > 1), parents=[], funnel=[])
            for number in (1, 2)
        ]
        started = time.monotonic()
        read = [pq.read_table(path / "index" / f"{view}.parquet") for path in paths for view in ("sft", "rl")]
        plain_s = time.monotonic() - started
        started = time.monotonic()
        said = subprocess.run(command("diff", *paths), env=ENVIRONMENT, capture_output=True, text=True, check=True)
        diff_s = time.monotonic() - started
    figures = {"diff_s": diff_s, "diff_index_read_s": plain_s, "diff_rows": float(read[0].num_rows)}
    table = [line for line in said.stdout.splitlines() if line.strip()][:14]
    entries = sum(index.num_rows for index in read)
    return figures, [*table, f"{diff_s:.1f} s; reading the {entries:,} entries of both indexes alone {plain_s:.1f} s"]


if __name__ == "__main__":
    run_alone(__doc__ or "", measure)
