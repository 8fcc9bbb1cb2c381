"""open-instruct by a pinned schema (`pinned/README.md`): a JSON loader, chat templates, verifiers found by subclass."""

import asyncio
import tempfile
from typing import Any

from side import Request, rendered, serve, suffix_of, tokenizer_of


def rows(name: str) -> list[dict[str, Any]]:
    from datasets import load_dataset

    return list(load_dataset("json", data_files=name, split="train", cache_dir=tempfile.mkdtemp()))


def sft(request: Request) -> list[Any]:
    """All turns but the assistant's are masked."""
    tokenizer = tokenizer_of(request)
    return [suffix_of(tokenizer, row["messages"][:-1], row["messages"]) for row in rows(request["sft"])]


def prompt(row: dict[str, Any]) -> list[dict[str, str]]:
    """A chat of several turns would lose its last one."""
    chat = row["messages"]
    return chat if len(chat) == 1 else chat[:-1]


def rl(request: Request) -> list[Any]:
    tokenizer = tokenizer_of(request)
    chats = [prompt(row) for row in rows(request["rl"])]
    return [{"prompt": rendered(tokenizer, chat)} for chat in chats]


def rewards(request: Request) -> list[Any]:
    """Ground truth and data set may be strings or lists of one length; the verifier is chosen by the latter."""
    import open_instruct_reward  # noqa: F401
    from open_instruct.ground_truth_utils import VerifierFunction

    verifiers = {made.name.lower(): made for made in (kind(None) for kind in VerifierFunction.__subclasses__())}
    tokenizer, data = tokenizer_of(request), rows(request["rl"])

    async def rewarded() -> list[Any]:
        return await asyncio.gather(*(called(data[row], text) for row, text in request["cases"]))

    async def called(row: dict[str, Any], text: str) -> Any:
        ids = tokenizer(text)["input_ids"]
        said = tokenizer.decode(ids, skip_special_tokens=True)
        verifier = verifiers[row["dataset"].lower()]
        query = rendered(tokenizer, prompt(row))
        return await verifier.async_call(
            tokenized_prediction=ids, prediction=said, label=row["ground_truth"], query=query
        )

    return [result.score * verifiers["tracemill"].weight for result in asyncio.run(rewarded())]


if __name__ == "__main__":
    serve(sft=sft, rl=rl, rewards=rewards)
