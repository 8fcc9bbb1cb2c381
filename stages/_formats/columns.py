"""Columns that several trainers share, made of Arrow arrays."""

from collections.abc import Sequence

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from stages._formats.form import Batch, Columns

# By style: a view holds every chat twice, as one list and as prompt and completion.
SFT_COLUMNS = {
    "messages": ("id", "messages", "num_tokens"),
    "prompt-completion": ("id", "prompt", "completion", "num_tokens"),
}
RL_COLUMNS = ("id", "prompt", "question", "answer", "answer_type", "data_source")


def constant(value: str, batch: Batch) -> pa.Array:
    return pa.repeat(pa.scalar(value), len(batch))


def struct(fields: Columns) -> pa.Array:
    return pa.StructArray.from_arrays(list(fields.values()), names=list(fields))


def messages(batch: Batch) -> Columns:
    """The chat as one list: what most trainers read for SFT."""
    return {"messages": batch["messages"], "id": batch["id"]}


def text_of(chats: pa.ListArray) -> pa.Array:
    """The content of chats of one message each."""
    contents = chats.flatten().field("content")
    if len(contents) != len(chats):
        raise ValueError("a chat of one message was expected; the version's prompts and completions have one each")
    return contents


def label(batch: Batch) -> pa.Array:
    """Answer, type and question as one JSON text, for trainers that hand a single string to the reward."""
    columns = [batch[name].to_pylist() for name in ("answer", "answer_type", "question")]
    return pa.array([_label(row) for row in zip(*columns, strict=True)], type=pa.string())


def _label(row: Sequence[str]) -> str:
    return orjson.dumps(dict(zip(("answer", "answer_type", "question"), row, strict=True))).decode()


def in_dollars(answers: pa.Array) -> pa.Array:
    """Answers as inline mathematics; a dollar sign that is not a delimiter already is a currency and escaped."""
    bare = pc.replace_substring_regex(answers, r"^\s*\$\$?([^$]*[^$\\])\$\$?\s*$", r"\1")
    escaped = pc.replace_substring_regex(bare, r"\\?\$", r"\\$")
    return pc.binary_join_element_wise("$", escaped, "$", "")
