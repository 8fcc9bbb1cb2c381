from pathlib import Path
from typing import Any

import pytest
import yaml

from teachers import TeacherConfig, Terms
from trainer.config import SftConfig
from trainer.errors import TrainConfigError
from trainer.evaluation.config import EvalConfig
from trainer.options import build, dump, load
from trainer.rl_config import RlConfig, VerifierConfig

MINIMAL: dict[str, Any] = {"data": {"path": "exports/demo"}, "model": {"path": "m"}, "out": "runs/x", "steps": 3}


def test_an_unknown_option_is_refused_with_the_list_of_options() -> None:
    with pytest.raises(TrainConfigError, match=r"no option 'optim.learning_rate'; options: beta1, .*lr"):
        build(MINIMAL | {"optim": {"learning_rate": 1}}, SftConfig)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": "many"}, "steps is 'many'; it must be a value of type int"),
        ({"steps": True}, "steps is True"),
        ({"steps": 0}, "steps is 0; it must be at least 1"),
        ({"epochs": 1}, "either `steps` or `epochs`"),
        ({"log_to": ["mlflow"]}, r"log_to\[0\] is 'mlflow'; choose from"),
        ({"data": "exports/demo"}, "data is 'exports/demo'; it holds options"),
        ({"data": {}}, "give either `data.path` or `data.mix`"),
        ({"model": {"path": "m", "dtype": "int8"}}, "model.dtype is 'int8'; choose from float32, bfloat16"),
        ({"model": {"from_scratch": {}}}, "model.from_scratch needs model.tokenizer"),
        ({"model": {}}, r"either `model.path` or `model.from_scratch`"),
    ],
)
def test_wrong_values_name_the_option_and_the_way_out(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(TrainConfigError, match=message):
        build(MINIMAL | changes, SftConfig)


def test_a_count_of_a_group_is_named_with_its_group() -> None:
    tree = MINIMAL | {"reward": {"classic": {}}}
    with pytest.raises(TrainConfigError, match="held_out: rows is 0; it must be at least 1"):
        build(tree | {"held_out": {"rows": 0}}, RlConfig)
    with pytest.raises(TrainConfigError, match=r"sets\[1\]: limit is 0; it must be at least 1"):
        build({"teacher": "t", "out": "o", "sets": [{"benchmark": "gsm8k"}, {"export": "e", "limit": 0}]}, EvalConfig)


def test_rates_in_scientific_notation_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "train.yaml"
    path.write_text(yaml.safe_dump(MINIMAL) + "optim: {lr: 5e-6, clip_norm: 1}\n")
    config = load(path, SftConfig)
    assert (config.optim.lr, config.optim.clip_norm) == (5e-6, 1.0)


def test_overrides_reach_nested_options(tmp_path: Path) -> None:
    path = tmp_path / "train.yaml"
    path.write_text(yaml.safe_dump(MINIMAL))
    config = load(path, SftConfig, overrides=["optim.lr=0.1", "steps=9", "data.validation=null"])
    assert (config.optim.lr, config.steps, config.data.validation) == (0.1, 9, None)
    with pytest.raises(TrainConfigError, match="--set steps: write it as key=value"):
        load(path, SftConfig, overrides=["steps"])


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainConfigError, match=r"none\.yaml: there is no such file"):
        load(tmp_path / "none.yaml", SftConfig)
    broken = tmp_path / "broken.yaml"
    broken.write_text("a: [")
    with pytest.raises(TrainConfigError, match="is not valid YAML"):
        load(broken, SftConfig)


def test_an_override_that_is_no_yaml_is_told(tmp_path: Path) -> None:
    path = tmp_path / "sft.yaml"
    path.write_text(yaml.safe_dump(MINIMAL))
    with pytest.raises(TrainConfigError, match=r"--set optim=\{lr: \[: what follows the = is not valid YAML"):
        load(path, SftConfig, overrides=["optim={lr: ["])


def test_the_resolved_configuration_reads_back_the_same() -> None:
    config = build(MINIMAL, SftConfig)
    assert build(yaml.safe_load(dump(config)), SftConfig) == config


def test_the_shipped_training_file_is_valid() -> None:
    shipped = Path(__file__).parents[2] / "configs" / "train" / "demo-sft.yaml"
    assert load(shipped, SftConfig).data.path == "exports/demo/latest"


def test_the_demos_files_name_the_model_that_make_demo_links() -> None:
    root = Path(__file__).parents[2]
    sft = load(root / "configs" / "train" / "demo-sft.yaml", SftConfig).model.path
    rl = load(root / "configs" / "train" / "demo-rl.yaml", RlConfig).model.path
    evaluation = load(root / "configs" / "eval" / "demo.yaml", EvalConfig).weights
    assert sft == rl == evaluation
    assert f" {sft}\n" in (root / "Makefile").read_text("utf-8")


def test_reads_what_teachers_files_hold(tmp_path: Path) -> None:
    path = tmp_path / "teacher.yaml"
    path.write_text(
        "{name: t, backend: scripted, lora: adapters/mine, chat_options: {enable_thinking: false}, terms: MIT}"
    )
    teacher = load(path, TeacherConfig)
    assert (teacher.lora, teacher.chat_options, teacher.terms) == (
        Path("adapters/mine"),
        {"enable_thinking": False},
        "MIT",
    )
    assert load(path, TeacherConfig, overrides=["terms={licence: MIT}"]).terms == Terms(licence="MIT")


def test_a_value_that_its_dataclass_refuses_names_the_place(tmp_path: Path) -> None:
    path = tmp_path / "teacher.yaml"
    path.write_text("{name: t, sampling: {top_p: 3}}")
    with pytest.raises(TrainConfigError, match=r"sampling: .*wanted temperature >= 0"):
        load(path, TeacherConfig)


def test_a_file_lays_its_options_over_those_it_extends(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(yaml.safe_dump(MINIMAL | {"optim": {"lr": 0.5, "warmup_steps": 2}}))
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "middle.yaml").write_text("extends: ../base.yaml\nsteps: null\nepochs: 2\n")
    top = tmp_path / "top.yaml"
    top.write_text("extends: inner/middle.yaml\noptim: {lr: 0.25}\n")
    config = load(top, SftConfig, overrides=["optim.warmup_steps=5"])
    assert (config.optim.lr, config.optim.warmup_steps, config.steps, config.epochs) == (0.25, 5, None, 2)
    assert build(yaml.safe_load(dump(config)), SftConfig) == config


def test_what_cannot_be_extended_is_named(tmp_path: Path) -> None:
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    one.write_text("extends: other.yaml\n")
    with pytest.raises(TrainConfigError, match=r"other\.yaml: there is no such file"):
        load(one, SftConfig)
    other.write_text("extends: one.yaml\n")
    with pytest.raises(TrainConfigError, match=r"other\.yaml: extends .*one\.yaml, which extends it in turn"):
        load(one, SftConfig)


def test_what_a_group_leaves_out_has_the_default_of_its_place() -> None:
    tree = MINIMAL | {"reward": {"classic": {}}, "optim": {"warmup_steps": 2}, "critic": {"optim": {"lr": 1e-6}}}
    config = build(tree, RlConfig)
    assert (config.optim.lr, config.optim.warmup_steps) == (5e-7, 2)
    assert (config.critic.optim.lr, config.critic.optim.min_lr_share) == (1e-6, 1.0)
    assert build(MINIMAL | {"optim": {"warmup_steps": 2}}, SftConfig).optim.lr == 5e-6


def test_a_choice_that_may_be_left_out() -> None:
    assert build({"extraction": "strict"}, VerifierConfig).extraction == "strict"
    with pytest.raises(TrainConfigError, match=r"extraction is 'loose'; choose from lenient, strict"):
        build({"extraction": "loose"}, VerifierConfig)
