"""OpenRLHF: its loading, SFTDataset and PromptDataset, and its single-turn agent with the exported reward file."""

import asyncio
from types import SimpleNamespace
from typing import Any

from openrlhf.datasets import PromptDataset, SFTDataset
from openrlhf.datasets.utils import blending_datasets
from side import Request, learnt, serve, tokenizer_of

MANY = 1_000_000


def strategy(**keys: str) -> Any:
    """What the data sets ask of OpenRLHF's DeepSpeed strategy: `--data.*`, and whether this process prints."""
    data = SimpleNamespace(apply_chat_template=True, **keys)
    args = SimpleNamespace(data=data, use_ms=False)
    return SimpleNamespace(args=args, print=lambda *_: None, is_rank_0=lambda: False)


def sft(request: Request) -> list[Any]:
    """A mask at a place is about the token after it. OpenRLHF cuts blank space at the end of a row."""
    tokenizer = tokenizer_of(request)
    held = strategy(input_key="input", output_key="output")
    data = SFTDataset(blending_datasets(request["sft"], None, held), tokenizer, MANY, held, num_processors=1)
    items = [data[index] for index in range(len(data))]
    return [learnt(tokenizer, ids[0].tolist(), [False, *mask[0].bool().tolist()[:-1]]) for ids, _, mask in items]


def prompts(request: Request, tokenizer: Any) -> Any:
    held = strategy(input_key="input", label_key="label")
    return PromptDataset(blending_datasets(request["rl"], None, held), tokenizer, held)


def rl(request: Request) -> list[Any]:
    data = prompts(request, tokenizer_of(request))
    return [{"prompt": prompt} for _, prompt, _, _ in (data[index] for index in range(len(data)))]


class Engine:
    """Stands where vLLM does, and says what it is told to."""

    def __init__(self, ids: list[int]) -> None:
        self.ids = ids

    async def generate(self, *_: Any, **__: Any) -> Any:
        return SimpleNamespace(outputs=[SimpleNamespace(token_ids=self.ids, finish_reason="stop", logprobs=None)])


def rewards(request: Request) -> list[Any]:
    from openrlhf.utils.agent import SingleTurnAgentExecutor

    tokenizer = tokenizer_of(request)
    data = prompts(request, tokenizer)
    agent = SingleTurnAgentExecutor([request["reward"]])
    sampling = SimpleNamespace(max_tokens=MANY, logprobs=None)

    async def rewarded() -> list[Any]:
        found = []
        for row, completion in request["cases"]:
            _, prompt, label, _ = data[row]
            engine = Engine([*tokenizer(completion)["input_ids"], tokenizer.eos_token_id])
            found.append(await agent.execute(prompt, label, sampling, 2 * MANY, tokenizer, engine))
        return found

    return [one["reward"] if one["reward"] is None else float(one["reward"]) for one in asyncio.run(rewarded())]


if __name__ == "__main__":
    serve(sft=sft, rl=rl, rewards=rewards)
