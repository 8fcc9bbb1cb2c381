"""The chain from pages to a data set and a training run, as a user would check it."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import datasets
import polars as pl
import pytest

from pipeline.config import load_config
from pipeline.session import run
from pipeline.trace import trace
from pipeline.versions import damaged
from stages._text import question_key
from stages._training_prompt import BOXED_INSTRUCTION, user_message
from tests.integration.conftest import ROOT, Demo
from verifier import Outcome, verify


def view(demo: Demo, name: str) -> pl.DataFrame:
    return pl.read_parquet(demo.version / name / "*.parquet")


def test_every_row_that_entered_a_node_is_accounted_for(demo):
    for node in demo.result.nodes:
        totals = node.manifest.totals
        assert totals.rows_in == totals.kept + sum(totals.rejected.values()) + totals.quarantined, node.node
        assert totals.quarantined == 0, node.node


def test_at_least_a_hundred_prompts_come_from_the_pages(demo):
    rl = view(demo, "rl")
    assert rl.filter(pl.col("data_source") == "tracemill/openstax-college-physics").height >= 100
    assert rl["id"].n_unique() == rl.height


def test_recorded_long_chains_of_thought_are_verified_and_exported(demo):
    sft = view(demo, "sft")
    long = sft.filter(pl.col("reasoning").str.len_chars() > 2000)
    assert long.height >= 10
    first = long.row(0, named=True)
    assert f"<think>\n{first['reasoning']}\n</think>" in first["completion"][0]["content"]


def test_every_exported_example_is_verified_correct_again(demo):
    for row in view(demo, "sft").iter_rows(named=True):
        verdict = verify(row["answer"], row["final"], answer_type=row["answer_type"])
        assert verdict.outcome is Outcome.CORRECT, row["id"]


def test_the_unfiltered_view_holds_every_attempt_that_came_to_an_end_with_its_outcome(demo):
    everything = view(demo, "sft_all")
    totals = {node.node: node.manifest.totals for node in demo.result.nodes}
    attempts = totals["own"].rows_out + totals["replayed"].rows_out
    assert everything.height == attempts - sum(totals["sft_all"].rejected.values())
    assert set(totals["sft_all"].rejected) <= {"truncated", "looping", "no_final_text", "think_tags"}
    assert set(everything["outcome"]) >= {"correct", "incorrect"}


def asked(prompts: Iterable[list[dict[str, str]]]) -> set[str]:
    """Keys of the bare questions behind prompts; every prompt must carry the instruction that is taken off here."""
    contents = [prompt[0]["content"] for prompt in prompts]
    suffix = f"\n\n{BOXED_INSTRUCTION}"
    assert [content for content in contents if not content.endswith(suffix)] == []
    return {question_key(content.removesuffix(suffix)) for content in contents}


def test_no_benchmark_question_is_in_the_data_set(demo):
    samples = [ROOT / "configs" / "samples" / f"{name}.jsonl.gz" for name in ("math500", "gsm8k_test", "svamp")]
    questions = pl.concat([pl.read_ndjson(path).select("question") for path in samples])
    benchmarks = set(map(question_key, questions["question"]))
    assert len(benchmarks) > 2500
    for name in ("sft", "rl", "sft_all", "rl_all"):
        prompts = view(demo, name).select("prompt")
        assert not benchmarks & asked(prompts["prompt"]), name
        planted = questions.tail(1).select(prompt=user_message(pl.col("question")))
        found = benchmarks & asked(pl.concat([prompts, planted])["prompt"])
        assert found == {question_key(questions["question"][-1])}, name


def test_the_data_set_opens_with_the_usual_readers(demo):
    loaded = datasets.load_dataset(str(demo.version), "sft", cache_dir=str(demo.recipe.parent / "hf"))
    assert sum(split.num_rows for split in loaded.values()) == view(demo, "sft").height
    assert damaged(demo.version) == []


def test_the_card_names_licences_and_attribution(demo):
    card = (demo.version / "README.md").read_text()
    manifest = json.loads((demo.version / "manifest.json").read_text())
    assert "OpenStax" in card
    licences = {licence for source in manifest["sources"].values() for licence in source["licences"]}
    assert licences == {"CC BY 4.0", "MIT"}
    assert {benchmark["node"] for benchmark in manifest["benchmarks"]} == {"math500", "gsm8k", "svamp"}


def test_the_manifest_names_the_code_and_the_packages_that_made_each_part(demo):
    parents = {parent["node"]: parent for parent in json.loads((demo.version / "manifest.json").read_text())["parents"]}
    assert all(len(parent["code"]) == 64 and parent["version"] >= 1 for parent in parents.values())
    verdicts = next(parent for parent in parents.values() if parent["stage"] == "verify")
    assert verdicts["packages"].keys() == {"math-verify", "sympy", "latex2sympy2_extended", "mpmath", "pint"}


def test_a_second_run_reuses_everything(demo):
    again = run(load_config(demo.recipe))
    assert {node.status for node in again.nodes} == {"reused"}
    assert again.versions == demo.result.versions


def test_trace_tells_a_row_from_page_to_export(demo):
    sft_id = view(demo, "sft")["id"][0]
    recipe = load_config(demo.recipe)
    fates = {(sighting.node, sighting.fate) for sighting in trace(recipe, sft_id)}
    assert {("clean", "kept"), ("problems", "kept"), ("verdicts", "kept"), ("sft", "kept")} <= fates
    assert ("dataset", "exported") in fates


def test_a_changed_threshold_makes_a_version_whose_diff_explains_itself_and_asks_no_teacher(demo):
    changed = run(load_config(demo.recipe, overrides=["sft.per_problem=1"]))
    status = {node.node: node.status for node in changed.nodes}
    assert status["own"] == status["replayed"] == status["verdicts"] == "reused"
    second = changed.versions[0]
    assert second.name == "v0002"
    command = [sys.executable, "-m", "tracemill", "diff", str(demo.version), str(second)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    gone = view(demo, "sft").height - pl.read_parquet(second / "sft" / "*.parquet").height
    assert gone > 0
    assert "sft.per_problem: 4 -> 1" in told
    assert f"over_quota 0 -> {gone}" in " ".join(told.split()), told


def test_the_version_holds_its_card_report_rewards_and_pictures(demo):
    held = {str(path.relative_to(demo.version)) for path in demo.version.rglob("*") if path.is_file()}
    assert {"README.md", "report.html", "manifest.json", "rewards/trl_reward.py", "plots/lengths.png"} <= held
    assert damaged(demo.version) == []


@pytest.mark.timeout(300)
def test_a_few_training_steps_on_the_export_lower_the_loss_and_leave_a_model_that_loads(demo, tmp_path):
    from transformers import AutoModelForCausalLM

    folders = [f"data.path={demo.version}", f"model.path={demo.weights}", f"out={tmp_path}/run"]
    settings = [*folders, "data.view=sft_all", "data.validation=null", "steps=4"]
    command = [sys.executable, "-m", "tracemill", "train", "sft", str(ROOT / "configs" / "train" / "demo-sft.yaml")]
    chosen = [argument for setting in settings for argument in ("--set", setting)]
    done = subprocess.run([*command, *chosen, "--json"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["first_batch_after"] < summary["first_batch_before"]
    assert len((tmp_path / "run" / "metrics.jsonl").read_text().splitlines()) >= summary["steps"]
    assert AutoModelForCausalLM.from_pretrained(summary["model"]).num_parameters() > 1e8


def test_a_wrong_recipe_is_one_message_and_exit_code_two(demo):
    command = [sys.executable, "-m", "tracemill", "run", str(demo.recipe), "--set", "clean.ngrams=3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: clean: decontaminate has no option 'ngrams'")
    assert "Traceback" not in done.stderr


def test_paths_of_the_shipped_recipe_exist():
    raw = (ROOT / "configs" / "demo.yaml").read_text()
    recipe = load_config(ROOT / "configs" / "demo.yaml")
    assert recipe.name == "demo"
    assert str(Path.home()) not in raw
