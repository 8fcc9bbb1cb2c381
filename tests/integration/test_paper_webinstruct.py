"""The paper's WebInstruct-462k as it stands: a row for every way to be lost, and three RL views of one graph."""

import json
import os
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from pipeline.config import load_config
from pipeline.runner import NodeResult
from pipeline.session import run
from tests.integration.conftest import ROOT

RECIPE = ROOT / "configs" / "paper" / "webinstruct-462k.yaml"
Nodes = Mapping[str, NodeResult]


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Nodes:
    folder = tmp_path_factory.mktemp("webinstruct-462k")
    config = load_config(RECIPE, overrides=[f"exports={folder / 'exports'}"], store=str(folder / "store"))
    return {node.node: node for node in run(config).nodes}


def lost(node: NodeResult) -> dict[str, int]:
    return dict(node.manifest.totals.rejected)


def rows(node: NodeResult) -> pl.DataFrame:
    return pl.concat(pl.read_parquet(path) for path in node.artifact.data_files())


def view(node: NodeResult, name: str) -> pl.DataFrame:
    assert node.version is not None
    return pl.read_parquet(node.version.path / name / "*.parquet")


def manifest(node: NodeResult) -> dict[str, Any]:
    assert node.version is not None
    found: dict[str, Any] = json.loads((node.version.path / "manifest.json").read_text(encoding="utf-8"))
    return found


def test_every_loss_has_its_own_reason(nodes: Nodes) -> None:
    assert lost(nodes["unique"]) == {"duplicate": 1}
    assert lost(nodes["apart"]) == {"near_duplicate": 1}
    assert lost(nodes["clean"]) == {"contaminated": 1}
    assert lost(nodes["short"]) == {"unverifiable": 6, "unparsable": 1, "truncated": 1}
    assert lost(nodes["checkable"]) == {"too_long": 1}
    assert lost(nodes["partly"]) == {"gold_sentinel": 1}
    assert lost(nodes["agreed"]) == {"suspect_gold": 1, "hard": 1, "no_answer_given": 1, "undecided": 1}


def test_the_views_are_nested_and_the_unfiltered_one_holds_all_that_is_left_of_the_web(nodes: Nodes) -> None:
    filtered, partly, unfiltered = (
        set(view(nodes[name], "rl")["id"]) for name in ("filtered", "partly_filtered", "unfiltered")
    )
    assert filtered < partly < unfiltered
    assert unfiltered == set(rows(nodes["clean"])["id"])
    assert len(partly) - len(filtered) == sum(lost(nodes["agreed"]).values())


def test_a_question_is_kept_where_one_of_two_answers_agrees(nodes: Nodes) -> None:
    rates = view(nodes["filtered"], "rl")["pass_rate"]
    assert set(rates) == {0.5, 1.0}
    assert set(view(nodes["filtered"], "rl")["num_attempts"]) == {2}


def test_the_wrong_gold_is_told_from_the_hard_question(nodes: Nodes) -> None:
    audits = rows(nodes["audited"]).filter(pl.col("question").str.contains("Alison"))["audit"].to_list()
    assert [(audit["status"], audit["consensus"]) for audit in audits] == [("suspect_gold", "5")]


def test_responses_that_agree_are_the_same_in_all_three_data_sets(nodes: Nodes) -> None:
    chosen = [view(nodes[name], "sft") for name in ("filtered", "partly_filtered", "unfiltered")]
    assert set(chosen[0]["outcome"]) == {"correct"}
    assert {tuple(sorted(one["id"])) for one in chosen} == {tuple(sorted(rows(nodes["sft"])["id"]))}
    assert set(chosen[0]["provenance"].struct.field("problem_id")) == set(view(nodes["filtered"], "rl")["id"])
    assert view(nodes["filtered"], "sft_all").height == 2 * view(nodes["partly_filtered"], "rl").height


def test_no_question_is_trained_on_in_one_view_and_validated_with_in_another(nodes: Nodes) -> None:
    whole = dict(view(nodes["unfiltered"], "rl").select("id", "split").iter_rows())
    for name in ("filtered", "partly_filtered"):
        assert all(whole[id] == split for id, split in view(nodes[name], "rl").select("id", "split").iter_rows())


def test_questions_without_a_short_answer_keep_the_long_one(nodes: Nodes) -> None:
    asked = view(nodes["unfiltered"], "rl").filter(pl.col("question").str.contains("noise-canceling"))
    assert asked["answer"][0].startswith("Regular headphones only block")
    assert asked["num_attempts"][0] == 0


def test_the_manifest_tells_statistics_and_credits(nodes: Nodes) -> None:
    told = manifest(nodes["filtered"])
    assert told["statistics"]["sft"]["rows"] == view(nodes["filtered"], "sft").height
    assert told["statistics"]["sft"]["groups"][0]["reasoning"]["keywords"]["wait"]["share"] > 0
    assert told["statistics"]["rl"]["pass_rates"]["never"] == 0
    # Ten without a gold, and one whose answers nobody could decide.
    assert told["statistics"]["rl_all"]["pass_rates"]["unsampled"] == 11
    physics = told["sources"]["openstax-college-physics"]
    assert physics["licences"] == ["CC BY 4.0"]
    assert "OpenStax" in physics["attributions"][0]


def test_the_recipe_in_the_card_makes_the_data_set_again_once_its_files_are_named(nodes: Nodes, tmp_path: Path) -> None:
    version = nodes["filtered"].version
    assert version is not None
    told = (version.path / "README.md").read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    recipe = yaml.safe_load(told) | {"name": "again", "store": str(tmp_path / "store"), "exports": str(tmp_path)}
    for name, file in (("given", "webinstruct_shaped.jsonl"), ("math500", "math500.jsonl.gz")):
        recipe["nodes"][name]["with"]["paths"] = [str(ROOT / "configs" / "samples" / file)]
    (tmp_path / "again.yaml").write_text(yaml.safe_dump(recipe), encoding="utf-8")
    (again,) = run(load_config(tmp_path / "again.yaml")).versions
    made = json.loads((again / "manifest.json").read_text(encoding="utf-8"))
    assert made["digest"] == manifest(nodes["filtered"])["digest"]


def test_the_real_models_are_one_line_each(tmp_path: Path) -> None:
    """The commented lines are put in the place of those above them; the recipe then reads as before."""
    text = RECIPE.read_text(encoding="utf-8")
    for above, script in (("short", "webinstruct-extractor-scripted"), ("attempts", "webinstruct-scripted")):
        lines = text.split("\n")
        (at,) = [number for number, line in enumerate(lines) if f"/{script}.yaml" in line]
        assert lines[at + 1].strip().startswith("# with:"), above
        lines[at : at + 2] = [lines[at + 1].replace("# with:", "with:")]
        text = "\n".join(lines)
    recipe = tmp_path / "real.yaml"
    recipe.write_text(text.replace("../", f"{ROOT / 'configs'}/"), encoding="utf-8")
    real = {name: node.stage for name, node in load_config(recipe).nodes.items()}
    assert real["short"].teacher.model == "meta-llama/Llama-3.1-8B-Instruct"  # type: ignore[attr-defined]
    assert real["short"].teacher.sampling.max_tokens == 512  # type: ignore[attr-defined]
    assert real["attempts"].teacher.model == "Qwen/QwQ-32B-Preview"  # type: ignore[attr-defined]


@pytest.mark.skipif("TRACEMILL_DATA" not in os.environ, reason="TRACEMILL_DATA is not set")
def test_the_sample_can_be_built_again() -> None:
    script = ROOT / "configs" / "samples" / "webinstruct_shaped.py"
    built = runpy.run_path(str(script))["lines"](Path(os.environ["TRACEMILL_DATA"]))
    assert built == script.with_suffix(".jsonl").read_text(encoding="utf-8")
