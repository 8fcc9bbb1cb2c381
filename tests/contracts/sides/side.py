"""What every script of this folder does: it answers a JSON request with what a trainer's own code makes of an export.

The scripts run in a process of their own, with the trainer's packages and ours but not our tests, and in the folder of
the export. `SIDE.py REQUEST ANSWER` reads one JSON file and writes the other. A request has
  parts      -- which of `sft`, `rl` and `rewards` to answer
  tokenizer  -- a folder
  sft, rl    -- names of files in the export
  reward     -- name of the reward file in the export
  cases      -- pairs of the place of a row in the file `rl` and a completion to be rewarded
and an answer has, of the parts that were asked for,
  sft        -- per row, in the order of the file: the whole `text` that is trained on, and of it what is `learnt`
  rl         -- per row, in the order of the file: the `prompt` as the policy reads it
  rewards    -- a number, or None, for each case
"""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Request = dict[str, Any]
Part = Callable[[Request], list[Any]]
IGNORED = -100


def serve(**parts: Part) -> None:
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    answer = {name: parts[name](request) for name in request["parts"]}
    Path(sys.argv[2]).write_text(json.dumps(answer), encoding="utf-8")


def tokenizer_of(request: Request) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(request["tokenizer"])


def rendered(tokenizer: Any, chat: Any) -> str:
    return str(tokenizer.apply_chat_template(chat, add_generation_prompt=True, tokenize=False))


def trained(tokenizer: Any, ids: Sequence[int], labels: Sequence[int]) -> dict[str, str]:
    """A row of `sft`, from the labels of its tokens."""
    return learnt(tokenizer, ids, [label != IGNORED for label in labels])


def suffix_of(tokenizer: Any, prompt: Any, chat: Any) -> dict[str, str]:
    """A row of `sft` where a trainer learns what the chat adds to the rendered prompt."""
    begun = rendered(tokenizer, prompt)
    text = tokenizer.apply_chat_template(chat, tokenize=False)
    assert text.startswith(begun)
    return {"text": text, "learnt": text[len(begun) :]}


def learnt(tokenizer: Any, ids: Sequence[int], mask: Sequence[bool]) -> dict[str, str]:
    chosen = [token for token, is_learnt in zip(ids, mask, strict=True) if is_learnt]
    return {"text": tokenizer.decode(list(ids)), "learnt": tokenizer.decode(chosen)}
