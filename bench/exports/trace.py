"""`tracemill trace ID` in a store with a million rows a node, from the command's start to its end.

    python bench/exports/trace.py [--quick]

The store is written in the engine's own form: shards of a source, rows dropped, a table, attempts in two thousand small
shards with ids in no order, their verdicts, and an export with texts of 4 kB. Beside it stands what reading the ids of
all nodes takes, with nothing left out.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.parts import run_alone
from pipeline.lineage import Located, Survey
from pipeline.manifest import Manifest, ShardReport, Totals, content_digest
from pipeline.parquet import REJECTS, ROW_GROUP
from pipeline.store import Store
from tests.pipeline.editions import write_edition
from tests.pipeline.workshop import ENVIRONMENT, SOURCE, Workshop, command, node

ROWS, ROWS_QUICK = 1_000_000, 40_000
SHARD_ROWS, SLICE_ROWS, FILE_ROWS = 20_000, 500, 50_000
PAGE, TRACE = "What is the sum of the first numbers? " * 25, "Let me think again about this step of it. " * 95
# One row in ten is dropped, and nine in ten of the rest go on to the export.
KEPT = 0.9
NODES: dict[str, Any] = {
    "src": SOURCE,
    "clean": node("shout", mark="clean"),
    "near": node("sift", needs="clean"),
    "traces": node("shout", needs="near", mark="traces"),
    "checked": node("shout", needs="traces", mark="checked"),
    "chosen": node("sift", needs="checked", every=7),
    "set": node("publish", needs="chosen", name="toys"),
}


class Filled:
    """A store of the nodes, filled without running them."""

    def __init__(self, shop: Workshop, rows: int) -> None:
        self.path = shop.write(**NODES)
        recipe = shop.recipe(**NODES)
        self.store = Store(recipe.store)
        draw = random.Random(1)
        problems = [f"{draw.getrandbits(128):032x}" for _ in range(rows)]
        kept = problems[: int(rows * KEPT)]
        attempts = [f"{kept[number % len(kept)]}/small-{number // len(kept):02d}" for number in range(rows)]
        draw.shuffle(attempts)
        self.dropped, self.chosen = problems[len(kept) :], attempts[: int(rows * KEPT)]
        fills = {
            "src": (problems, SHARD_ROWS, PAGE, []),
            "clean": (kept, SHARD_ROWS, PAGE, self.dropped),
            "near": (sorted(kept), SHARD_ROWS, PAGE, []),
            "traces": (attempts, SLICE_ROWS, TRACE, []),
            "checked": (attempts, SLICE_ROWS, "", []),
            "chosen": (sorted(self.chosen), SHARD_ROWS, "", sorted(attempts[len(self.chosen) :])),
        }
        survey = Survey(recipe, self.store)
        for one in survey.order:
            located = survey.locate(one)
            assert located
            if one.name in fills:
                _fill(located, *fills[one.name])
            else:
                _export(located, self.chosen, kept)

    def traced(self, row_id: str) -> tuple[float, list[str]]:
        """Seconds and what was said."""
        started = time.monotonic()
        words = command("trace", self.path, row_id)
        said = subprocess.run(words, env=ENVIRONMENT, capture_output=True, text=True, check=True)
        return time.monotonic() - started, said.stdout.splitlines()

    def read_ids(self) -> int:
        """How many ids there are in all nodes, each read."""
        files = self.store.root.glob("artifacts/*/*/data/*.parquet")
        return sum(pq.read_table(path, columns=["id"]).num_rows for path in files)


def _fill(located: Located, ids: list[str], per: int, text: str, dropped: list[str]) -> None:
    """The artifact of a row or table stage: shards, their reports, the manifest."""
    artifact, reports = located.artifact, []
    for kind in ("data", "rejects", "shards"):
        (artifact.path / kind).mkdir(parents=True)
    for index, part in enumerate(_cut(ids, per)):
        _write(artifact.shard("data", index), _rows(sorted(part), text).to_arrow())
        gone = dropped[index * per : (index + 1) * per]
        if gone:
            texts = [gone, ["short"] * len(gone), [""] * len(gone), ["{}"] * len(gone)]
            _write(artifact.shard("rejects", index), pa.table(texts, schema=REJECTS))
        reports.append(_report(index, len(part), len(gone)))
        artifact.report_path(index).write_text(json.dumps(reports[-1].to_json()))
    _commit(located, reports, len(reports))


def _cut(ids: list[str], per: int) -> Iterator[list[str]]:
    return (ids[start : start + per] for start in range(0, len(ids), per))


def _rows(ids: list[str], text: str) -> pl.DataFrame:
    numbered = pl.DataFrame({"id": ids, "n": range(len(ids))}, schema={"id": pl.String, "n": pl.Int64})
    return numbered.with_columns(text=pl.format("{}{}", pl.lit(text), "n"))


def _write(path: Path, table: pa.Table) -> None:
    pq.write_table(table, path, compression="zstd", row_group_size=ROW_GROUP)


def _report(index: int, kept: int, dropped: int) -> ShardReport:
    reasons = {"short": dropped} if dropped else {}
    counts = {"rows_in": kept + dropped, "kept": kept, "rows_out": kept, "rejected": reasons, "quarantined": 0}
    return ShardReport(index=index, digest=f"{kept:064x}", seconds=1.0, **counts)


def _export(located: Located, attempts: list[str], problems: list[str]) -> None:
    """Both views of the attempts and of the problems, and an index of each."""
    views = {view: {"train": _parts(ids, text)} for view, ids, text in (
        ("sft", attempts[: len(attempts) // 2], TRACE), ("sft_all", attempts, TRACE), ("rl", problems, PAGE)
    )}  # fmt: skip
    located.artifact.path.mkdir(parents=True)
    write_edition(located.artifact.folder, views)
    report = _report(0, len(attempts), 0)
    (located.artifact.path / "shards").mkdir()
    located.artifact.report_path(0).write_text(json.dumps(report.to_json()))
    _commit(located, [report], 0)


def _parts(ids: list[str], text: str) -> list[pl.LazyFrame]:
    return [
        pl.LazyFrame({"id": part}).with_columns(text=pl.format("{}{}", pl.lit(text), "id"))
        for part in _cut(ids, FILE_ROWS)
    ]


def _commit(located: Located, reports: list[ShardReport], num_shards: int) -> None:
    located.artifact.write_fingerprint(located.fingerprint, located.node.name)
    located.artifact.commit(
        Manifest(
            stage=type(located.node.stage).uses(),
            key=located.fingerprint.key,
            digest=content_digest(reports),
            num_shards=num_shards,
            totals=Totals.of(reports),
            guard=located.fingerprint.guard,
            pins={},
            environment={},
        )
    )


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        filled = Filled(Workshop(Path(folder)), ROWS_QUICK if quick else ROWS)
        exported, dropped = filled.chosen[0], filled.dropped[-1]
        first_s = filled.traced(exported)[0]
        times = {row_id: median(filled.traced(row_id)[0] for _ in range(3)) for row_id in (exported, dropped)}
        said = filled.traced(exported)[1]
        started = time.monotonic()
        ids = filled.read_ids()
        read_s = time.monotonic() - started
    figures = {
        "trace_first_s": first_s,
        "trace_s": times[exported],
        "trace_dropped_s": times[dropped],
        "trace_ids": float(ids),
        "ids_read_s": read_s,
    }
    lines = [line[:110] for line in said if line.strip()]
    return figures, [*lines, f"{times[exported]:.2f} s; reading the {ids:,} ids of the nodes alone {read_s:.2f} s"]


if __name__ == "__main__":
    run_alone(__doc__ or "", measure)
