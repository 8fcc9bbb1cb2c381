"""Fine-tuning and reinforcement learning of the smallest model, five seeds, on one thread.

    python -m bench.training.mini [--quick]

The first runs of the paper in miniature (docs/mini-paper.md): 600 steps on a mix of long and short answers, 60 of PPO
with the classic reward. Seconds of a seed are those of both trainings, from reading the data to the written model.
"""

import tempfile
from pathlib import Path
from statistics import fmean

from bench.mini.facts import facts
from bench.mini.runs import folder, train, write_data
from bench.parts import run_alone

SEEDS = range(5)


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with tempfile.TemporaryDirectory() as made:
            return _measured(Path(made), SEEDS[:1] if quick else SEEDS)
    finally:
        torch.set_num_threads(threads)


def _measured(runs: Path, seeds: range) -> tuple[dict[str, float], list[str]]:
    write_data(("mixed",), runs=runs)
    lines = [f"{'seed':<6}{'accuracy before':>16}{'after':>8}{'length':>8}{'long':>8}{'seconds':>9}"]
    accuracies, long, seconds = [], [], []
    for seed in seeds:
        seconds.append(sum(train(name, seed, runs=runs) for name in ("sft", "classic")))
        run = facts(folder("classic", seed, runs=runs))
        accuracies.append(run.after("accuracy"))
        long.append(run.after("think"))
        told = f"{run.before('accuracy'):>16.3f}{accuracies[-1]:>8.3f}{run.after('len'):>8.1f}{long[-1]:>8.3f}"
        lines.append(f"{seed:<6}{told}{seconds[-1]:>9.1f}")
    figures = {
        "mini_accuracy_min": min(accuracies),
        "mini_accuracy_mean": fmean(accuracies),
        "mini_long_share": min(long),
        "mini_seconds": max(seconds),
    }
    return figures, lines


if __name__ == "__main__":
    run_alone(__doc__ or "", measure)
