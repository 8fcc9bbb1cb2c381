import json
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


def test_a_wrong_file_exits_with_2_and_one_message(tmp_path: Path) -> None:
    path = tmp_path / "train.yaml"
    path.write_text("stepz: 3\n")
    result = invoke(path)
    assert result.exit_code == 2
    assert "no option 'stepz'" in " ".join(result.stderr.split())
    assert "Traceback" not in result.output
