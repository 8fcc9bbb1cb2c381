"""What the engine costs: a million rows of 300 bytes, and fewer of 2 KB, through eight cheap row stages on two cores.

    python -m bench.scale.overhead [--quick]

A recipe runs as a user would run it, in a process of its own with two workers. A row-stage is one row taken through one
stage: read from its file, made a record, given to the stage, its result checked, digested, put among rows or rejects,
written. The denominators go over the same files with two processes too: pyarrow alone, which reads a file and writes
what it read, and a loop of plain Python, which makes dicts of the rows, does to each what the stages do, and writes
what comes out; neither checks, counts or digests anything.

    row_stages_per_s           rows that went into the eight stages, by the seconds the eight took
    row_stages_per_s_2kb       the same for rows of 2 KB
    row_stages_of_plain_arrow, row_stages_of_plain_python    as shares of what these two reach
    noop_s, plan_s             the recipe again, with nothing to do, and `tracemill plan`, from start to end
    peak_mb                    most memory of driver and workers together, shared pages counted for each
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from bench.parts import run_alone
from bench.scale.overhead_stages import STAGES, Note
from bench.scale.watched import tracemill
from pipeline.parquet import write_parquet
from pipeline.schema import row_values, schema_of, to_table

ROWS, QUICK_ROWS = 1_000_000, 200_000
LONG_SHARE = 5  # times fewer rows of 2 KB
PER_FILE = 20_000
WORKERS = 2
PROSE_WORDS = 1_000_000
WORDS = """
a an the of in on at and or if then with from each every both many how what when where which so that this these is are
farmer counts sheep sells buys market train leaves station speed distance hours minutes find number value sum product
ratio triangle circle radius angle square root equation solve integer positive greatest least total water temperature
energy force mass velocity time reaction acid price cost interest years percent students class books pages probability
12 7 340 2.5 19 60 144 1000 3.14 48 5 96
""".split()  # noqa: SIM905


@cache
def prose() -> str:
    """Words by chance, of which every row has a piece of its own: it packs about as prose does."""
    return " ".join(Random(0).choices(WORDS, k=PROSE_WORDS))


def note(number: int, chars: int) -> Note:
    """A row whose texts have about so many characters together."""
    text = prose()
    first = number * 104_729 % (len(text) - chars)
    return Note(
        id=f"{number * 2654435761 % 2**32:08x}{number:08x}",
        question=text[first : first + chars - 50],
        answer=f"{number * 31 % 9973} sheep",
        source=f"farm-{number % 7}",
        licence=None if number % 3 else "CC BY 4.0",
        score=number % 100 / 100,
    )


def write_notes(folder: Path, rows: int, chars: int) -> list[Path]:
    paths = []
    for first in range(0, rows, PER_FILE):
        values = [row_values(note(number, chars)) for number in range(first, min(first + PER_FILE, rows))]
        paths.append(folder / f"notes-{chars}-{first:07d}.parquet")
        write_parquet(paths[-1], to_table(values, Note))
    return paths


def write_recipe(folder: Path, paths: Sequence[Path], name: str) -> Path:
    nodes: dict[str, Any] = {"notes": {"uses": "stored_notes", "with": {"paths": [str(path) for path in paths]}}}
    above = "notes"
    for stage in STAGES:
        nodes[stage.uses()] = {"uses": stage.uses(), "needs": above}
        above = stage.uses()
    recipe = {
        "name": name,
        "store": str(folder / name),
        "exports": str(folder / "exports"),
        "packages": ["bench.scale.overhead_stages"],
        "nodes": {node: {**told, "run": {"workers": WORKERS}} for node, told in nodes.items()},
    }
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(recipe, sort_keys=False))
    return path


# The denominators


def copied(source: Path, target: Path) -> int:
    table = pq.read_table(source)
    write_parquet(target, table)
    return int(table.num_rows)


Row = dict[str, Any]
PLAIN: tuple[Callable[[Row], Row | None], ...] = (
    lambda row: {**row, "question": row["question"].strip()},
    lambda row: {**row, "num_words": row["question"].count(" ") + 1},
    lambda row: row if row["score"] >= 0.01 else None,
    lambda row: {**row, "is_short": len(row["answer"]) < 24},
    lambda row: {**row, "tags": [*row["tags"], "short"]} if row["is_short"] else row,
    lambda row: {**row, "licence": row["licence"] or "unknown"},
    lambda row: {**row, "score": row["score"] / 2},
    lambda row: row if row["question"] else None,
)


def looped(source: Path, target: Path) -> int:
    """All eight one after another, each from a file to a file."""
    rows = 0
    for number, change in enumerate(PLAIN):
        given = pq.read_table(source if number == 0 else target).to_pylist()
        kept = [row for row in map(change, given) if row is not None]
        write_parquet(target, pa.Table.from_pylist(kept, schema=schema_of(Note)))
        rows += len(given)
    return rows


@contextmanager
def _pool() -> Iterator[ProcessPoolExecutor]:
    """Workers that have imported what they need."""
    with ProcessPoolExecutor(WORKERS, get_context("spawn")) as pool:
        list(pool.map(_loaded, range(4 * WORKERS)))
        yield pool


def _loaded(_: int) -> None:
    """Long enough that no worker does all of them."""
    time.sleep(0.1)


def rate_of(work: Callable[[Path, Path], int], paths: Sequence[Path], folder: Path) -> float:
    """Row-stages a second of two processes."""
    folder.mkdir()
    with _pool() as pool:
        started = time.monotonic()
        rows = sum(pool.map(work, paths, [folder / path.name for path in paths]))
        seconds = time.monotonic() - started
    shutil.rmtree(folder)
    return rows / seconds


@dataclass(frozen=True)
class Reading:
    """Row-stages a second: the engine's, pyarrow's, and those of a loop of plain Python."""

    engine: float
    arrow: float
    python: float
    peak_mb: float
    source_rows_per_s: float
    wall_s: float
    noop_s: float
    plan_s: float


def read_overhead(folder: Path, rows: int, chars: int) -> Reading:
    paths = write_notes(folder, rows, chars)
    arrow = rate_of(copied, paths, folder / "copied")
    python = rate_of(looped, paths, folder / "looped")
    recipe = write_recipe(folder, paths, f"overhead-{chars}")
    ran = tracemill("run", recipe, "--quiet", "--json")
    again, plan = tracemill("run", recipe, "--quiet", "--json"), tracemill("plan", recipe, "--json")
    nodes: Mapping[str, Any] = ran.told["nodes"]
    stages = [nodes[stage.uses()] for stage in STAGES]
    if stages[-1]["rows_out"] != rows - rows // 100:
        raise RuntimeError(f"{rows} rows became {stages[-1]['rows_out']}")
    engine = sum(stage["rows_in"] for stage in stages) / sum(stage["seconds"] for stage in stages)
    return Reading(
        engine=engine,
        arrow=arrow,
        python=python,
        peak_mb=ran.peak_mb,
        source_rows_per_s=rows / nodes["notes"]["seconds"],
        wall_s=ran.seconds,
        noop_s=again.seconds,
        plan_s=plan.seconds,
    )


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    rows = QUICK_ROWS if quick else ROWS
    with tempfile.TemporaryDirectory(prefix="overhead-") as made:
        short = read_overhead(Path(made), rows, 300)
    with tempfile.TemporaryDirectory(prefix="overhead-") as made:
        long = read_overhead(Path(made), rows // LONG_SHARE, 2000)
    figures = {
        "row_stages_per_s": short.engine,
        "row_stages_per_s_2kb": long.engine,
        "row_stages_of_plain_arrow": short.engine / short.arrow,
        "row_stages_of_plain_python": short.engine / short.python,
        "peak_mb": max(short.peak_mb, long.peak_mb),
        "noop_s": short.noop_s,
        "plan_s": short.plan_s,
    }
    lines = [f"{'':<24}{'engine':>12}{'plain Arrow':>14}{'plain Python':>14}   row-stages a second, two processes"]
    for name, one in ((f"{rows:,} of 300 B", short), (f"{rows // LONG_SHARE:,} of 2 KB", long)):
        lines.append(f"{name:<24}{one.engine:>12,.0f}{one.arrow:>14,.0f}{one.python:>14,.0f}")
        lines.append(
            f"{'':<24}source {one.source_rows_per_s:,.0f} rows/s, run {one.wall_s:.0f} s, again {one.noop_s:.1f} s,"
            f" plan {one.plan_s:.1f} s, at most {one.peak_mb:,.0f} MB"
        )
    return figures, lines


if __name__ == "__main__":
    run_alone(__doc__ or "", measure)
