"""Tables whose texts do not fit into memory: a stage joins what it decided to rows, and holds none of them."""

import re
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import polars as pl
import pytest

from pipeline.inputs import StoredInput
from pipeline.schema import Record
from pipeline.stage import TableStage
from stages.dedup_exact import DedupExact
from stages.dedup_near import DedupNear
from stages.keep_attempts import KeepAttempts
from stages.keep_recalled import KeepRecalled
from stages.select_rl import SelectRl
from stages.take_unfiltered import TakeUnfiltered
from tests.stages.near_rows import pair
from tests.stages.recall_rows import document, scored
from tests.stages.training_rows import attempt, problem
from tests.support import MemorySide, context

ROWS, CHARS, AT_ONCE = 12_000, 50_000, 10
TEXT = "x" * CHARS


@dataclass(frozen=True)
class Case:
    """`row` as it is in all copies but for its id, and with each its own in `long`; `side` are rows as they are."""

    stage: TableStage  # type: ignore[type-arg]
    row: Record
    long: str
    side: Mapping[str, Record]


CASES = {
    "dedup_exact": Case(DedupExact(), pair("a", "what"), "answer_text", {}),
    "dedup_near": Case(DedupNear(), pair("a", "what"), "answer_text", {}),
    "keep_attempts": Case(KeepAttempts(), attempt("p", 0), "final", {"problems": problem("p")}),
    "keep_recalled": Case(KeepRecalled(), document(), "text", {"scores": scored("a", "a.example", 0.9)}),
    "select_rl": Case(SelectRl(), problem("p"), "reference_solution", {}),
    "take_unfiltered": Case(TakeUnfiltered(), pair("a", "what"), "answer_text", {"problems": problem("p")}),
}


def write(path: Path, row: Record, *, long: str = "") -> Path:
    """Many rows that differ: ids and keys in pairs of one, so that half of them have a copy."""
    frame = MemorySide([row]).lazy().collect()
    number = pl.int_range(pl.len())
    own = {
        "id": pl.format("{}-{}", "id", number),
        "problem_id": pl.format("{}-{}", "problem_id", number),
        "content_key": pl.format("key-{}", number // 2),
        "question": pl.format("{} of {} and {}", "question", number // 2, number // 2),
        long: pl.format("{}{}", number, pl.lit(TEXT)),
    }
    told = pl.concat([frame] * ROWS).lazy()
    told = told.with_columns(column.alias(name) for name, column in own.items() if name in frame.columns)
    told.sink_parquet(path, row_group_size=AT_ONCE)
    return path


def growth_mb(stage: TableStage, path: Path, side: Mapping[str, Path], folder: Path) -> float:  # type: ignore[type-arg]
    """Of the most memory that this process had, by what it takes after some rows for all of them."""
    sides = {role: StoredInput(role, (file,)) for role, file in side.items()}
    peaks = []
    for rows in (pl.scan_parquet(path).head(AT_ONCE), pl.scan_parquet(path)):
        stage.transform(rows, context(folder, **sides)).sink_parquet(folder / "result", row_group_size=AT_ONCE)
        found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
        assert found is not None
        peaks.append(int(found[1]) / 1e3)
    return peaks[1] - peaks[0]


@pytest.mark.parametrize("name", CASES)
def test_texts_go_through_a_table_stage_and_stay_nowhere(tmp_path: Path, name: str) -> None:
    case = CASES[name]
    path = write(tmp_path / "rows.parquet", case.row, long=case.long)
    side = {role: write(tmp_path / f"{role}.parquet", row) for role, row in case.side.items()}
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        grown = process.submit(growth_mb, case.stage, path, side, tmp_path).result()
    assert pl.scan_parquet(tmp_path / "result").select(pl.len()).collect().item() == ROWS
    assert grown < ROWS * CHARS / 1e6 / 2  # a tenth to a third, of what is on its way
