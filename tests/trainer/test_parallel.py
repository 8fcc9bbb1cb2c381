"""Two processes train what one trains, and neither waits for one that is gone."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from rich.console import Console
from safetensors.torch import load_file

from tests.trainer.conftest import sft_config
from trainer.errors import TrainConfigError
from trainer.log import read_metrics
from trainer.sft import train_sft

ROOT = Path(__file__).parents[2]
SECONDS = 400


def free_ports(number: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def run_together(files: Sequence[Sequence[str]]) -> list[tuple[list[str], str]]:
    """What became of each file in each process, and what the process showed; a sequence of files is one process's."""
    ports = free_ports(len(files[0]))
    shared = {"MASTER_ADDR": "127.0.0.1", "WORLD_SIZE": str(len(files)), "OMP_NUM_THREADS": "1"}
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.trainer.sft_process", *map("{}:{}".format, ports, own)],
            cwd=ROOT,
            env=os.environ | shared | {"RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank, own in enumerate(files)
    ]
    try:
        told = [process.communicate(timeout=SECONDS) for process in processes]
    finally:
        for process in processes:
            process.kill()
    assert all(process.returncode == 0 for process in processes), told
    return [(json.loads(out), shown) for out, shown in told]


@pytest.fixture
def given(options: dict[str, Any]) -> dict[str, Any]:
    options["model"]["from_scratch"] = options["model"]["from_scratch"] | {"attention_dropout": 0.0}
    # Windows of three rows, so that the shares are of unlike size and that, at the last step, one process has none.
    return options | {"steps": None, "epochs": 1, "accumulation": 1, "batch_size": 3, "checkpoint_every": 1}


def write(path: Path, options: dict[str, Any], **changes: Any) -> str:
    path.write_text(yaml.safe_dump(options | changes))
    return str(path)


def weights(run: Path) -> dict[str, torch.Tensor]:
    return load_file(run / "final" / "model.safetensors")


def computed(run: Path) -> list[dict[str, Any]]:
    """The metrics without what the clock decides."""
    timed = {"seconds", "tokens_per_s"}
    return [{key: value for key, value in row.items() if key not in timed} for row in read_metrics(run)]


def assert_close(run: Path, other: Path) -> None:
    for row, expected in zip(computed(run), computed(other), strict=True):
        assert row == {name: pytest.approx(value, rel=1e-5, abs=1e-9) for name, value in expected.items()}
    for name, weight in weights(other).items():
        torch.testing.assert_close(weights(run)[name], weight, rtol=0, atol=1e-5)


def test_two_processes_train_what_one_trains_and_end_together(given: dict[str, Any], tmp_path: Path) -> None:
    one = Path(train_sft(sft_config(given | {"out": str(tmp_path / "one")}), console=Console(quiet=True)).run)
    two, shared, whole = (tmp_path / name for name in ("two", "shared", "whole"))
    good = write(tmp_path / "good.yaml", given, out=str(two))
    sharing = write(tmp_path / "sharing.yaml", given, out=str(shared), shard=True)
    other = write(tmp_path / "other.yaml", given, out=str(tmp_path / "other"))
    wrong = write(tmp_path / "wrong.yaml", given, model=given["model"] | {"tokenizer": "./nowhere"})
    files = [good, good, sharing, f"{sharing}:{whole}"]
    (first, shown), (second, quiet) = run_together([[*files, other], [*files, wrong]])

    assert [first[index] for index in (0, 2, 3)] == [second[index] for index in (0, 2, 3)] == ["4", "4", "4"]
    assert "step 4/4" in shown
    assert "step" not in quiet
    assert_close(two, one)
    # Weights and optimizer shared out, and resumed with theirs.
    assert_close(whole, one)
    assert computed(shared) == computed(whole)
    assert all(torch.equal(weight, weights(whole)[name]) for name, weight in weights(shared).items())

    # What the first finds wrong is told to all; one that ends alone is missed by the others, which do not wait.
    assert first[1] == second[1]
    assert first[1].startswith("TrainConfigError")
    assert "holds a run already" in first[1]
    assert first[4].startswith("TrainerError: process 0 lost the others")
    assert "there is no folder ./nowhere" in second[4]


def test_weights_are_shared_out_by_several_processes_only(given: dict[str, Any]) -> None:
    with pytest.raises(TrainConfigError, match="shard: there is one process; start several with torchrun"):
        train_sft(sft_config(given, shard=True), console=Console(quiet=True))
    with pytest.raises(TrainConfigError, match="shard: a model with adapters is not shared out"):
        sft_config(given, shard=True, model=given["model"] | {"lora": {}})
