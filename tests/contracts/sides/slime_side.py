"""slime by a pinned schema (`pinned/README.md`): lines of JSON, a prompt to render, a label, a dict of metadata."""

import asyncio
import importlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
from side import Request, rendered, serve, suffix_of, tokenizer_of


def rows(name: str) -> list[dict[str, Any]]:
    """As slime reads them now. Before, pandas did, which makes numbers and dates of texts that look like them."""
    with Path(name).open(encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines if line.strip()]
    before = pd.read_json(name, lines=True, dtype={"label": str}).to_dict("records")
    assert read == before
    return read


def sft(request: Request) -> list[Any]:
    tokenizer = tokenizer_of(request)
    return [suffix_of(tokenizer, row["messages"][:-1], row["messages"]) for row in rows(request["sft"])]


def samples(request: Request, tokenizer: Any) -> list[Any]:
    return [
        SimpleNamespace(
            prompt=rendered(tokenizer, row["prompt"]),
            label=row["label"],
            metadata=row["metadata"],
        )
        for row in rows(request["rl"])
    ]


def rl(request: Request) -> list[Any]:
    return [{"prompt": sample.prompt} for sample in samples(request, tokenizer_of(request))]


def rewards(request: Request) -> list[Any]:
    """One sample at a time, or all of a group together where `--group-rm` is on: both must agree."""
    custom_rm = importlib.import_module("slime_reward").custom_rm
    tokenizer = tokenizer_of(request)
    data = samples(request, tokenizer)
    given = [SimpleNamespace(**vars(data[row]), response=text) for row, text in request["cases"]]

    async def rewarded() -> tuple[list[Any], list[Any]]:
        alone = await asyncio.gather(*(custom_rm(SimpleNamespace(), sample) for sample in given))
        return alone, await custom_rm(SimpleNamespace(), given)

    alone, together = asyncio.run(rewarded())
    assert alone == together
    return alone


if __name__ == "__main__":
    serve(sft=sft, rl=rl, rewards=rewards)
