"""A run is a folder: what it was asked, where it ran, what it measured, and the weights it made."""

import fcntl
import json
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

from pipeline.versions import resolve
from pipeline.yamlfile import parsed, read_mapping
from trainer import checkpoint
from trainer.config import RESOLVED, SftConfig
from trainer.errors import TrainConfigError
from trainer.log import METRICS
from trainer.options import dump
from trainer.rl_config import RlConfig
from trainer.sinks import require

ENVIRONMENT = "env.json"
# Options that do not change what a step computes, so a resumed run may change them.
FREE_TO_CHANGE = frozenset({"out", "checkpoint_every", "keep_checkpoints", "keep_rollouts", "log_to"})
PACKAGES = ("tracemill", "torch", "transformers", "tokenizers", "safetensors", "numpy", "pyarrow", "peft", "vllm")
# What says which rows a folder holds: of a version, and of what `tracemill export` writes for a trainer.
MANIFESTS = ("manifest.json", "export.json")


def is_complete(run: Path) -> bool:
    return (run / "final").exists()


def data_folder(path: str) -> Path:
    """The folder of a version, or one that `tracemill export` wrote."""
    return Path(path).resolve() if (Path(path) / MANIFESTS[1]).exists() else resolve(path)


@contextmanager
def claimed(run: Path) -> Iterator[None]:
    """Nobody else trains into the folder while the block lasts, or `TrainConfigError`.

    The lock ends with this process, however that ends, and is not inherited by those that it forks.
    """
    lock = run.resolve()  # of which `.` has a name too
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        file = lock.with_name(f".{lock.name}.lock").open("w")
    except OSError as error:
        raise TrainConfigError(f"out: {run} cannot be made: {error.strerror}") from error
    with file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TrainConfigError(f"{run} is trained into by another process; wait, or name another `out`") from None
        yield


def prepare(run: Path, config: SftConfig | RlConfig, *, resume: bool, overwrite: bool) -> checkpoint.Checkpoint | None:
    """Makes or reopens the run folder; the checkpoint to go on from, None for a beginning.

    Raises `TrainConfigError` where the folder holds another run, or one that may not be continued with `config`, and
    for a tracker that is not installed.
    """
    require(config.log_to)
    if overwrite and (run / RESOLVED).exists():
        shutil.rmtree(run)
    if (run / RESOLVED).exists() and (run / METRICS).exists():
        if not resume:
            raise TrainConfigError(f"{run} holds a run already: add --resume to go on, --overwrite to begin again")
        _check_same(run, config)
        return checkpoint.latest(run)
    # A run that failed before its first row, for want of a model perhaps, left nothing to lose.
    if run.exists() and (not run.is_dir() or any(run.iterdir())) and not (run / RESOLVED).exists():
        raise TrainConfigError(f"{run} is not empty and holds no run; name another folder in `out`")
    run.mkdir(parents=True, exist_ok=True)
    (run / RESOLVED).write_text(dump(config), "utf-8")
    return None


def _check_same(run: Path, config: SftConfig | RlConfig) -> None:
    before, now = read_mapping(run / RESOLVED, f"{run / RESOLVED}"), parsed(dump(config), "the training file")
    _check_data(run, [data_folder(path) for path in config.data.paths])
    changed = [key for key in now if now[key] != before.get(key) and key not in FREE_TO_CHANGE]
    if changed:
        raise TrainConfigError(
            f"{run} was begun with other options ({', '.join(changed)}); restore them to resume, or add --overwrite"
        )


def data_of(run: Path) -> list[dict[str, str]]:
    """Folder and digest of what the run was begun on; empty where it ended before it read any."""
    path = run / ENVIRONMENT
    if not path.exists():
        return []
    data = json.loads(path.read_text("utf-8")).get("data")
    if not isinstance(data, list):
        raise TrainConfigError(
            f"{path} was written by another version of the trainer, and what it says of the data cannot be read; "
            f"train again with --overwrite, or copy the weights out of the run folder to use them alone"
        )
    return data


def _check_data(run: Path, data: Sequence[Path]) -> None:
    for before, folder in zip(data_of(run), data, strict=False):
        if before["digest"] != _digest(folder):
            raise TrainConfigError(
                f"{run} was begun on {before['folder']} and {folder} holds other rows now; name that version in "
                f"the training file, or begin again with --overwrite"
            )


def read_manifest(data: Path) -> dict[str, Any]:
    """Of a version, or of an exported folder in a version's words."""
    path = next(data / name for name in MANIFESTS if (data / name).exists())
    manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
    if rules := manifest.get("verified"):
        told = {"verifier": "rule", "version": rules["verifier"], "policy": rules["policy"]}
        manifest |= {"name": rules["dataset"], "verifiers": [told]}
    return manifest


def _digest(data: Path) -> str:
    return str(read_manifest(data)["digest"])


def write_environment(run: Path, *, data: Sequence[Path], device: str) -> None:
    """env.json: versions and hardware, and which version of the data set the run read."""
    import torch

    environment = {
        "python": platform.python_version(),
        "packages": {name: version for name in PACKAGES if (version := _version(name))},
        "git": _revision(Path(__file__).parent),
        "system": platform.platform(),
        "cpus": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "processes": int(os.environ.get("WORLD_SIZE", "1")),
        "device": torch.cuda.get_device_name() if device == "cuda" else platform.processor() or device,
        "data": [{"folder": str(folder), "digest": _digest(folder)} for folder in data],
    }
    (run / ENVIRONMENT).write_text(json.dumps(environment, indent=2) + "\n", "utf-8")


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _revision(folder: Path) -> str | None:
    """The commit that the trainer runs from, None where it is installed and not a checkout."""
    try:
        told = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return told.stdout.strip()
