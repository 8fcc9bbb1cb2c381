"""What is learnt from an export for any trainer is what is learnt from the version it was made of."""

import json
from pathlib import Path
from typing import Any

import pytest

from stages._formats import export_version
from stages._formats.exporting import TRAINERS, form_of
from tests.stages.formats.version import EXAMPLES, write_version
from trainer.data import Source, read_rows, view_files
from trainer.errors import TrainConfigError
from trainer.run import data_folder
from trainer.template import Template
from trainer.tokens import TokenRows, encode_rows

STYLES = [(trainer, style) for trainer in TRAINERS for style in form_of(trainer).styles]


def encoded(folder: Path, split: str, tokenizer: Any, out: Path) -> TokenRows:
    source = Source(tuple(view_files(data_folder(str(folder)), "sft", split)))
    return encode_rows([source], Template(tokenizer), out / f"{split}.bin", max_length=10_000)


@pytest.mark.parametrize(("trainer", "style"), STYLES)
def test_every_export_gives_the_tokens_of_its_version(tmp_path: Path, tokenizer: Any, trainer: str, style: str) -> None:
    version = write_version(tmp_path / "v0001")
    folder = export_version(version, trainer, tmp_path / "out", style=style).path
    for split in ("train", "validation"):
        expected = encoded(version, split, tokenizer, tmp_path / "own")
        assert len(expected) > 0
        assert encoded(folder, split, tokenizer, tmp_path / "exported").digest == expected.digest


def test_an_export_says_which_splits_have_no_rows(tmp_path: Path) -> None:
    version = write_version(tmp_path / "v0001", [one for one in EXAMPLES if one.split == "train"])
    folder = export_version(version, "axolotl", tmp_path / "out").path
    assert view_files(folder, "sft", "validation") == []
    with pytest.raises(TrainConfigError, match=r"no rows sft/test; it holds: sft/train"):
        view_files(folder, "sft", "test")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"text": "a"}', "has no columns prompt and completion, or messages, or input and output"),
        ('{"messages": [{"role": "user", "content": "a"}]}', "row rows.jsonl:1 is no chat with an answer"),
        ('{"prompt": 3, "completion": "a"}', "row rows.jsonl:1 is no chat with an answer"),
        ('{"messages": []}', "row rows.jsonl:1 is no chat with an answer"),
        ("{", "line 1 is not JSON"),
        ("[]", "is no object of JSON"),
        ("3", "is no object of JSON"),
    ],
)
def test_what_is_no_chat_is_told_with_its_place(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(TrainConfigError, match=message):
        list(read_rows([path]))


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "train-00000-of-00001.parquet"
    path.write_bytes(b"PAR1, and then nothing of the kind")
    with pytest.raises(TrainConfigError, match=r"parquet cannot be read as Parquet: "):
        list(read_rows([path]))


def test_of_several_turns_the_last_answer_is_learnt(tmp_path: Path) -> None:
    chat = [{"role": role, "content": role[0]} for role in ("system", "user", "assistant", "user", "assistant")]
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"messages": chat}) + "\n")
    (row,) = read_rows([path])
    assert (row.prompt, row.completion) == (chat[:-1], chat[-1:])
