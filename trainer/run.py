"""A run is a folder: what it was asked, where it ran, what it measured, and the weights it made."""

import json
import os
import platform
import shutil
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

from pipeline.versions import resolve
from trainer import checkpoint
from trainer.config import SftConfig
from trainer.errors import TrainConfigError
from trainer.options import dump

CONFIG = "config.resolved.yaml"
# Options that do not change what a step computes, so a resumed run may change them.
FREE_TO_CHANGE = frozenset({"out", "checkpoint_every", "keep_checkpoints"})
PACKAGES = ("torch", "transformers", "tokenizers", "safetensors", "numpy", "pyarrow")


def is_complete(run: Path) -> bool:
    return (run / "final").exists()


def prepare(run: Path, config: SftConfig, *, resume: bool, overwrite: bool) -> checkpoint.Checkpoint | None:
    """Makes or reopens the run folder; the checkpoint to go on from, None for a beginning.

    Raises `TrainConfigError` where the folder holds another run, or one that may not be continued with `config`.
    """
    if overwrite and (run / CONFIG).exists():
        shutil.rmtree(run)
    if (run / CONFIG).exists():
        if not resume:
            raise TrainConfigError(f"{run} holds a run already: add --resume to go on, --overwrite to begin again")
        _check_same(run, config)
        return checkpoint.latest(run)
    if run.exists() and any(run.iterdir()):
        raise TrainConfigError(f"{run} is not empty and holds no run; name another folder in `out`")
    run.mkdir(parents=True, exist_ok=True)
    (run / CONFIG).write_text(dump(config), "utf-8")
    return None


def _check_same(run: Path, config: SftConfig) -> None:
    before, now = (yaml.safe_load(text) for text in ((run / CONFIG).read_text("utf-8"), dump(config)))
    _check_data(run, resolve(config.data.path))
    changed = [key for key in now if now[key] != before.get(key) and key not in FREE_TO_CHANGE]
    if changed:
        raise TrainConfigError(
            f"{run} was begun with other options ({', '.join(changed)}); restore them to resume, or add --overwrite"
        )


def _check_data(run: Path, data: Path) -> None:
    path = run / "env.json"
    if path.exists():
        before = json.loads(path.read_text("utf-8"))["data"]
        if before["digest"] != _digest(data):
            raise TrainConfigError(
                f"{run} was begun on {before['folder']} and {data} holds other rows now; name that version in "
                f"data.path, or begin again with --overwrite"
            )


def _digest(data: Path) -> str:
    return str(json.loads((data / "manifest.json").read_text("utf-8"))["digest"])


def write_environment(run: Path, *, data: Path, device: str) -> None:
    """env.json: versions and hardware, and which version of the data set the run read."""
    import torch

    environment = {
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "system": platform.platform(),
        "cpus": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "device": torch.cuda.get_device_name() if device == "cuda" else platform.processor() or device,
        "data": {"folder": str(data), "digest": _digest(data)},
    }
    (run / "env.json").write_text(json.dumps(environment, indent=2) + "\n", "utf-8")


def losses(metrics: Sequence[dict[str, Any]]) -> tuple[list[tuple[int, float]], list[tuple[int, float]]]:
    """`(step, loss)` on training windows and on the validation split."""
    train = [(row["step"], row["loss"]) for row in metrics if "loss" in row]
    held_out = [(row["step"], row["eval_loss"]) for row in metrics if "eval_loss" in row]
    return train, held_out
