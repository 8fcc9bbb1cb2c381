"""The paper's recipes of selection as they stand: rejection sampling on MATH, and mixes of MATH with the web."""

import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from pipeline.config import load_config
from pipeline.runner import NodeResult
from pipeline.session import run
from tests.integration.conftest import ROOT

PAPER = ROOT / "configs" / "paper"


def results(recipe: str, folder: Path) -> dict[str, NodeResult]:
    config = load_config(PAPER / recipe, overrides=[f"exports={folder / 'exports'}"], store=str(folder / "store"))
    return {node.node: node for node in run(config).nodes}


def rows(node: NodeResult) -> pl.DataFrame:
    return pl.concat(pl.read_parquet(path) for path in node.artifact.data_files())


def view(node: NodeResult, name: str) -> pl.DataFrame:
    assert node.version is not None
    return pl.read_parquet(node.version.path / name / "*.parquet")


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, NodeResult]:
    return results("math-rejection-sampling.yaml", tmp_path_factory.mktemp("rejection"))


@pytest.fixture(scope="module")
def mixes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, NodeResult]:
    return results("mixes.yaml", tmp_path_factory.mktemp("mixes"))


def test_points_of_a_curve_come_from_one_pool_and_are_nested(sampled: Mapping[str, NodeResult]) -> None:
    for names, pool in ((("few", "more", "most"), "long"), (("some", "every"), "short")):
        points = [set(rows(sampled[name])["id"]) for name in names]
        assert all(smaller < larger for smaller, larger in pairwise(points))
        right = rows(sampled[f"{pool}_verdicts"]).filter(pl.col("outcome") == "correct")
        ended = rows(sampled[pool]).filter(pl.col("finish_reason") == "stop")
        assert points[-1] == set(right["id"]) & set(ended["id"])


def test_each_point_has_the_first_samples_alone_in_both_views(sampled: Mapping[str, NodeResult]) -> None:
    for name, samples in (("few", 1), ("more", 2), ("most", 4), ("some", 4), ("every", 8)):
        every = rows(sampled[f"{name}_all"])
        assert every["sample"].max() == samples - 1
        assert set(rows(sampled[name])["id"]) <= set(every["id"])
        assert {"incorrect", "later_sample"} & set(sampled[name].manifest.totals.rejected)


def test_every_point_is_a_data_set_whose_rows_are_those_selected(sampled: Mapping[str, NodeResult]) -> None:
    for node, name in (("long_few", "few"), ("long_more", "more"), ("long_most", "most"), ("short_every", "every")):
        exported = view(sampled[node], "sft")
        assert set(exported["id"]) == set(rows(sampled[name])["id"])
        assert set(exported["outcome"]) == {"correct"}
        assert set(exported["teacher"]) == ({"r1-replay"} if node.startswith("long") else {"scripted"})
    long, short = (view(sampled[node], "sft")["num_tokens"].median() for node in ("long_most", "short_every"))
    assert long > 10 * short


def test_the_mixes_have_their_shares_and_one_size(mixes: Mapping[str, NodeResult]) -> None:
    of_math = {name: rows(mixes[name])["source"].eq("math-train").sum() for name in ("all_math", "halves", "all_web")}
    assert of_math == {"all_math": 16, "halves": 8, "all_web": 0}
    assert {rows(mixes[name]).height for name in of_math} == {16}
    for name, node in (("all_math", "math_100"), ("halves", "math_50_web_50"), ("all_web", "web_100")):
        assert set(view(mixes[node], "sft")["id"]) == set(rows(mixes[name])["id"])


def test_mixes_share_the_rows_of_their_parts(mixes: Mapping[str, NodeResult]) -> None:
    math, halves, web = (set(rows(mixes[name])["id"]) for name in ("all_math", "halves", "all_web"))
    assert halves <= math | web
    assert len(halves & math) == len(halves & web) == 8


def test_math_is_right_and_the_web_is_one_answer_to_a_prompt_as_it_came(mixes: Mapping[str, NodeResult]) -> None:
    assert set(rows(mixes["from_math"])["outcome"]) == {"correct"}
    web = rows(mixes["from_web"])
    assert web["problem_id"].n_unique() == web.height == mixes["of_web"].manifest.totals.rows_out
    assert {"correct", "incorrect"} <= set(web["outcome"])
    cut_off = rows(mixes["web_attempts"]).filter(pl.col("finish_reason") == "length")
    assert set(cut_off["id"]) <= set(web["id"])


def test_prompts_are_of_math_and_have_the_splits_they_have_among_all(mixes: Mapping[str, NodeResult]) -> None:
    prompts, every = rows(mixes["prompts"]), rows(mixes["all_prompts"])
    assert set(prompts["data_source"]) == {"tracemill/math-train"}
    assert set(prompts.select("id", "split").rows()) <= set(every.select("id", "split").rows())


@pytest.mark.parametrize(
    ("recipe", "teachers"),
    [
        ("math-rejection-sampling.yaml", {"long": "qwq-32b-preview", "short": "qwen2.5-math-72b"}),
        ("mixes.yaml", {"math_attempts": "qwq-32b-preview", "web_attempts": "qwq-32b-preview"}),
    ],
)
def test_the_lines_for_the_real_thing_fit_where_they_stand(
    tmp_path: Path, recipe: str, teachers: Mapping[str, str]
) -> None:
    """Each `with` that has another beside it in a comment is exchanged for it."""
    text, exchanged = re.subn(r"\n    with: .*\n    # with: ", "\n    with: ", (PAPER / recipe).read_text())
    assert exchanged == 3
    (tmp_path / "paper").mkdir()
    for name in ("samples", "teachers", "filters"):
        (tmp_path / name).symlink_to(ROOT / "configs" / name)
    path = tmp_path / "paper" / recipe
    path.write_text(text)
    nodes = load_config(path).nodes
    assert {name: nodes[name].stage.teacher.name for name in teachers} == teachers
    assert nodes["long" if "long" in nodes else "math_attempts"].stage.recording is None
