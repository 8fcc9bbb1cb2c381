"""Fine-tuning, reinforcement learning and evaluation of the real model on the demo's data set, one command each."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import ROOT, Demo
from trainer.log import read_metrics
from trainer.options import load
from trainer.rl_config import RlConfig

CONFIGS = ROOT / "configs"
# As configs/teachers/smollm2.yaml, without the time that vLLM takes to start.
TEACHER = {"name": "smollm2", "backend": "transformers", "max_model_len": 1024, "prompt_style": "worked-v1"}


def tracemill(*command: str, settings: dict[str, Any]) -> dict[str, Any]:
    chosen = [word for name, value in settings.items() for word in ("--set", f"{name}={json.dumps(value)}")]
    ran = [sys.executable, "-m", "tracemill", *command, *chosen, "--json"]
    done = subprocess.run(ran, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.timeout(300)
def test_the_model_is_tuned_on_the_data_set_learns_from_its_rewards_and_is_evaluated(demo: Demo, tmp_path: Path):
    data, sft, rl = str(demo.version), tmp_path / "sft", tmp_path / "rl"
    tuned = tracemill(
        *("train", "sft", str(CONFIGS / "train" / "demo-sft.yaml")),
        settings={
            **{"data.path": data, "data.view": "sft_all", "data.validation": None, "model.path": str(demo.weights)},
            **{"out": str(sft), "steps": 2, "accumulation": 1},
        },
    )

    learnt = tracemill(
        *("train", "rl", str(CONFIGS / "train" / "demo-rl.yaml")),
        settings={
            **{"data.path": data, "model.path": tuned["model"], "out": str(rl), "steps": 2},
            **{"rollout.prompts": 2, "rollout.samples": 2, "rollout.max_tokens": 16, "held_out.rows": 2},
        },
    )
    rows = read_metrics(rl)
    steps = [row for row in rows if "reward/total" in row]
    assert [row["step"] for row in steps] == [1, 2]
    for row in steps:
        assert row["mismatch/k3"] < 1e-6
        assert 1 <= row["len/mean"] <= 16
        assert row["grad_norm/actor"] > 0
        assert row["grad_norm/critic"] > 0
    assert steps[0]["kl_ref"] == 0
    assert steps[1]["kl_ref"] > 0, "an update moved the policy"
    assert [row["eval/rows"] for row in rows if "eval/rows" in row] == [2, 2]
    assert len(list((rl / "rollouts").iterdir())) == 2

    told = tracemill(
        *("evaluate", str(CONFIGS / "eval" / "demo.yaml")),
        settings={
            **{"weights": learnt["model"], "out": str(tmp_path / "eval"), "benchmarks": str(CONFIGS / "samples")},
            **{"sets": [{"benchmark": "svamp", "limit": 3}], "sampling.max_tokens": 16, "teacher": TEACHER},
        },
    )
    (scores,) = told["sets"].values()
    assert scores["questions"] == scores["samples"] == 3
    assert 0 <= scores["low"] <= scores["accuracy"] <= scores["high"] <= 1


def test_the_presets_for_a_gpu_are_read():
    config = load(CONFIGS / "train" / "gpu" / "gsm8k-rl.yaml", RlConfig)
    assert config.rollout.backend == "vllm"
