"""The two halves of the pipeline at size: rows a second of each stage, memory, disk, and what a second run costs.

    python -m bench.scale.halves [--quick | --full] [--rows N] [--pages N] [--folder DIR] [--json OUT]

The front half is `configs/webinstruct.yaml` over pages and the back half `configs/curate.yaml` over rows, both as they
stand but for their sources (`bench/scale/generate.py` makes the input). Pairs are looked for in every page and not only
in those that recall keeps, for a crawl that was recalled holds no others; the back half goes on to a published version,
with a teacher that answers from a script. Each runs as a user would run it: first over an eighth of the input, in a
store of its own, then over all of it. Where memory is flat, both need the same.

Rows that can be made again go when nobody needs them (`keep: results`), as at such a size one would have it.

With `--folder` input and stores are kept, and a run that was stopped goes on: `--full` is two million rows and 200,000
pages, some hours on two cores.

    noop_halves_s, plan_halves_s    a second run that finds everything done, and `tracemill plan`
    peak_halves_mb                  most memory of driver and workers together, of the worse half
    own_halves_mb                   the same without pages of mapped files, which the system takes back at will
    memory_growth_*                 that as a multiple of the same over an eighth of the input
    disk_of_input_*                 store and exports by the input: rows as JSON lines, pages unpacked
    peak_disk_of_input_*            the same at its most, while it ran
    NODE_rows_per_s                 rows of a node by the seconds that its workers took for them
    disk_growth_*                   what the rest of the input adds to an eighth, by its size, for models do not grow
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.scale.generate import PAGES, ROWS, generate, unpacked_bytes
from bench.scale.recipes import back, front
from bench.scale.watched import Ran, size_mb, tracemill, wall_seconds, worker_seconds

SIZES = {"quick": (4_000, 200), "default": (20_000, 1_000), "full": (ROWS, PAGES)}
FIRST = 1 / 8  # of the input, in whole files, of which there are eight or a multiple


@dataclass(frozen=True)
class Stage:
    """What a stage did: `rows` that went in, or of a source came out, in `seconds` of one worker.

    `mb` is the memory of all that ran meanwhile, and `own_mb` that without pages of mapped files.
    """

    stage: str
    rows: int
    kept: int
    seconds: float
    mb: float | None
    own_mb: float | None

    @property
    def rate(self) -> float:
        return self.rows / max(self.seconds, 0.001)


@dataclass(frozen=True)
class Half:
    """One half over all of its input, and over an eighth of it first; sizes in MB.

    Of `peak_mb`, the memory that was resident, `own_mb` at most were no pages of mapped files.
    """

    input_mb: float
    packed_mb: float
    store_mb: float
    exports_mb: float
    first_disk_mb: float
    stages: dict[str, Stage]
    peak_mb: float
    own_mb: float
    first_own_mb: float
    seconds: float
    noop_s: float
    plan_s: float
    files: int
    peak_disk_mb: float

    @property
    def peak_disk_of_input(self) -> float:
        return self.peak_disk_mb / self.input_mb

    @property
    def disk_growth(self) -> float:
        return (self.store_mb + self.exports_mb - self.first_disk_mb) / (self.input_mb * (1 - FIRST))

    @property
    def disk_of_input(self) -> float:
        return (self.store_mb + self.exports_mb) / self.input_mb


# Runs


def run_half(kind: str, count: int, folder: Path) -> Half:
    """Over an eighth of the input, then over all; finished parts of earlier runs are taken from `folder`."""
    written, made = (front, "pages") if kind == "front" else (back, "rows")
    paths = generate(made, folder / f"{made}-{count}", count, Path(os.environ["TRACEMILL_DATA"]))
    first = _finished(written(paths[: int(len(paths) * FIRST)], folder, f"{kind}-first"))
    for place in (f"{kind}-first", f"{kind}-first-exports"):
        shutil.rmtree(folder / place, ignore_errors=True)
    recipe = written(paths, folder, kind)
    whole = _finished(recipe)
    again, plan = tracemill("run", recipe, "--quiet", "--json"), tracemill("plan", recipe, "--json")
    if any(node["status"] != "reused" for node in again.told["nodes"].values()):
        raise RuntimeError(f"{recipe}: a second run did not find everything done")
    return Half(
        input_mb=unpacked_bytes(made, paths) / 1e6,
        packed_mb=sum(path.stat().st_size for path in paths) / 1e6,
        store_mb=size_mb(folder / kind),
        exports_mb=size_mb(folder / f"{kind}-exports"),
        first_disk_mb=first.disk_mb,
        stages=whole.stages,
        peak_mb=whole.peak_mb,
        own_mb=whole.own_mb,
        first_own_mb=first.own_mb,
        seconds=whole.seconds,
        noop_s=again.seconds,
        plan_s=plan.seconds,
        files=sum(1 for path in (folder / kind).rglob("*") if path.is_file()),
        peak_disk_mb=whole.peak_disk_mb,
    )


@dataclass(frozen=True)
class Finished:
    """What was measured of a recipe; kept as JSON beside its store. Peaks are those of all its runs."""

    stages: dict[str, Stage]
    seconds: float
    peak_mb: float
    own_mb: float
    disk_mb: float
    peak_disk_mb: float

    @classmethod
    def of(cls, ran: Ran, recipe: Path) -> "Finished":
        store, _ = _places(recipe)
        peaks, seconds = ran.peaks(), worker_seconds(store, ran.told["nodes"])
        stages = {
            name: Stage(
                told["stage"],
                told["rows_in"] or told["rows_out"],
                told["rows_out"],
                seconds[name],
                *peaks.get(name, (None, None)),
            )
            for name, told in ran.told["nodes"].items()
        }
        size = size_mb(*_places(recipe))
        return cls(stages, wall_seconds(store / "runs"), ran.peak_mb, ran.own_mb, size, ran.disk_mb)


def _places(recipe: Path) -> list[Path]:
    """Its store and its exports."""
    return [recipe.with_suffix(""), recipe.with_name(f"{recipe.stem}-exports")]


def _finished(recipe: Path) -> Finished:
    """Runs it, or goes on with it."""
    path = recipe.with_suffix(".json")
    if path.exists():
        told = json.loads(path.read_text())
        stages = {name: Stage(**stage) for name, stage in told["stages"].items()}
        return Finished(**{**told, "stages": stages})
    samples = recipe.with_suffix(".samples")
    ran = tracemill("run", recipe, "--quiet", "--json", folders=_places(recipe), samples=samples)
    finished = Finished.of(ran, recipe)
    path.write_text(json.dumps(asdict(finished), indent=1))
    return finished


# Figures


def figures_of(halves: Mapping[str, Half]) -> dict[str, float]:
    figures: dict[str, float] = {"peak_halves_mb": max(half.peak_mb for half in halves.values())}
    figures["own_halves_mb"] = max(half.own_mb for half in halves.values())
    figures["noop_halves_s"] = max(half.noop_s for half in halves.values())
    figures["plan_halves_s"] = max(half.plan_s for half in halves.values())
    for kind, half in halves.items():
        figures[f"memory_growth_{kind}"] = half.own_mb / half.first_own_mb
        figures[f"disk_of_input_{kind}"] = half.disk_of_input
        figures[f"peak_disk_of_input_{kind}"] = half.peak_disk_of_input
        figures[f"disk_growth_{kind}"] = half.disk_growth
        figures[f"seconds_{kind}"] = half.seconds
        figures |= {f"{name}_rows_per_s": stage.rate for name, stage in half.stages.items() if stage.rows > 1}
    return figures


def table(kind: str, half: Half) -> list[str]:
    lines = [f"{kind} half{'':<14}{'rows in':>12}{'rows out':>12}{'worker s':>10}{'rows/s':>10}{'MB':>8}{'own':>8}"]
    for name, one in half.stages.items():
        memory = f"{one.mb:>8,.0f}{one.own_mb:>8,.0f}" if one.mb and one.own_mb else ""
        lines.append(f"  {name:<22}{one.rows:>12,}{one.kept:>12,}{one.seconds:>10,.1f}{one.rate:>10,.0f}{memory}")
    lines += [
        f"  {half.seconds:,.0f} s; at most {half.peak_mb:,.0f} MB, without pages of mapped files {half.own_mb:,.0f},"
        f" over an eighth of it {half.first_own_mb:,.0f}",
        f"  input {half.input_mb:,.0f} MB ({half.packed_mb:,.0f} as it lies), store {half.store_mb:,.0f},"
        f" exports {half.exports_mb:,.0f}: {half.disk_of_input:.2f} times the input, at most"
        f" {half.peak_disk_of_input:.2f} while it ran, {half.disk_growth:.2f} for what is added;"
        f" {half.files:,} files",
        f"  again with nothing to do {half.noop_s:.1f} s, plan {half.plan_s:.1f} s",
    ]
    return lines


def run_halves(rows: int, pages: int, folder: Path) -> dict[str, Half]:
    folder.mkdir(parents=True, exist_ok=True)
    counts = {"back": rows, "front": pages}
    return {kind: run_half(kind, count, folder) for kind, count in counts.items() if count}


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    rows, pages = SIZES["quick" if quick else "default"]
    with tempfile.TemporaryDirectory(prefix="halves-") as made:
        halves = run_halves(rows, pages, Path(made))
    return figures_of(halves), [line for kind, half in halves.items() for line in table(kind, half)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="very few")
    parser.add_argument("--full", action="store_true", help=f"{ROWS:,} rows, {PAGES:,} pages")
    parser.add_argument("--rows", type=int, help="0 leaves the back half out")
    parser.add_argument("--pages", type=int, help="0 leaves the front half out")
    parser.add_argument("--folder", type=Path, help="where input and stores are kept; without it they are removed")
    parser.add_argument("--json", type=Path, help="write rates, sizes and figures here, as `bench/scale/cost.py` reads")
    options = parser.parse_args()
    if "TRACEMILL_DATA" not in os.environ:
        sys.exit("TRACEMILL_DATA must name the folder with the public data sets")
    rows, pages = SIZES["quick" if options.quick else "full" if options.full else "default"]
    rows = rows if options.rows is None else options.rows
    pages = pages if options.pages is None else options.pages
    with tempfile.TemporaryDirectory(prefix="halves-") as made:
        halves = run_halves(rows, pages, (options.folder or Path(made)).absolute())
    for kind, half in halves.items():
        print("\n".join([*table(kind, half), ""]))
    if options.json:
        told = {"rows": rows, "pages": pages, "cores": os.cpu_count()}
        told |= {kind: asdict(half) for kind, half in halves.items()}
        options.json.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
