"""`configs/distil.yaml` as it stands: a Parquet file of problems in, verified attempts and data sets out."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from pipeline.config import load_config
from pipeline.plan import plan
from pipeline.runner import NodeResult
from pipeline.session import run
from tests.integration.conftest import ROOT

RECIPE = ROOT / "configs" / "distil.yaml"


def distilled(folder: Path, *overrides: str) -> dict[str, NodeResult]:
    recipe = load_config(RECIPE, overrides=[f"exports={folder / 'exports'}", *overrides], store=str(folder / "store"))
    return {node.node: node for node in run(recipe).nodes}


def rows(node: NodeResult) -> pl.DataFrame:
    return pl.concat(pl.read_parquet(path) for path in node.artifact.data_files())


def counted(node: NodeResult, name: str) -> float:
    return node.manifest.totals.counters.get(name, 0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("distil")


@pytest.fixture(scope="module")
def first(folder: Path) -> dict[str, NodeResult]:
    return distilled(folder)


def test_problems_come_out_of_a_parquet_file_and_none_is_lost(first: dict[str, NodeResult]) -> None:
    assert first["given"].manifest.totals.rows_out == 60
    for name, node in first.items():
        totals = node.manifest.totals
        assert totals.rows_in == totals.kept + sum(totals.rejected.values()) + totals.quarantined, name
        assert totals.quarantined == 0, name
    assert first["problems"].manifest.totals.rows_out >= 55


def test_no_problem_is_asked_more_than_it_takes(first: dict[str, NodeResult]) -> None:
    verdicts = rows(first["verdicts"]).with_columns(pl.col("outcome") == "correct")
    tallies = verdicts.group_by("problem_id").agg(pl.len().alias("drawn"), pl.col("outcome").sum().alias("right"))
    assert tallies["problem_id"].n_unique() == first["problems"].manifest.totals.rows_out
    enough, given_up = pl.col("right") == 2, (pl.col("right") == 0) & (pl.col("drawn") == 6)
    assert tallies.filter(~(enough | given_up | (pl.col("drawn") == 8))).is_empty()
    assert tallies.filter(enough).height > 40
    assert counted(first["traces"], "asked") == tallies["drawn"].sum() < 8 * tallies.height / 1.5


def test_right_attempts_become_training_rows_and_problems_carry_a_pass_rate(first: dict[str, NodeResult]) -> None:
    sft, rl = rows(first["sft"]), rows(first["rl"])
    assert sft.height == counted(first["traces"], "correct")
    assert sft["num_tokens"].min() > 0
    assert 0 < rl["pass_rate"].mean() < 1
    version = first["dataset"].version
    assert version is not None
    assert set(version.manifest()["sources"]) == {"mawps", "gsm8k"}


def test_a_second_run_asks_nothing(folder: Path, first: dict[str, NodeResult]) -> None:
    assert {node.status for node in distilled(folder).values()} == {"reused"}
    shutil.rmtree(first["traces"].artifact.path)
    again = distilled(folder)["traces"]
    assert again.status == "ran"
    assert again.manifest.digest == first["traces"].manifest.digest
    assert (counted(again, "asked"), counted(again, "reused")) == (0, counted(first["traces"], "asked"))


def test_a_larger_budget_asks_for_what_is_missing(folder: Path, first: dict[str, NodeResult]) -> None:
    more = distilled(folder, "traces.stop={correct: 3}")["traces"]
    assert counted(more, "reused") == counted(first["traces"], "asked")
    assert counted(more, "asked") > 0


def test_another_teacher_is_a_file_on_the_command_line(folder: Path) -> None:
    teacher = ROOT / "configs" / "teachers" / "qwq-32b.yaml"
    overrides = [f"traces.teacher={{file: {teacher}}}", f"traces.teacher.revision={'ab' * 20}", "traces.run.workers=4"]
    recipe = load_config(RECIPE, overrides=overrides, store=str(folder / "store"))
    step = next(step for step in plan(recipe) if step.node == "traces")
    assert (step.action, step.tokens, step.measured) == ("miss", None, None)
