"""A step of GRPO beside TRL's GRPOTrainer: the same model, prompts, batch, lengths and updates, on the same CPU.

    python -m bench.training.step_speed [--quick]

A step draws responses to every prompt, grades them, takes old log-probabilities of all and updates twice, on half of
them each; no reference model, float32. The end token lies outside the model's vocabulary, so every response has the
full length. Each side runs in a process of its own and times its steps from one end of an update to the next; the first
is not counted. Sides take turns, and a figure is the median of the ratios of neighbours, TRL's seconds over ours.

Both sides grade with the rules of this project, so that what is compared is the trainers. What each does besides is
left to it: ours checks that sampler and trainer agree, and has metrics of its own.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bench.distillation.throughput import smollm2
from bench.parts import run_alone
from verifier import Outcome

ROOT = Path(__file__).resolve().parents[2]
NEVER = "<never>"
TURN = "{% for turn in messages %}{{ turn.content }}{% endfor %}"
QUIET = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "CUDA_VISIBLE_DEVICES": "", "WANDB_DISABLED": "true"}
MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))


@dataclass(frozen=True, kw_only=True)
class Load:
    """`length` is in new tokens; `steps` are counted ones."""

    name: str
    prompts: int
    samples: int
    length: int
    steps: int

    @property
    def responses(self) -> int:
        return self.prompts * self.samples


# The batch of the small task on which the paper is done again, and one of a pretrained model that two cores can take.
TOY = Load(name="toy", prompts=32, samples=8, length=12, steps=8)
SMALL = Load(name="135m", prompts=2, samples=4, length=24, steps=3)
FIGURES = {TOY: "step_speed_vs_trl", SMALL: "step_speed_vs_trl_135m"}


def measure(*, quick: bool = False) -> tuple[dict[str, float], list[str]]:
    figures, lines = {}, ["seconds of a step, median of each run", f"{'':<8}{'ours':>24}{'TRL':>24}{'ratio':>8}"]
    with tempfile.TemporaryDirectory(prefix="step-speed-") as made:
        for load, figure in FIGURES.items():
            folder = Path(made) / load.name
            prepare(load, folder)
            rounds = []
            for turn in range(1 if quick else 5):
                order = ("ours", "trl") if turn % 2 == 0 else ("trl", "ours")
                rounds.append({side: in_own_process(side, load, folder / f"{side}-{turn}") for side in order})
            figures[figure] = statistics.median(one["trl"] / one["ours"] for one in rounds)
            told = [" ".join(f"{one[side]:.3f}" for one in rounds) for side in ("ours", "trl")]
            lines.append(f"{load.name:<8}{told[0]:>32}{told[1]:>32}{figures[figure]:>8.2f}")
    return figures, lines


def prepare(load: Load, folder: Path) -> None:
    """`folder/model`, with an end token that no response holds, and `folder/export` with prompts of one length."""
    from transformers import LlamaConfig, LlamaForCausalLM

    model = folder / "model"
    model.mkdir(parents=True)
    if load is TOY:
        tokenizer, digits = toy_tokenizer(), range(5, 15)
        sizes = {"hidden_size": 64, "intermediate_size": 192, "num_hidden_layers": 2, "num_attention_heads": 4}
        special = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 17}
        config = LlamaConfig(vocab_size=17, max_position_embeddings=256, tie_word_embeddings=True, **sizes, **special)
        LlamaForCausalLM(config).save_pretrained(model)
        questions = ["".join(str((3 * row + 7 * place) % 10) for place in range(8)) + "=" for row in range(64)]
        assert all(one in digits for one in tokenizer(questions[0]).input_ids[:-1])
    else:
        tokenizer = endless(smollm2(folder), model)
        questions = [f"Tom has {10 + row} apples and buys {80 - row} more. How many has he now?" for row in range(64)]
    tokenizer.chat_template = TURN
    tokenizer.save_pretrained(model)
    rows = [
        {"id": f"p{number:03d}", "prompt": [{"role": "user", "content": question}], "answer": "7"}
        for number, question in enumerate(questions)
    ]
    schema = pa.schema([("id", pa.string()), ("prompt", MESSAGES), ("answer", pa.string())])
    (folder / "export" / "rl").mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / "export" / "rl" / "train-00000-of-00001.parquet")
    (folder / "export" / "manifest.json").write_text(json.dumps({"digest": load.name}))


def toy_tokenizer() -> Any:
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = ["<pad>", "<bos>", "<eos>", "<think>", "</think>", *"0123456789", "=", "w", NEVER]
    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(words)}, unk_token="w"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(""), "isolated")
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=NEVER, pad_token="<pad>", bos_token="<bos>")


def endless(weights: Path, model: Path) -> Any:
    """SmolLM2 with an end token behind its vocabulary."""
    from transformers import AutoConfig, AutoTokenizer, GenerationConfig

    tokenizer = AutoTokenizer.from_pretrained(weights)
    tokenizer.pad_token = tokenizer.eos_token
    tokenizer.add_special_tokens({"eos_token": NEVER})
    config = AutoConfig.from_pretrained(weights)
    assert tokenizer.eos_token_id == config.vocab_size
    config.eos_token_id = tokenizer.eos_token_id
    config.save_pretrained(model)
    GenerationConfig(eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id).save_pretrained(model)
    (model / "model.safetensors").symlink_to((weights / "model.safetensors").resolve())
    return tokenizer


def in_own_process(side: str, load: Load, folder: Path) -> float:
    command = [sys.executable, "-m", "bench.training.step_speed", "--side", side, load.name, str(folder)]
    ran = subprocess.run(command, cwd=ROOT, env=os.environ | QUIET, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(f"{side}: {ran.stderr[-2000:]}")
    return float(ran.stdout.splitlines()[-1])


def ours(load: Load, folder: Path) -> list[float]:
    """Times at which steps ended."""
    from rich.console import Console

    from trainer.log import MetricsLog, read_metrics
    from trainer.options import build
    from trainer.rl import train_rl
    from trainer.rl_config import RlConfig

    config = build(
        {
            "data": {"path": str(folder.parent / "export"), "validation": None},
            "model": {"path": str(folder.parent / "model"), "device": "cpu"},
            "out": str(folder),
            "algorithm": "grpo",
            "steps": load.steps + 1,
            "reward": {"classic": {}},
            "rollout": {"prompts": load.prompts, "samples": load.samples, "max_tokens": load.length},
            "policy": {"minibatch": load.responses // 2, "micro_batch": load.responses // 2},
            "optim": {"lr": 1e-6},
            "keep_rollouts": None,
        },
        RlConfig,
    )
    ended, write = [], MetricsLog.write

    def stamped(log: MetricsLog, row: dict[str, Any]) -> None:
        write(log, row)
        ended.append(time.perf_counter())

    MetricsLog.write = stamped  # type: ignore[method-assign]
    train_rl(config, console=Console(quiet=True))
    assert all(row["len/mean"] == load.length for row in read_metrics(folder))
    return ended


def trl(load: Load, folder: Path) -> list[float]:
    from datasets import Dataset
    from transformers import TrainerCallback
    from trl import GRPOConfig, GRPOTrainer

    from verifier.grader import Gold, Grader

    grader = Grader({})
    ended: list[float] = []

    class Clock(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            if state.global_step % 2 == 0:  # two updates are one of our steps
                ended.append(time.perf_counter())

    def reward(completions: list[Any], completion_ids: list[list[int]], answer: list[str], **rest: Any) -> list[float]:
        assert all(len(one) == load.length for one in completion_ids)
        verdicts = grader.grade([Gold(one, None, None) for one in answer], [one[0]["content"] for one in completions])
        return [float(one.outcome is Outcome.CORRECT) for one in verdicts]

    rows = pq.read_table(folder.parent / "export" / "rl" / "train-00000-of-00001.parquet").to_pylist()
    data = Dataset.from_list([{"prompt": row["prompt"], "answer": row["answer"]} for row in rows])
    model, options = str(folder.parent / "model"), GRPOConfig(output_dir=str(folder), **trl_options(load))
    GRPOTrainer(model, reward_funcs=reward, args=options, train_dataset=data, callbacks=[Clock()]).train()
    grader.close()
    return ended


def trl_options(load: Load) -> dict[str, Any]:
    """The same work as ours: as many responses, updates and bits."""
    return dict(
        use_cpu=True,
        bf16=False,
        gradient_checkpointing=False,
        beta=0.0,
        per_device_train_batch_size=load.responses // 2,
        gradient_accumulation_steps=1,
        steps_per_generation=2,
        num_generations=load.samples,
        max_completion_length=load.length,
        max_steps=2 * (load.steps + 1),
        learning_rate=1e-6,
        model_init_kwargs={"dtype": "float32"},
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        seed=0,
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--side"]:
        chosen = next(load for load in FIGURES if load.name == sys.argv[3])
        times = {"ours": ours, "trl": trl}[sys.argv[2]](chosen, Path(sys.argv[4]))
        print(statistics.median(later - earlier for earlier, later in pairwise(times)))
    else:
        run_alone(__doc__ or "", measure)
