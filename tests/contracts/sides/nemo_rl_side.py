"""NeMo-RL by a pinned schema (`pinned/README.md`): input and output become two turns, of RL rows user and truth."""

import tempfile
from typing import Any

from side import Request, rendered, serve, suffix_of, tokenizer_of


def rows(name: str) -> list[dict[str, Any]]:
    """A `ResponseDataset`: input and output are texts, and a column `messages` would be taken in their place."""
    from datasets import load_dataset

    data = list(load_dataset("json", data_files=name, split="train", cache_dir=tempfile.mkdtemp()))
    assert all("messages" not in row and isinstance(row["input"], str) for row in data)
    return data


def sft(request: Request) -> list[Any]:
    tokenizer = tokenizer_of(request)
    return [suffix_of(tokenizer, chat[:1], chat) for chat in map(turns, rows(request["sft"]))]


def turns(row: dict[str, Any]) -> list[dict[str, str]]:
    return [{"role": "user", "content": row["input"]}, {"role": "assistant", "content": row["output"]}]


def rl(request: Request) -> list[Any]:
    tokenizer = tokenizer_of(request)
    return [{"prompt": rendered(tokenizer, turns(row)[:1])} for row in rows(request["rl"])]


def rewards(request: Request) -> list[Any]:
    """A log holds the rendered prompt as the user's turn, and what was sampled, without its special tokens."""
    import nemo_rl_reward
    from nemo_rl.environments.utils import ENV_REGISTRY

    nemo_rl_reward.register()
    assert ENV_REGISTRY["tracemill"]["actor_class_fqn"] == "nemo_rl_reward.RemoteEnvironment"
    environment = nemo_rl_reward.TracemillEnvironment({})
    tokenizer, data = tokenizer_of(request), rows(request["rl"])
    logs, metadata = [], []
    for row, text in request["cases"]:
        said = tokenizer.decode(tokenizer(text)["input_ids"], skip_special_tokens=True)
        prompt = {"role": "user", "content": rendered(tokenizer, turns(data[row])[:1])}
        logs.append([prompt, {"role": "assistant", "content": said}])
        metadata.append({"ground_truth": data[row]["output"]})
    return environment.step(logs, metadata).rewards.tolist()


if __name__ == "__main__":
    serve(sft=sft, rl=rl, rewards=rewards)
