import io
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from rich.console import Console
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from pipeline.errors import ConfigError
from tests.trainer.conftest import sft_config, sum_row, write_export
from trainer.config import OptimConfig
from trainer.errors import TrainConfigError, TrainerError
from trainer.log import read_metrics
from trainer.optim import learning_rate
from trainer.sft import SftSummary, train_sft

QUIET = Console(quiet=True)
ROOT = Path(__file__).parents[2]


def train(options: dict[str, Any], *, resume: bool = False, overwrite: bool = False, **changes: Any) -> SftSummary:
    return train_sft(sft_config(options, **changes), resume=resume, overwrite=overwrite, console=QUIET)


def computed(run: Path) -> list[dict[str, Any]]:
    """The metrics without what the clock decides."""
    timed = {"seconds", "tokens_per_s"}
    return [{key: value for key, value in row.items() if key not in timed} for row in read_metrics(run)]


def weights(run: Path) -> dict[str, torch.Tensor]:
    return load_file(run / "final" / "model.safetensors")


def test_the_loss_falls_and_the_run_folder_holds_all_of_the_run(options: dict[str, Any]) -> None:
    summary = train(options, steps=30, checkpoint_every=10)
    run = Path(summary.run)
    assert summary.first_batch_after < 0.6 * summary.first_batch_before
    assert summary.eval_after < 0.7 * summary.eval_before
    assert {"config.resolved.yaml", "env.json", "metrics.jsonl", "summary.json", "final", "ckpt"} <= {
        path.name for path in run.iterdir()
    }
    assert [path.name for path in sorted((run / "ckpt").iterdir())] == ["step_000010", "step_000020"]
    assert [row["step"] for row in read_metrics(run) if "loss" in row] == list(range(1, 31))
    assert json.loads((run / "env.json").read_text())["data"][0]["digest"] == "d1"


def test_a_picture_of_the_loss_is_drawn(options: dict[str, Any]) -> None:
    run = Path(train(options, steps=2).run)
    assert (run / "plots" / "loss.png").read_bytes().startswith(b"\x89PNG")


def test_the_final_model_loads_and_generates(options: dict[str, Any]) -> None:
    final = train(options, steps=1).model
    model, tokenizer = AutoModelForCausalLM.from_pretrained(final), AutoTokenizer.from_pretrained(final)
    chat = tokenizer.apply_chat_template(sum_row(1)["prompt"], add_generation_prompt=True, return_tensors="pt")
    out = model.generate(**chat, max_new_tokens=3, do_sample=False)
    assert out.shape[1] <= chat["input_ids"].shape[1] + 3


def with_mix(options: dict[str, Any]) -> dict[str, Any]:
    """Ten rows and five others, in equal parts: an epoch has five of each."""
    path = Path(options["data"]["path"])
    write_export(path.with_name("other"), {"train": [sum_row(number) for number in range(20, 25)], "validation": []})
    shares = [{"path": str(path), "share": 1}, {"path": str(path.with_name("other")), "share": 1}]
    return {"data": {"mix": shares}}


@pytest.mark.parametrize("kind", ["plain", "adapter", "packed", "mixed"])
def test_a_resumed_run_equals_the_uninterrupted_one_bit_for_bit(
    options: dict[str, Any], tmp_path: Path, kind: str
) -> None:
    # 10 rows in windows of 4: the border between the epochs lies inside step 3, after the checkpoint.
    changes: dict[str, Any] = {
        "plain": {},
        "adapter": {"model": options["model"] | {"lora": {"rank": 4, "dropout": 0.1}}},
        "packed": {"packing": True},
        "mixed": with_mix(options),
    }[kind]
    whole = Path(train(options | changes, checkpoint_every=2, keep_checkpoints=9).run)
    killed = tmp_path / "killed"
    shutil.copytree(whole, killed)
    for path in (killed / "final", killed / "ckpt" / "step_000004"):
        shutil.rmtree(path)
    torch.manual_seed(999)
    train(options | changes | {"out": str(killed)}, resume=True, checkpoint_every=2, keep_checkpoints=9)
    assert computed(killed) == computed(whole)
    assert all(torch.equal(value, weights(whole)[name]) for name, value in weights(killed).items())


def test_a_run_that_is_killed_goes_on_as_if_it_had_not_been(options: dict[str, Any], tmp_path: Path) -> None:
    options |= {"steps": 60, "checkpoint_every": 2}
    whole = Path(train(options | {"out": str(tmp_path / "whole")}).run)
    path, run = tmp_path / "train.yaml", Path(options["out"])
    path.write_text(yaml.safe_dump(options))
    command = [sys.executable, "-m", "tracemill", "train", "sft", str(path)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, env=os.environ | {"OMP_NUM_THREADS": "1"})
    while not any((run / "ckpt").glob("step_00001?")):
        assert process.poll() is None
        time.sleep(0.005)
    process.kill()
    process.wait()
    assert not (run / "final").exists()
    train(options, resume=True)
    assert computed(run) == computed(whole)
    assert all(torch.equal(value, weights(whole)[name]) for name, value in weights(run).items())


def test_packing_changes_no_loss(options: dict[str, Any], tmp_path: Path) -> None:
    options["model"]["from_scratch"] = options["model"]["from_scratch"] | {"attention_dropout": 0.0}
    runs = [Path(train(options | {"out": str(tmp_path / f"{on}")}, packing=on).run) for on in (False, True)]
    apart, packed = ([row["loss"] for row in read_metrics(run) if "loss" in row] for run in runs)
    assert packed == pytest.approx(apart, rel=1e-5)


def test_a_mix_with_a_source_of_no_rows_is_refused(options: dict[str, Any]) -> None:
    options |= with_mix(options)
    write_export(Path(options["data"]["mix"][1]["path"]), {"train": []})
    with pytest.raises(TrainConfigError, match=r"nothing to train on in .*other sft/train: no rows"):
        train(options)


def test_the_working_directory_may_be_the_run_folder(
    options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert train(options | {"out": "."}, steps=1).steps == 1


def test_a_run_killed_before_its_first_checkpoint_begins_again(options: dict[str, Any]) -> None:
    run = Path(train(options).run)
    expected = computed(run)
    shutil.rmtree(run / "final")
    train(options, resume=True)
    assert computed(run) == expected


def test_how_a_window_is_split_does_not_matter(options: dict[str, Any], tmp_path: Path) -> None:
    options["model"]["from_scratch"] = options["model"]["from_scratch"] | {"attention_dropout": 0.0}
    runs = [
        Path(train(options | {"out": str(tmp_path / f"split{size}")}, batch_size=size, accumulation=4 // size).run)
        for size in (1, 4)
    ]
    one, four = ([row["loss"] for row in read_metrics(run) if "loss" in row] for run in runs)
    assert one == pytest.approx(four, rel=1e-4)


def test_a_complete_run_is_summed_up_again_without_training(options: dict[str, Any]) -> None:
    summary = train(options)
    changed = (Path(summary.run) / "metrics.jsonl").stat().st_mtime_ns
    assert train(options, resume=True) == summary
    assert (Path(summary.run) / "metrics.jsonl").stat().st_mtime_ns == changed


def test_an_existing_run_is_never_overwritten_unasked(options: dict[str, Any]) -> None:
    train(options, steps=1)
    with pytest.raises(TrainConfigError, match="add --resume to go on, --overwrite to begin again"):
        train(options, steps=1)
    assert train(options, steps=2, overwrite=True).steps == 2


def test_a_run_that_failed_before_its_first_step_is_begun_anew(options: dict[str, Any]) -> None:
    with pytest.raises(TrainConfigError, match="there is no folder"):
        train(options, model={"path": "./no/model"})
    assert train(options, steps=1).steps == 1


def test_a_folder_that_is_no_run_is_left_alone(options: dict[str, Any]) -> None:
    kept = Path(options["out"]) / "thesis.txt"
    kept.parent.mkdir()
    kept.write_text("mine")
    with pytest.raises(TrainConfigError, match="is not empty and holds no run"):
        train(options, overwrite=True)
    assert kept.exists()
    with pytest.raises(TrainConfigError, match=r"thesis\.txt is not empty and holds no run"):
        train(options | {"out": str(kept)}, overwrite=True)


def test_a_run_may_not_be_resumed_with_other_options_or_other_rows(options: dict[str, Any]) -> None:
    run = Path(train(options, checkpoint_every=2).run)
    shutil.rmtree(run / "final")
    with pytest.raises(TrainConfigError, match=r"other options \(steps\)"):
        train(options, steps=7, resume=True)
    write_export(Path(options["data"]["path"]), {"train": [sum_row(number) for number in range(20, 30)]}, digest="d2")
    with pytest.raises(TrainConfigError, match="holds other rows now"):
        train(options, resume=True)
    write_export(Path(options["data"]["path"]), {}, digest="d1")
    with pytest.raises(TrainConfigError, match="trained on other rows"):
        train(options, resume=True)


def test_dropped_rows_are_reported_and_nothing_left_is_an_error(options: dict[str, Any], export: Path) -> None:
    long = sum_row(3) | {"completion": [{"role": "assistant", "content": "x" * 300}]}
    write_export(export, {"train": [sum_row(1), long]})
    assert train(options, steps=1).dropped_rows == 1
    with pytest.raises(TrainConfigError, match="all 2 rows are longer than max_length 9"):
        train(options, steps=1, max_length=9, overwrite=True)


def test_an_empty_validation_split_means_no_evaluation_and_is_told(options: dict[str, Any], export: Path) -> None:
    write_export(export, {"validation": []})
    console = Console(file=io.StringIO())
    assert train_sft(sft_config(options, steps=1), console=console).eval_after is None
    assert "no rows of validation to measure; 0 longer" in console.file.getvalue()  # type: ignore[attr-defined]


def test_epochs_decide_the_number_of_steps(options: dict[str, Any]) -> None:
    del options["steps"]
    assert train(options, epochs=2).steps == 5


def test_a_missing_export_or_model_says_what_to_do(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="exports/none is neither a dataset version"):
        train(options, data={"path": "exports/none"})
    with pytest.raises(TrainConfigError, match=r"there is no folder \./nowhere"):
        train(options, model={"path": "./nowhere"}, overwrite=True)
    with pytest.raises(TrainConfigError, match="no tokenizer in") as folder:
        train(options, model={"path": options["data"]["path"]}, overwrite=True)
    assert "without the hub" not in str(folder.value)


def test_a_model_of_a_hub_that_is_not_reached_has_a_way_out_in_one_line() -> None:
    code = (
        "from trainer.config import ModelConfig\n"
        "from trainer.errors import TrainConfigError\n"
        "from trainer.model import load_tokenizer\n"
        "try:\n    load_tokenizer(ModelConfig(path='org/none'))\n"
        "except TrainConfigError as error:\n    print(error)\n"
    )
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "without the hub name a folder of weights: --set model.path=FOLDER" in done.stdout
    assert done.stdout.count("\n") == 1


def test_a_diverging_run_stops_with_advice(options: dict[str, Any]) -> None:
    with pytest.raises(TrainerError, match=r"the loss is (nan|inf); lower optim\.lr"):
        train(options, steps=20, optim={"lr": 1e30, "clip_norm": 1e30})


def test_the_rate_rises_falls_along_a_cosine_and_ends_at_its_share() -> None:
    config = OptimConfig(lr=1.0, warmup_steps=3, min_lr_share=0.1)
    rates = [learning_rate(config, step=step, num_steps=10) for step in range(10)]
    assert rates[:4] == pytest.approx([0.25, 0.5, 0.75, 1.0])
    assert rates[3:] == sorted(rates[3:], reverse=True)
    assert rates[6] == pytest.approx(0.55)
    assert rates[-1] == pytest.approx(0.1)


def test_rows_beyond_the_window_of_the_model_are_told(options: dict[str, Any]) -> None:
    options["model"]["from_scratch"] = options["model"]["from_scratch"] | {"max_position_embeddings": 40}
    console = Console(file=io.StringIO(), width=400)
    train_sft(sft_config(options, steps=1), console=console)
    told = console.file.getvalue()  # type: ignore[attr-defined]
    assert "pass the model's window of 40" in told
    assert "raise model.rope_theta_factor" in told
