"""The paper in miniature: its tasks, its files, and one run of each kind in its shortest form."""

from pathlib import Path
from random import Random

import pytest

from bench.mini.experiments import EXPERIMENTS
from bench.mini.facts import facts
from bench.mini.runs import AFTER, CONFIGS, folder, train
from bench.mini.task import TASKS, VOCABULARY, chain, fixed, settling, write_export, write_tokenizer
from pipeline.versions import read_manifest
from tests.threads import one_thread  # noqa: F401
from trainer.config import SftConfig
from trainer.data import read_rows, view_files
from trainer.model import load_tokenizer
from trainer.options import load
from trainer.rl_config import RlConfig
from trainer.template import Template
from verifier.grader import Gold, Grader
from verifier.types import Outcome


def test_a_chain_takes_the_distance_to_each_digit() -> None:
    assert chain("38145026") == "35405533"


def test_a_wrong_step_is_what_the_next_goes_on_from() -> None:
    rng = Random(0)
    for _ in range(200):
        digits = fixed(rng)
        before = 0
        for digit, state in zip(digits, map(int, chain(digits, rng, noise=0.3)), strict=True):
            assert abs(state - abs(before - int(digit))) <= 2
            before = state


def test_a_settled_chain_stays_what_it_is() -> None:
    digits = settling(Random(1))
    last = len(digits.rstrip("0"))
    assert len(digits) == 24
    assert set(chain(digits)[last - 1 :]) == {chain(digits)[-1]}


@pytest.mark.parametrize("name", TASKS)
def test_an_export_is_a_version_whose_held_out_prompts_are_not_trained_on(name: str, tmp_path: Path) -> None:
    version = write_export(name, tmp_path, sft_rows=300, prompts=100)
    views = read_manifest(version)["rows"]
    rows = {view: read_asked(version, view, "train") for view in views}
    held_out = read_asked(version, "rl", "validation")
    assert all(counts == {"train": len(rows[view]), "validation": 512} for view, counts in views.items())
    assert not held_out & set().union(*rows.values())
    assert write_export(name, tmp_path / "again", sft_rows=300, prompts=100).is_dir()
    assert read_manifest(tmp_path / "again")["digest"] == read_manifest(version)["digest"]


def read_asked(version: Path, view: str, split: str) -> set[str]:
    import pyarrow.parquet as pq

    (file,) = view_files(version, view, split)
    return {row["prompt"][0]["content"] for row in pq.read_table(file).to_pylist()}


def test_short_answers_are_right_and_long_ones_mostly(tmp_path: Path) -> None:
    version = write_export("mixed", tmp_path, sft_rows=300, prompts=10)
    rows = list(read_rows(view_files(version, "sft", "train")))
    golds = [Gold(chain(row.prompt[0]["content"])[-1], "integer") for row in rows]
    texts = [row.completion[0]["content"] for row in rows]
    grader = Grader({})
    verdicts = grader.grade(golds, texts)
    grader.close()
    right = {kind: [v.outcome is Outcome.CORRECT for v, t in zip(verdicts, texts, strict=True) if ("<" in t) is kind]
             for kind in (False, True)}  # fmt: skip
    assert all(right[False])
    assert 0.6 < sum(right[True]) / len(right[True]) < 0.95
    assert 0.2 < len(right[True]) / 300 < 0.4


def test_filtered_prompts_have_right_golds_more_often(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    version = write_export("mixed", tmp_path, sft_rows=10, prompts=400)

    def right(view: str) -> float:
        (file,) = view_files(version, view, "train")
        rows = pq.read_table(file).to_pylist()
        assert len(rows) == 400
        return sum(row["answer"] == chain(row["question"])[-1] for row in rows) / len(rows)

    assert right("rl_noisy") < 0.5
    assert right("rl_filtered") > 0.75


def test_every_word_is_a_token_and_the_template_ends_an_answer_once(tmp_path: Path) -> None:
    tokenizer = load_tokenizer(load(CONFIGS / "sft.yaml", SftConfig, overrides=[
        f"model.tokenizer={write_tokenizer(tmp_path)}"]).model)  # fmt: skip
    prompt = [{"role": "user", "content": "12"}]
    encoded = Template(tokenizer).encode("row", prompt, [{"role": "assistant", "content": "<think>11w</think>1"}])
    words = ["<bos>", "1", "2", "=", "<think>", "1", "1", "w", "</think>", "1", "<eos>"]
    assert [VOCABULARY[index] for index in encoded.ids] == words
    assert encoded.num_prompt == 4


def test_every_run_has_a_file_that_goes_on_from_the_run_it_follows() -> None:
    assert {path.stem for path in CONFIGS.glob("*.yaml")} == set(AFTER)
    for name, before in AFTER.items():
        config = load(CONFIGS / f"{name}.yaml", SftConfig if before is None else RlConfig)
        assert config.out == str(folder(name, 0))
        assert before is None or config.model.path == f"{folder(before, 0)}/final"


def test_every_experiment_compares_runs_that_there_are() -> None:
    assert {name for one in EXPERIMENTS for name in one.arms.values()} <= set(AFTER)


def test_runs_follow_one_another_and_are_not_repeated(tmp_path: Path) -> None:
    write_tokenizer(tmp_path / "data" / "tokenizer")
    write_export("mixed", tmp_path / "data" / "mixed", sft_rows=640, prompts=64)
    train("sft", 0, runs=tmp_path, overrides=["steps=10"])
    short = ["steps=2", "rollout.prompts=8", "rollout.samples=4", "held_out.rows=64", "policy.minibatch=16"]
    took = train("classic", 0, runs=tmp_path, overrides=short)
    run = facts(folder("classic", 0, runs=tmp_path))
    assert 0 <= run.before("accuracy") <= 1
    assert 1 <= run.after("len") <= 24
    assert train("classic", 0, runs=tmp_path, overrides=short) == took
