"""Whole runs: what they leave behind, and that none of it depends on interruptions, batches or processes."""

import gzip
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch
import typer
import yaml
from rich.console import Console
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM
from typer.testing import CliRunner

from tests.limits import SOON_S
from tests.trainer.digits import assert_close, prompt_row, rl_options, write_prompts
from tests.trainer.test_parallel import free_ports
from trainer.commands import register
from trainer.errors import TrainConfigError
from trainer.log import read_metrics
from trainer.options import build
from trainer.rl import RlSummary, train_rl
from trainer.rl_config import RlConfig

QUIET = Console(quiet=True)
ROOT = Path(__file__).parents[2]
CLOCK = ("seconds", "tokens_per_s", "time/")


@pytest.fixture
def options(tmp_path: Path) -> dict[str, Any]:
    return rl_options(tmp_path)


def train(options: dict[str, Any], *, resume: bool = False, **changes: Any) -> RlSummary:
    return train_rl(build(options | changes, RlConfig), resume=resume, console=QUIET)


def computed(run: Path) -> list[dict[str, Any]]:
    """The metrics without what the clock decides."""
    return [{key: one for key, one in row.items() if not key.startswith(CLOCK)} for row in read_metrics(run)]


def weights(run: Path) -> dict[str, torch.Tensor]:
    return load_file(run / "final" / "model.safetensors")


def assert_same(run: Path, other: Path, *, tolerance: float) -> None:
    for ours, theirs in zip(computed(run), computed(other), strict=True):
        assert_close(ours, theirs, tolerance=tolerance)
    for name, weight in weights(run).items():
        torch.testing.assert_close(weight, weights(other)[name], rtol=0, atol=tolerance)


def start(command: list[str], **environment: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {"OMP_NUM_THREADS": "1"} | environment
    return subprocess.Popen([sys.executable, *command], cwd=ROOT, stderr=subprocess.DEVNULL, env=environment)


def test_the_run_folder_holds_all_of_the_run(options: dict[str, Any]) -> None:
    summary = train(options, held_out={"every": 4})
    run = Path(summary.run)
    assert {"config.resolved.yaml", "env.json", "metrics.jsonl", "plots", "rollouts", "summary.json", "final"} <= {
        path.name for path in run.iterdir()
    }
    assert [row["step"] for row in read_metrics(run)] == [0, 1, 2, 3, 4, 4, 5, 6, 6]
    assert [row["eval/rows"] for row in read_metrics(run) if "eval/rows" in row] == [6, 6, 6]
    assert json.loads((run / "env.json").read_text())["data"][0]["digest"] == "d1"
    AutoModelForCausalLM.from_pretrained(summary.model)

    with gzip.open(run / "rollouts" / "step_000002.jsonl.gz", "rt") as lines:
        responses = [json.loads(line) for line in lines]
    assert [one["sample"] for one in responses] == [0, 1, 2, 3] * 4
    row = next(row for row in read_metrics(run) if row["step"] == 2)
    assert row["accuracy"] == sum(one["outcome"] == "correct" for one in responses) / 16
    assert row["truncated"] == sum(one["finish"] == "length" for one in responses) / 16
    assert row["reward/outcome"] == pytest.approx(sum(one["reward"]["outcome"] for one in responses) / 16)
    for one in responses:
        if one["finish"] == "length":
            assert (one["tokens"], one["reward"]["outcome"]) == (6, -1)
        else:
            assert "<eos>" not in one["text"]


@pytest.mark.parametrize("kind", ["ppo", "adapter"])
def test_a_resumed_run_equals_the_uninterrupted_one_bit_for_bit(
    options: dict[str, Any], tmp_path: Path, kind: str
) -> None:
    # 10 prompts in steps of 4: epochs end inside of step 3, before the checkpoint, and inside of step 5, after it.
    options |= {"checkpoint_every": 3, "keep_checkpoints": 9}
    if kind == "adapter":
        options["model"] |= {"lora": {"rank": 2}, "gradient_checkpointing": True}
    whole, killed = Path(train(options).run), tmp_path / "killed"
    shutil.copytree(whole, killed)
    shutil.rmtree(killed / "final")
    torch.manual_seed(999)
    train(options | {"out": str(killed)}, resume=True)
    assert computed(killed) == computed(whole)
    assert all(torch.equal(one, weights(whole)[name]) for name, one in weights(killed).items())
    assert (killed / "final" / "adapter").is_dir() == (kind == "adapter")


def test_a_run_that_is_killed_goes_on_and_two_processes_train_what_one_trains(
    options: dict[str, Any], tmp_path: Path
) -> None:
    options |= {"steps": 10, "checkpoint_every": 2}
    killed, shared = tmp_path / "killed.yaml", tmp_path / "shared.yaml"
    killed.write_text(yaml.safe_dump(options))
    shared.write_text(yaml.safe_dump(options | {"out": str(tmp_path / "shared")}))
    train_file = ["-m", "tracemill", "train", "rl"]
    process, (port,) = start([*train_file, str(killed)]), free_ports(1)
    world = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": "2"}
    pair = [start([*train_file, str(shared)], RANK=str(rank), LOCAL_RANK=str(rank), **world) for rank in (0, 1)]
    try:
        run = Path(options["out"])
        while not (run / "ckpt" / "step_000004").exists():
            assert process.poll() is None
            time.sleep(0.005)
        process.kill()
        process.wait()
        assert not (run / "final").exists()
        train(options, resume=True)
        whole = Path(train(options | {"out": str(tmp_path / "whole")}).run)
        assert computed(run) == computed(whole)
        assert all(torch.equal(one, weights(whole)[name]) for name, one in weights(run).items())
        assert [one.wait(timeout=5 * SOON_S) for one in pair] == [0, 0]
    finally:
        for one in (process, *pair):
            one.kill()
    assert_same(tmp_path / "shared", whole, tolerance=1e-5)


def test_validation_prompts_that_are_trained_on_are_refused(options: dict[str, Any]) -> None:
    same = prompt_row(3) | {"id": "another", "question": " 03. "}
    write_prompts(Path(options["data"]["path"]), {"validation": [prompt_row(60), same]})
    with pytest.raises(TrainConfigError, match=r"1 ids or questions of .* stand in train and in validation"):
        train(options)


def test_no_prompt_that_is_short_enough_is_an_error(options: dict[str, Any]) -> None:
    with pytest.raises(TrainConfigError, match=r"10 are longer than rollout\.max_prompt_length 2"):
        train(options, rollout=options["rollout"] | {"max_prompt_length": 2})


def test_the_command_tells_the_summary_and_what_is_wrong(options: dict[str, Any], tmp_path: Path) -> None:
    app, path = typer.Typer(), tmp_path / "train.yaml"
    register(app)
    path.write_text(yaml.safe_dump(options))
    command = ["train", "rl", str(path), "--set", "steps=1", "--json"]
    done = CliRunner().invoke(app, command)
    assert json.loads(done.stdout)["steps"] == 1
    again = CliRunner().invoke(app, command)
    assert again.exit_code == 2
    assert "error: train rl: " in again.stderr
    assert "add --resume to go on" in " ".join(again.stderr.split())
