import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import typer
import yaml
from typer.testing import CliRunner, Result

from trainer.commands import register


def invoke(path: Path, *arguments: str) -> Result:
    app = typer.Typer()
    register(app)
    app.callback()(lambda: None)
    return CliRunner().invoke(app, ["train", "sft", str(path), *arguments])


def test_trains_from_a_file_with_overrides_and_prints_json(options: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "train.yaml"
    path.write_text(yaml.safe_dump(options))
    result = invoke(path, "--set", "steps=2", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["steps"] == 2
    assert "step 2/2" in result.stderr


def test_prints_the_summary_for_a_reader(options: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "train.yaml"
    path.write_text(yaml.safe_dump(options | {"steps": 1}))
    assert "first batch after" in invoke(path).stdout


def test_a_second_run_into_the_same_folder_is_turned_away(options: dict[str, Any], tmp_path: Path) -> None:
    path, run = tmp_path / "train.yaml", Path(options["out"])
    path.write_text(yaml.safe_dump(options | {"steps": 10_000}))
    first = subprocess.Popen(
        [sys.executable, "-m", "tracemill", "train", "sft", str(path)], stderr=subprocess.PIPE, text=True
    )
    try:
        while not (run / "metrics.jsonl").exists() and first.poll() is None:
            time.sleep(0.05)
        for argument in ("--resume", "--overwrite"):
            result = invoke(path, argument)
            assert result.exit_code == 2, result.output
            assert "is trained into by another process" in " ".join(result.stderr.split())
        assert (run / "metrics.jsonl").exists()
    finally:
        first.send_signal(signal.SIGINT)
        _, told = first.communicate()
    assert first.returncode == 130
    assert "--resume goes on from the newest checkpoint; without one" in told
    assert "the same command goes on" not in told


def test_a_wrong_file_exits_with_2_and_one_message(tmp_path: Path) -> None:
    path = tmp_path / "train.yaml"
    path.write_text("stepz: 3\n")
    result = invoke(path)
    assert result.exit_code == 2
    assert "no option 'stepz'" in " ".join(result.stderr.split())
    assert "Traceback" not in result.output
