"""Peak memory of reinforcement learning: SmolLM2-135M with an adapter, on a CPU, in float32.

    python -m bench.training.memory [--quick]

One step of 4 prompts with 4 responses each, every one 256 tokens long since its end token lies outside the vocabulary,
by GRPO and by PPO with its critic. Four responses are in one forward pass: activations are most of what is held, and on
a CPU more at once is no faster. Counted are the process, its graders and all else it starts.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from subprocess import PIPE
from typing import Any

import yaml

from bench.demo import PeakMemory
from bench.parts import run_alone
from bench.training.step_speed import QUIET, ROOT, SMALL, prepare

TOKENS, QUICK_TOKENS = 256, 32
ALGORITHMS = ("grpo", "ppo")


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    with tempfile.TemporaryDirectory(prefix="rl-memory-") as made:
        folder = Path(made)
        prepare(SMALL, folder)
        peaks = {one: peak_mb(folder, one, tokens=QUICK_TOKENS if quick else TOKENS) for one in ALGORITHMS}
    lines = [f"{name}: {peak:,.0f} MB at the peak of a step" for name, peak in peaks.items()]
    return {f"rl_peak_mb_{name}": peak for name, peak in peaks.items()} | {"rl_peak_mb": max(peaks.values())}, lines


def peak_mb(folder: Path, algorithm: str, *, tokens: int) -> float:
    options: dict[str, Any] = {
        "data": {"path": str(folder / "export"), "validation": None},
        "model": {"path": str(folder / "model"), "device": "cpu", "lora": {}},
        "out": str(folder / algorithm),
        "algorithm": algorithm,
        "steps": 1,
        "reward": {"cosine": {}, "repetition": {"ngram": 8}, "kl": {"coef": 0.01}},
        "rollout": {"prompts": 4, "samples": 4, "max_tokens": tokens},
        "policy": {"micro_batch": 4},
    }
    file = folder / f"{algorithm}.yaml"
    file.write_text(yaml.safe_dump(options))
    command = [sys.executable, "-m", "tracemill", "train", "rl", str(file), "--json"]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | QUIET, stdout=PIPE, stderr=PIPE, text=True) as process:
        memory = PeakMemory(process.pid)
        memory.start()
        _, said = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{algorithm}: {said[-2000:]}")
    return memory.peak / 2**20


if __name__ == "__main__":
    run_alone(__doc__ or "", measure)
