"""The benchmark of size: what it generates, its recipes, its plain counterpart, and the arithmetic of what it costs."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from bench.scale import cost, overhead
from bench.scale.faults import read_faults
from bench.scale.generate import ORIGINALS, Material, row
from bench.scale.halves import Half, Stage, figures_of
from bench.scale.recipes import back, front
from pipeline.config import load_config
from pipeline.session import run

MADE = Material(
    [
        (f"Ann has {n} apples on table {n}. Then she buys {n} more of kind {'abcdefgh'[n % 8]}. How many?", str(2 * n))
        for n in range(3, 60)
    ],
    ["What is the largest prime below one hundred and twenty, if there is one?"],
    [f"First add {n} and {n + 1} to get the number of apples." for n in range(50)],
)


def test_rows_are_the_same_every_time_and_as_many_of_each_kind_as_told() -> None:
    rows = [row(number, MADE) for number in range(100, 500)]
    assert rows[50:60] == [row(number, MADE) for number in range(150, 160)]
    assert len({one.id for one in rows}) == 400
    assert all(1_600 < len(one.answer) < 2_200 for one in rows)
    before = {row(number, MADE).question for number in range(500) if number % 100 < ORIGINALS}
    copies = [one for number, one in enumerate(rows, 100) if 94 <= number % 100 < 98]
    assert len(copies) == 16
    assert {one.question for one in copies} <= before
    leaks = [one.question for number, one in enumerate(rows, 100) if number % 100 >= 98]
    assert sum("prime" in question.lower() for question in leaks) >= 7


def test_the_recipes_of_both_halves_are_those_of_the_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACEMILL_DATA", str(tmp_path))
    given = [tmp_path / "0.gz", tmp_path / "1.gz"]
    recipe = load_config(front(given, tmp_path, "front"))
    assert {"crawl", "pages", "qa", "pairs"} <= recipe.nodes.keys()
    assert recipe.nodes["qa"].needs == ("pages",)
    recipe = load_config(back(given, tmp_path, "back"))
    assert recipe.nodes["unique"].needs == ("rows",)
    assert {"apart", "clean", "candidates", "golds", "rl", "dataset"} <= recipe.nodes.keys()


def test_plain_python_does_to_the_rows_what_the_stages_do(tmp_path: Path) -> None:
    paths = overhead.write_notes(tmp_path, 300, 300)
    recipe = overhead.write_recipe(tmp_path, paths, "small")
    done = {node.node: node for node in run(load_config(recipe), workers=1).nodes}
    last = overhead.STAGES[-1].uses()
    assert [done[stage.uses()].manifest.totals.rows_in for stage in overhead.STAGES] == [300] * 3 + [297] * 5
    kept = pl.concat([pl.read_parquet(path) for path in done[last].artifact.data_files()])
    assert overhead.looped(paths[0], tmp_path / "plain.parquet") == 300 * 3 + 297 * 5
    assert kept.sort("id").equals(pl.read_parquet(tmp_path / "plain.parquet").sort("id"))
    assert 250 < pq.read_table(paths[0]).nbytes / 300 < 350


def half(**stages: Stage) -> Half:
    return Half(
        input_mb=20, packed_mb=10, store_mb=40, exports_mb=10, first_disk_mb=15, stages=stages, peak_mb=1_000,
        own_mb=750, first_own_mb=600, seconds=0, noop_s=2, plan_s=1, files=50, peak_disk_mb=60,
    )  # fmt: skip


def test_figures_are_the_worse_of_both_halves() -> None:
    one = half(qa=Stage("extract_qa", 1_000, 500, 10, 700, 500), model=Stage("train_recall", 0, 0, 5, None, None))
    figures = figures_of({"front": one})
    assert figures["noop_halves_s"] == 2
    assert figures["peak_halves_mb"] == 1_000
    assert figures["own_halves_mb"] == 750
    assert figures["memory_growth_front"] == 1.25
    assert figures["disk_of_input_front"] == 2.5
    assert figures["peak_disk_of_input_front"] == 3
    assert figures["disk_growth_front"] == 2
    assert figures["qa_rows_per_s"] == 100
    assert "model_rows_per_s" not in figures


def rates() -> dict[str, Any]:
    """A thousandth of a core-second a page and a hundredth a row, on one core."""

    def told(rows: int, seconds: float, **nodes: float) -> dict[str, Any]:
        fixed = {"bench": {"stage": "read_benchmark", "seconds": 36.0}}
        stages = {name: {"stage": name, "seconds": share * seconds} for name, share in nodes.items()}
        sizes = {
            "input_mb": rows / 1e3,
            "store_mb": rows / 1e3 + 5,
            "exports_mb": 0.0,
            "peak_mb": 2_000.0,
            "own_mb": 1_000.0,
        }
        sizes |= {"first_disk_mb": rows / 8e3 + 5, "first_own_mb": 1_000.0 - 0.9 * 7 / 8}
        return {"stages": stages | fixed, "seconds": seconds + 36.0, **sizes}

    return {
        "rows": 1_000,
        "pages": 1_000,
        "cores": 1,
        "front": told(1_000, 1.0, qa=1.0),
        "back": told(1_000, 10.0, apart=0.5, traces=0.25, verdicts=0.25),
    }


def test_a_bill_is_rates_times_amounts() -> None:
    told = rates()
    front_rates, back_rates = (cost.HalfRates.of(told[kind], 1_000, 1) for kind in ("front", "back"))
    given = cost.Assumptions(
        pages=3_600_000, page_bytes=2_000, pairs=360_000, problems=36_000, samples=10,
        answer_chars=3_000, chars_per_token=3, tokens_per_gpu_s=100,
    )  # fmt: skip
    paid = cost.bill(front_rates, back_rates, given)
    assert paid.core_hours == pytest.approx({"pages to pairs": 2.01, "pairs to problems": 0.51, "grading": 0.5})
    assert paid.gpu_hours == pytest.approx(1_000)
    assert paid.disk_gb["pages"] == pytest.approx(7.2)
    rows, what = cost.breaks(back_rates, given)[0]
    assert (rows, what) == (70_001_000, "64 GB of memory")


def test_the_page_on_scaling_tells_what_the_committed_rates_give() -> None:
    page = cost.PAGE.read_text("utf-8")
    made = cost.page_with(cost.section(json.loads(cost.RATES.read_text()), cost.Assumptions()), page)
    assert made == page, "docs/scaling.md is out of date: python -m bench.scale.cost"
    with pytest.raises(ValueError, match="no section"):
        cost.page_with("", "no marks")


def test_faults_are_counted_by_kind() -> None:
    cases = [{"kind": kind, "survived": kept} for kind, kept in (("kill", True), ("kill", False), ("disk full", True))]
    figures, lines = read_faults({"tried": 3, "survived": 2, "cases": cases})
    assert figures == {"faults_tried": 3, "faults_survived": 2, "fault_kinds": 2}
    assert [line.split()[-3:] for line in lines] == [["1", "of", "1"], ["1", "of", "2"]]
