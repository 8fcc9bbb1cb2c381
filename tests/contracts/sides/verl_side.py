"""verl: MultiTurnSFTDataset, RLHFDataset, and the naive reward manager with the exported custom reward function."""

import asyncio
from pathlib import Path
from typing import Any

import verl
from omegaconf import OmegaConf
from side import Request, learnt, rendered, serve, tokenizer_of
from verl.utils.dataset.multiturn_sft_dataset import MultiTurnSFTDataset
from verl.utils.dataset.rl_dataset import RLHFDataset, collate_fn

MANY = 1_000_000


def sft(request: Request) -> list[Any]:
    tokenizer = tokenizer_of(request)
    config = OmegaConf.create({"max_length": MANY, "pad_mode": "no_padding"})
    data = MultiTurnSFTDataset([request["sft"]], tokenizer, config)
    items = [data[index] for index in range(len(data))]
    return [learnt(tokenizer, item["input_ids"].tolist(), item["loss_mask"].tolist()) for item in items]


def prompts(request: Request, tokenizer: Any) -> Any:
    config = OmegaConf.create({"max_prompt_length": MANY, "filter_overlong_prompts_workers": None})
    return RLHFDataset([request["rl"]], tokenizer, config)


def rl(request: Request) -> list[Any]:
    """The prompt is rendered by verl's agent loop, with the tokenizer's own template."""
    tokenizer = tokenizer_of(request)
    data = prompts(request, tokenizer)
    chats = [data[index]["raw_prompt"] for index in range(len(data))]
    return [{"prompt": rendered(tokenizer, chat)} for chat in chats]


def rewards(request: Request) -> list[Any]:
    from verl.trainer.ppo.reward import load_reward_manager

    tokenizer = tokenizer_of(request)
    data = prompts(request, tokenizer)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    reward = OmegaConf.load(Path(verl.__file__).parent / "trainer" / "config" / "reward" / "reward.yaml")
    reward.custom_reward_function.path = request["reward"]
    manager = load_reward_manager(OmegaConf.create({"reward": reward}), tokenizer)

    async def rewarded() -> list[Any]:
        samples = [sample(data[row], completion, tokenizer) for row, completion in request["cases"]]
        return await asyncio.gather(*(manager.run_single(one) for one in samples))

    return [found["reward_score"] for found in loop.run_until_complete(rewarded())]


def sample(row: dict[str, Any], completion: str, tokenizer: Any) -> Any:
    """One row of a batch after rollout: its response and the mask over prompt and response."""
    import torch
    from verl import DataProto

    response = torch.tensor([tokenizer(completion)["input_ids"]])
    made = DataProto.from_single_dict(collate_fn([row]))
    made.batch["responses"] = response
    made.batch["attention_mask"] = torch.ones_like(response)
    return made


if __name__ == "__main__":
    serve(sft=sft, rl=rl, rewards=rewards)
