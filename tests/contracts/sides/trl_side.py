"""TRL: SFTTrainer tokenises and its collator makes labels; GRPOTrainer renders prompts and asks the reward.

The model is a random one of a few weights, which neither of them looks at here.
"""

import tempfile
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

from side import Request, serve, tokenizer_of, trained

QUIET = {"use_cpu": True, "bf16": False, "report_to": "none", "disable_tqdm": True, "gradient_checkpointing": False}


def tiny_llama(tokenizer: Any) -> Any:
    from transformers import LlamaConfig, LlamaForCausalLM

    sizes = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1}
    return LlamaForCausalLM(LlamaConfig(vocab_size=len(tokenizer), max_position_embeddings=64, **sizes))


def rows(name: str) -> Any:
    from datasets import load_dataset

    kind = "parquet" if name.endswith(".parquet") else "json"
    return load_dataset(kind, data_files=name, split="train", cache_dir=tempfile.mkdtemp())


def sft(request: Request) -> list[Any]:
    from trl import SFTConfig, SFTTrainer

    tokenizer = tokenizer_of(request)
    args = SFTConfig(output_dir=tempfile.mkdtemp(), max_length=None, **QUIET)
    model, data = tiny_llama(tokenizer), rows(request["sft"])
    trainer = SFTTrainer(model=model, args=args, train_dataset=data, processing_class=tokenizer)
    batches = [trainer.data_collator([row]) for row in trainer.train_dataset]
    return [trained(tokenizer, batch["input_ids"][0].tolist(), batch["labels"][0].tolist()) for batch in batches]


@cache
def reward_of(name: str) -> Any:
    """`reward_funcs=[tracemill_reward]`, as a training script imports it."""
    spec = spec_from_file_location("trl_reward", name)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.tracemill_reward


def grpo(request: Request) -> Any:
    from trl import GRPOConfig, GRPOTrainer

    tokenizer = tokenizer_of(request)
    return GRPOTrainer(
        model=tiny_llama(tokenizer),
        reward_funcs=[reward_of(request["reward"])],
        args=GRPOConfig(output_dir=tempfile.mkdtemp(), num_generations=2, per_device_train_batch_size=2, **QUIET),
        train_dataset=rows(request["rl"]),
        processing_class=tokenizer,
    )


def rl(request: Request) -> list[Any]:
    trainer = grpo(request)
    ids, *_ = trainer._tokenize_prompts([row["prompt"] for row in trainer.train_dataset])
    return [{"prompt": trainer.processing_class.decode(one)} for one in ids]


def rewards(request: Request) -> list[Any]:
    """Completions go through their tokens, decoded as the trainer decodes what it sampled."""
    import torch

    trainer = grpo(request)
    given, texts = zip(*((trainer.train_dataset[row], text) for row, text in request["cases"]), strict=True)
    ids = [trainer.processing_class(text)["input_ids"] for text in texts]
    decoded = trainer.processing_class.batch_decode(ids, skip_special_tokens=True)
    said = [[{"role": "assistant", "content": text}] for text in decoded]
    found = trainer._calculate_rewards(list(given), [row["prompt"] for row in given], said, ids)
    return [None if torch.isnan(reward) else reward.item() for reward in found[:, 0]]


if __name__ == "__main__":
    serve(sft=sft, rl=rl, rewards=rewards)
