"""Real training steps of TRL on an export, with SmolLM2 on the CPU: what is learnt, and which rewards arrive."""

import math
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from bench.exports.traced import traced_version
from bench.traces import Trace
from stages._formats import export_version
from tests.teachers.smollm2 import smollm2_folder
from verifier import Outcome, verify

END = "<|im_end|>\n"
STEPS = 2
QUIET = {
    "use_cpu": True,
    "bf16": False,
    "report_to": "none",
    "disable_tqdm": True,
    "gradient_checkpointing": False,
    "save_strategy": "no",
    "logging_steps": 1,
    "max_steps": STEPS,
}


def sums() -> Iterator[Trace]:
    for number in range(2, 8):
        question, total = f"What is {number} + 2?", number + 2
        right = f"<think>\n{number} and two more is {total}.\n</think>\n\nIt is \\boxed{{{total}}}."
        yield Trace(f"right/{number}", str(total), right, question, True)
        yield Trace(f"wrong/{number}", str(total), f"It is \\boxed{{{total + 1}}}.", question, False)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sums")
    return export_version(traced_version(folder, sums()), "trl", folder / "trl").path


@pytest.fixture
def model() -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(smollm2_folder(), dtype="float32")


@pytest.fixture
def tokenizer() -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(smollm2_folder())


def rows(exported: Path, kind: str, folder: Path) -> Any:
    from datasets import load_dataset

    return load_dataset(
        "parquet", data_files=str(exported / kind / "train.parquet"), split="train", cache_dir=str(folder)
    )


@pytest.fixture
def reward(exported: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(exported)
    yield import_module("trl_reward").tracemill_reward
    del sys.modules["trl_reward"]


def test_sft_learns_the_completion_with_its_reasoning_and_its_end(
    exported: Path, model: Any, tokenizer: Any, tmp_path: Path
) -> None:
    from trl import SFTConfig, SFTTrainer

    args = SFTConfig(output_dir=str(tmp_path), per_device_train_batch_size=2, max_length=512, **QUIET)
    data = rows(exported, "sft", tmp_path)
    trainer = SFTTrainer(model=model, args=args, train_dataset=data, processing_class=tokenizer)
    trainer.train()
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    assert len(losses) == STEPS
    assert all(math.isfinite(loss) and loss > 0 for loss in losses)
    for row, source in zip(trainer.train_dataset, data, strict=True):
        labels = trainer.data_collator([row])["labels"][0]
        learnt = tokenizer.decode(labels[labels != -100])
        assert learnt == source["completion"][0]["content"] + END
        assert learnt.startswith("<think>\n")


def test_grpo_gets_the_verdicts_on_what_it_sampled(
    exported: Path, model: Any, tokenizer: Any, reward: Any, tmp_path: Path
) -> None:
    from trl import GRPOConfig, GRPOTrainer

    args = GRPOConfig(
        output_dir=str(tmp_path),
        per_device_train_batch_size=4,
        num_generations=4,
        max_completion_length=24,
        log_completions=True,
        seed=3,
        **QUIET,
    )
    data = rows(exported, "rl", tmp_path)
    trainer = GRPOTrainer(model=model, reward_funcs=[reward], args=args, train_dataset=data, processing_class=tokenizer)
    trainer.train()
    steps = [entry for entry in trainer.state.log_history if "rewards/tracemill_reward/mean" in entry]
    assert len(steps) == STEPS
    assert all(math.isfinite(step["loss"]) for step in steps)
    seen: set[float] = set()
    for number, step in enumerate(steps, start=1):
        sampled = pl.read_parquet(tmp_path / "completions" / f"completions_{number:05}.parquet")
        verdicts = [wanted(*texts_of(row), data=data) for row in sampled.iter_rows(named=True)]
        assert sampled["tracemill_reward"].to_list() == verdicts
        assert step["rewards/tracemill_reward/mean"] == pytest.approx(sum(verdicts) / len(verdicts))
        assert step["tracemill/undecided"] == 0
        seen |= set(verdicts)
    assert seen == {0.0, 1.0}, "easy sums for a small model: some right, some wrong"


def texts_of(row: dict[str, Any]) -> tuple[str, str]:
    (asked,), (said,) = row["prompt"], row["completion"]
    return asked["content"], said["content"]


def wanted(prompt: str, completion: str, *, data: Any) -> float:
    (row,) = [row for row in data if row["question"] in prompt]
    return float(verify(row["answer"], completion, question=row["question"]).outcome is Outcome.CORRECT)
