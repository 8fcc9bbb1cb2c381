"""Selecting and exporting a million attempts of 4 KB with provenance, beside plain pyarrow.

    python bench/exports/select_export.py [--quick] [--keep FOLDER]

A recipe is run as a user would, in a process of its own: `select_sft` twice (what is right, and all that ended),
`select_rl` twice, `export_dataset` with both views of each, published as a version. Problems, attempts and verdicts lie
in the store as stages leave them; they are made of real reasoning and take some minutes (`made_stages.py`).

Beside it, each in a process of its own and with the same codec, encodings, sizes of row groups and of files, synced to
the disk like ours:

same rows      the rows of the export, `SftRow` with texts and provenance, stand in Parquet files already: pyarrow scans
               them, filters by outcome and writes what is right, then scans them and writes all
attempts only  attempts with their outcome stand in Parquet files: pyarrow writes those with the columns they have, and
               the few that `select_sft` leaves out for think tags in their answer; no prompts, no chats, no provenance,
               and each text once instead of three times

    export_share_of_plain_arrow      seconds of `same rows` over ours
    export_share_of_attempts_only    seconds of `attempts only` over ours
    export_rows_per_s                rows of all views over the seconds of all five nodes
    export_peak_mb                   peak of resident memory, all processes of the run together
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.demo import PeakMemory
from bench.exports.made_stages import SAMPLES, put_into_store
from pipeline.config import load_config
from pipeline.files import fsync
from pipeline.lineage import Survey
from pipeline.parquet import ROW_GROUP
from pipeline.store import Store
from stages._views import FILE_ROWS, ROW_GROUP_ROWS, encoding
from stages.records import FinishReason
from verifier.types import Outcome

ROOT = Path(__file__).resolve().parents[2]
ATTEMPTS, QUICK_ATTEMPTS = 1_000_000, 50_000
MADE = ("problems", "attempts", "verdicts")
TIMED = ("sft", "sft_all", "rl", "rl_all", "dataset")


def recipe(folder: Path, attempts: int) -> Path:
    made = {"num_problems": attempts // SAMPLES, "data": os.environ["TRACEMILL_DATA"]}
    side = {"attempts": "attempts", "problems": "problems"}
    judged = {"verdicts": "verdicts"}
    selected = {"all": "sft_all", "rl": "rl", "rl_all": "rl_all", **judged}
    nodes = {
        **{name: {"uses": f"made_{name}", "with": made} for name in MADE},
        "sft": {"uses": "select_sft", "needs": "verdicts", "side": side},
        "sft_all": {"uses": "select_sft", "needs": "verdicts", "side": side, "with": {"keep": "all"}},
        "rl": {"uses": "select_rl", "needs": "problems", "side": judged, "with": {"max_pass_rate": 0.5}},
        "rl_all": {"uses": "select_rl", "needs": "problems", "side": judged},
        "dataset": {"uses": "export_dataset", "needs": "sft", "side": side | selected, "with": {"name": "made"}},
    }
    written = {
        "name": "made",
        "store": str(folder / "store"),
        "exports": str(folder / "exports"),
        "packages": ["stages", "bench.exports.made_stages"],
        "nodes": nodes,
    }
    path = folder / "recipe.yaml"
    path.write_text(yaml.safe_dump(written, sort_keys=False))
    return path


def make(path: Path) -> None:
    """The artifacts of what was made, unless they are there."""
    loaded = load_config(path)
    survey = Survey(loaded, Store(loaded.store))
    if not all(located and located.state == "complete" for name, located in survey.walk().items() if name in MADE):
        put_into_store(survey, MADE)
        os.sync()


@dataclass(frozen=True)
class Ran:
    seconds: float
    peak_mb: float
    told: Any


def run_alone(command: Sequence[str | Path]) -> Ran:
    """Runs Python in a process of its own, which prints JSON."""
    started = time.monotonic()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, *map(str, command)], stdout=subprocess.PIPE, env=environment)
    memory = PeakMemory(process.pid)
    memory.start()
    out, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return Ran(time.monotonic() - started, memory.peak / 1e6, json.loads(out))


# Plain pyarrow


def flatten(path: Path, folder: Path) -> None:
    """Attempts with their outcome beside them, for the plain side."""
    survey = _walked(path)
    folder.mkdir()
    attempts, verdicts = (survey.located[name].artifact.data_files() for name in ("attempts", "verdicts"))
    for one, other in zip(attempts, verdicts, strict=True):
        rows, outcome = pq.read_table(one), pq.read_table(other, columns=["id", "outcome"])
        assert rows["id"].equals(outcome["id"])
        flat = rows.append_column("outcome", outcome["outcome"])
        pq.write_table(flat, folder / one.name, compression="zstd", row_group_size=ROW_GROUP)


def _walked(path: Path) -> Survey:
    loaded = load_config(path)
    survey = Survey(loaded, Store(loaded.store))
    survey.walk()
    return survey


def filter_and_write(source: Path, out: Path) -> dict[str, Any]:
    """Writes the right attempts and then all that ended, to the disk and not only to its cache, as stores do."""
    ended = pc.field("finish_reason") == FinishReason.STOP.value
    rows = ds.dataset(source, format="parquet")
    options = ds.ParquetFileFormat().make_write_options(**encoding(rows.schema))
    started = time.monotonic()
    for view, wanted in (("sft", ended & (pc.field("outcome") == Outcome.CORRECT.value)), ("sft_all", ended)):
        ds.write_dataset(
            rows.scanner(filter=wanted),
            out / view,
            format="parquet",
            file_options=options,
            max_rows_per_group=ROW_GROUP_ROWS,
            max_rows_per_file=FILE_ROWS,
        )
    for path in out.rglob("*.parquet"):
        fsync(path)
    seconds = time.monotonic() - started
    files = {view: [*(out / view).glob("*.parquet")] for view in ("sft", "sft_all")}
    return {
        "seconds": seconds,
        "rows": [sum(pq.read_metadata(path).num_rows for path in paths) for paths in files.values()],
        "bytes": sum(path.stat().st_size for paths in files.values() for path in paths),
    }


def plain(source: Path, out: Path) -> Ran:
    ran = run_alone([__file__, "--plain", source, out])
    shutil.rmtree(out)
    return ran


# Both


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
    else:
        with tempfile.TemporaryDirectory(prefix="select-export-") as made:
            yield Path(made)


def measure(*, quick: bool = False, keep: Path | None = None) -> tuple[dict[str, float], list[str]]:
    attempts = QUICK_ATTEMPTS if quick else ATTEMPTS
    with _folder(keep) as folder:
        path = recipe(folder, attempts)
        make(path)
        flat = folder / "flat"
        if not flat.exists():
            flatten(path, flat)
        ours = run_alone(["-m", "tracemill", "run", path, "--quiet", "--json"])
        exported = folder / "exports" / "made" / "v0001"
        manifest = json.loads((exported / "manifest.json").read_text())
        rows = {view: sum(splits.values()) for view, splits in manifest["rows"].items()}
        same = plain(exported / "sft_all", folder / "plain")
        alone = plain(flat, folder / "plain")
        assert same.told["rows"] == [rows["sft"], rows["sft_all"]]
        more = [count - taken for count, taken in zip(alone.told["rows"], same.told["rows"], strict=True)]
        assert all(0 <= count < attempts / 100 for count in more)
    seconds = {name: ours.told["nodes"][name]["seconds"] for name in TIMED}
    total = sum(seconds.values())
    figures = {
        "export_share_of_plain_arrow": same.told["seconds"] / total,
        "export_share_of_attempts_only": alone.told["seconds"] / total,
        "export_rows_per_s": sum(rows.values()) / total,
        "export_peak_mb": ours.peak_mb,
    }
    size = sum(facts["bytes"] for facts in manifest["files"].values())
    return figures, [
        f"{attempts:,} attempts; rows: {', '.join(f'{view} {count:,}' for view, count in rows.items())}",
        f"ours                     {total:>7.1f} s  {size / 1e9:.2f} GB written",
        "of which                 " + ", ".join(f"{name} {took:.1f} s" for name, took in seconds.items()),
        f"pyarrow, same rows       {same.told['seconds']:>7.1f} s  {same.told['bytes'] / 1e9:.2f} GB written",
        f"pyarrow, attempts only   {alone.told['seconds']:>7.1f} s  {alone.told['bytes'] / 1e9:.2f} GB written,"
        f" {sum(more):,} rows more",
        f"peak memory {ours.peak_mb:,.0f} MB; of pyarrow {same.peak_mb:,.0f} and {alone.peak_mb:,.0f} MB",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ATTEMPTS:,} attempts")
    parser.add_argument("--keep", type=Path, help="folder for what is made, to use it again")
    parser.add_argument("--plain", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.plain:
        json.dump(filter_and_write(*options.plain), sys.stdout)
        return
    figures, lines = measure(quick=options.quick, keep=options.keep)
    print("\n".join([*lines, "", *(f"{name:<32}{value:>12,.2f}" for name, value in figures.items())]))


if __name__ == "__main__":
    main()
