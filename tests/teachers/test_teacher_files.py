"""The teachers under `configs/teachers`: each can be used as it stands, and what it says of its memory adds up."""

import re
from pathlib import Path

import pytest
import yaml

from pipeline.config import load_config
from stages.distil import Distil
from teachers import TeacherConfig
from teachers.prompts import style

FOLDER = Path(__file__).resolve().parents[2] / "configs" / "teachers"
FILES = sorted(FOLDER.glob("*.yaml"))
# Billions of parameters, as stored.
PARAMETERS = {
    "Qwen/QwQ-32B": 32.76, "Qwen/QwQ-32B-Preview": 32.76, "Qwen/Qwen2.5-Math-72B-Instruct": 72.71,
    "Qwen/Qwen2.5-7B-Instruct": 7.62, "Qwen/Qwen3-32B": 32.76, "Qwen/Qwen3-8B": 8.19,
    "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B": 1.78, "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B": 7.62,
    "deepseek-ai/DeepSeek-R1-Distill-Qwen-14B": 14.77, "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B": 32.76,
    "deepseek-ai/DeepSeek-R1-Distill-Llama-70B": 70.55, "meta-llama/Llama-3.1-8B-Instruct": 8.03,
}  # fmt: skip
SUM = re.compile(
    r"(?P<weights>[\d.]+) GB of weights in bfloat16; the cache takes "
    r"2 x (?P<layers>\d+) layers x (?P<heads>\d+) KV heads x (?P<size>\d+) x 2 bytes = "
    r"(?P<bytes>[\d,]+) bytes a token\. "
    r"(?P<cards>\d+) cards? of 80 GB: 0\.9 x (?P<memory>\d+) - (?P<again>[\d.]+) - (?P<each>\d+) x 3 "
    r"\(activations, graphs\) = (?P<left>[\d.]+) GB = (?P<tokens>[\d,]+) tokens = (?P<answers>\d+) answers of "
    r"(?P<length>[\d,]+)\."
)


def teacher(path: Path, folder: Path) -> TeacherConfig:
    """As a recipe reads it."""
    recipe = folder / "recipe.yaml"
    node = {"uses": "distil", "needs": "nothing", "with": {"samples": 1, "teacher": {"file": str(path)}}}
    recipe.write_text(yaml.safe_dump({"nodes": {"own": node}}))
    stage = load_config(recipe).nodes["own"].stage
    assert isinstance(stage, Distil)
    return stage.teacher


def told(path: Path) -> re.Match[str] | None:
    comment = " ".join(line[1:].strip() for line in path.read_text().splitlines() if line.startswith("#"))
    return SUM.search(comment)


SIZED = [path for path in FILES if told(path)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_recipe_can_use_it(path: Path, tmp_path: Path) -> None:
    config = teacher(path, tmp_path)
    assert style(config.prompt_style).turns("What is 2 + 2?")[-1].role == "user"
    if config.max_model_len:
        assert config.sampling.max_tokens <= config.max_model_len


def test_every_large_teacher_tells_its_memory() -> None:
    assert {yaml.safe_load(path.read_text())["model"] for path in SIZED} == PARAMETERS.keys()


@pytest.mark.parametrize("path", SIZED, ids=lambda path: path.stem)
def test_weights_and_the_cache_of_all_answers_fit_the_cards(path: Path, tmp_path: Path) -> None:
    config, found = teacher(path, tmp_path), told(path)
    assert found
    said = {name: float(text.replace(",", "")) for name, text in found.groupdict().items()}
    per_token = 2 * said["layers"] * said["heads"] * said["size"] * 2
    weights = 2 * PARAMETERS[config.model or ""]
    left = config.engine.gpu_memory_utilization * 80 * said["cards"] - weights - 3 * said["cards"]
    assert said["bytes"] == per_token
    assert said["weights"] == said["again"] == pytest.approx(weights, abs=0.06)
    assert (said["memory"], said["each"]) == (80 * said["cards"], said["cards"])
    assert said["left"] == pytest.approx(left, abs=0.1)
    assert said["tokens"] == pytest.approx(left * 1e9 / per_token, rel=0.01)
    assert 0.97 * said["tokens"] <= said["answers"] * said["length"] <= said["tokens"]
    if config.backend == "openai":
        assert config.endpoint.max_in_flight == said["answers"]
    else:
        assert (config.engine.tensor_parallel, config.engine.max_num_seqs) == (said["cards"], said["answers"])
