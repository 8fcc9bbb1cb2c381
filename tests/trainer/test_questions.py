import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from trainer.errors import TrainConfigError
from trainer.questions import TrainingData, key, shared, trained_on

from .conftest import sum_row, write_export


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("What is $x^2$?", "what is  x^2"),
        (r"Find $\dfrac{1}{2} + \left(3\right)$.", r"Find \(\frac 12+(3)\)"),
        ("A two-digit number", "A two digit number."),
        ("Is 3 \N{MINUS SIGN} 2 = 1?", "Is $3-2=1$?"),
        ("Wählen Sie", "Wa\N{COMBINING DIAERESIS}hlen Sie"),
    ],
)
def test_spellings_of_one_question_have_one_key(left: str, right: str) -> None:
    assert key(left) == key(right)


@pytest.mark.parametrize(
    ("left", "right"), [("x+1=2", "x-1=2"), ("1.5 kg", "15 kg"), ("a < b", "a > b"), ("?", "!"), ("3/4", "34")]
)
def test_signs_of_arithmetic_tell_questions_apart(left: str, right: str) -> None:
    assert key(left) != key(right)


def test_shared_names_the_questions() -> None:
    assert shared(["1+1?", "1+2?"], {key("1 + 2")}) == [1]


def test_a_prompt_counts_whole_and_without_its_instruction(tmp_path: Path) -> None:
    row = sum_row(7)
    row["prompt"][-1]["content"] = "7+1?\n\nThink first."
    version = write_export(tmp_path / "version", {"train": [row], "validation": [sum_row(8)]})
    keys = set(TrainingData(version).question_keys())
    assert shared(["7+1", "7 + 1 think first", "8+1"], keys) == [0, 1]


def test_all_views_with_questions_are_read(tmp_path: Path) -> None:
    version = write_export(tmp_path / "version", {"train": [sum_row(7)]})
    for view, question in (("rl", "1+1?"), ("rl_all", "1+2?")):
        (version / view).mkdir()
        pq.write_table(pa.table({"question": [question]}), version / view / "train-00000-of-00001.parquet")
    assert shared(["1+1", "1+2", "7+1"], set(TrainingData(version).question_keys())) == [0, 1, 2]


def test_what_was_exported_for_a_trainer_is_read(tmp_path: Path) -> None:
    (tmp_path / "sft").mkdir()
    (tmp_path / "export.json").write_text("{}")
    chat = [{"role": "user", "content": "1+1?\n\nBox it."}, {"role": "assistant", "content": "2"}]
    (tmp_path / "sft" / "train.jsonl").write_text(json.dumps({"messages": chat}) + "\n" + json.dumps({"input": "1+2"}))
    assert shared(["1+1", "1+2", "2"], set(TrainingData.named(str(tmp_path)).question_keys())) == [0, 1]


def test_data_that_are_gone_are_told(tmp_path: Path) -> None:
    with pytest.raises(TrainConfigError, match="has no rows of split 'train'"):
        list(TrainingData(tmp_path).question_keys())
    with pytest.raises(TrainConfigError, match="training: nowhere is neither"):
        TrainingData.named("nowhere")


def run_folder(path: Path, *, model: str, data: str, split: str = "train") -> Path:
    path.mkdir()
    (path / "env.json").write_text(json.dumps({"data": [{"folder": data}]}))
    config = {"model": {"path": model}, "data": {"path": data, "train": split}}
    (path / "config.resolved.yaml").write_text(yaml.safe_dump(config))
    return path


def test_the_data_of_a_model_are_those_of_its_run_and_of_the_runs_before(tmp_path: Path) -> None:
    first = run_folder(tmp_path / "sft", model="some/hub-model", data="/exports/a", split="most")
    second = run_folder(tmp_path / "rl", model=str(first / "final"), data="/exports/b")
    chain = [TrainingData(Path("/exports/b")), TrainingData(Path("/exports/a"), "most")]
    assert trained_on(second / "final") == chain
    assert trained_on(second / "ckpt" / "step_000010") == chain
    assert trained_on(tmp_path / "downloaded") == []


def test_runs_that_began_from_each_other_are_read_once(tmp_path: Path) -> None:
    first = run_folder(tmp_path / "first", model=str(tmp_path / "second" / "final"), data="/exports/a")
    run_folder(tmp_path / "second", model=str(first / "final"), data="/exports/b")
    assert [data.folder for data in trained_on(first / "final")] == [Path("/exports/a"), Path("/exports/b")]


def test_a_run_folder_of_another_layout_is_told(tmp_path: Path) -> None:
    run = run_folder(tmp_path / "old", model="some/hub-model", data="/exports/a")
    (run / "env.json").write_text(json.dumps({"data": {"folder": "/exports/a", "digest": "d"}}))
    with pytest.raises(TrainConfigError, match=r"env\.json was written by another version .* copy the weights out"):
        trained_on(run / "final")
