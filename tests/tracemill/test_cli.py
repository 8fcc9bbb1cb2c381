"""What the command says when it is broken off."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import orjson
import yaml

FILTER = Path(__file__).parents[2] / "configs" / "filters" / "verifiability.yaml"
GIVE_UP_S = 60.0


def _slow_recipe(folder: Path) -> Path:
    (folder / "rows.jsonl").write_bytes(orjson.dumps({"question": "What is 1 + 1?", "answer": "2"}))
    teacher = {"name": "slow", "backend": "scripted", "script": {"delay_s": 600}}
    nodes = {
        "given": {"uses": "read_jsonl", "with": {"paths": ["rows.jsonl"], "source": "s"}},
        "candidates": {"uses": "mark_verifiability", "needs": "given"},
        "checkable": {"uses": "keep_verifiable", "needs": "candidates", "with": {"file": str(FILTER)}},
        "problems": {"uses": "gate_golds", "needs": "checkable"},
        "traces": {"uses": "distil", "needs": "problems", "with": {"teacher": teacher}},
    }
    recipe = folder / "slow.yaml"
    recipe.write_text(yaml.safe_dump({"name": "slow", "store": "store", "nodes": nodes}))
    return recipe


def test_an_interrupted_run_says_how_to_go_on(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "tracemill",
        "run",
        str(_slow_recipe(tmp_path)),
        "--store",
        str(tmp_path / "store"),
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        until = time.monotonic() + GIVE_UP_S
        while not list(tmp_path.glob("store/journal/*")) and process.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        assert process.poll() is None, process.communicate()
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        _, said = process.communicate(timeout=GIVE_UP_S)
    assert process.returncode == 130, said
    assert said.endswith("interrupted; finished work is kept, the same command goes on\n")
    assert "Traceback" not in said
