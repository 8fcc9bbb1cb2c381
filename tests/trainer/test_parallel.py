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
from trainer.log import read_metrics
from trainer.sft import train_sft

ROOT = Path(__file__).parents[2]
SECONDS = 150


def free_ports(number: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def run_together(files: Sequence[Sequence[Path]]) -> list[tuple[list[str], str]]:
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
    return options | {"steps": 5, "accumulation": 1, "batch_size": 3}  # so that the shares are of unlike size


def write(path: Path, options: dict[str, Any]) -> Path:
    path.write_text(yaml.safe_dump(options))
    return path


def test_two_processes_train_what_one_trains_and_end_together(given: dict[str, Any], tmp_path: Path) -> None:
    one = Path(train_sft(sft_config(given | {"out": str(tmp_path / "one")}), console=Console(quiet=True)).run)
    two = tmp_path / "two"
    good = write(tmp_path / "good.yaml", given | {"out": str(two)})
    wrong = write(tmp_path / "wrong.yaml", given | {"model": given["model"] | {"tokenizer": "./nowhere"}})
    other = write(tmp_path / "other.yaml", given | {"out": str(tmp_path / "other")})
    (first, shown), (second, quiet) = run_together([[good, good, other], [good, good, wrong]])

    assert first[0] == second[0] == "5"
    assert "step 5/5" in shown
    assert "step" not in quiet
    for of_one, of_two in zip(read_metrics(one), read_metrics(two), strict=True):
        assert of_one.keys() == of_two.keys()
        for name in of_one.keys() - {"seconds", "tokens_per_s"}:
            assert of_two[name] == pytest.approx(of_one[name], rel=1e-5, abs=1e-9), name
    weights = [load_file(run / "final" / "model.safetensors") for run in (one, two)]
    for name, weight in weights[0].items():
        torch.testing.assert_close(weights[1][name], weight, rtol=0, atol=1e-5)

    # What the first finds wrong is told to all; one that ends alone is missed by the others, which do not wait.
    assert first[1] == second[1]
    assert first[1].startswith("TrainConfigError")
    assert "holds a run already" in first[1]
    assert "TrainerError: process 0 lost the others" in first[2]
    assert "there is no folder ./nowhere" in second[2]
