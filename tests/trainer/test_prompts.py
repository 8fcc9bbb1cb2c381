import json
from pathlib import Path

import pytest

from stages._formats import export_version
from stages._formats.exporting import TRAINERS, form_of
from tests.stages.formats.version import write_version
from tests.trainer.digits import digit_tokenizer, prompt_row, write_prompts
from trainer.data import view_files
from trainer.errors import TrainConfigError
from trainer.prompt_files import read_prompts
from trainer.prompts import Prompts, encode_prompts
from trainer.template import Template
from verifier.grader import Gold


def encoded(export: Path, split: str = "train", *, max_length: int = 20, limit: int | None = None) -> Prompts:
    out, template = export.with_name("tokens") / f"{split}.bin", Template(digit_tokenizer())
    return encode_prompts(view_files(export, "rl", split), template, out, max_length=max_length, limit=limit)


@pytest.mark.parametrize("trainer", [name for name in TRAINERS if form_of(name).rl])
def test_every_export_holds_the_prompts_and_golds_of_its_version(tmp_path: Path, trainer: str) -> None:
    version = write_version(tmp_path / "v0001")
    folder = export_version(version, trainer, tmp_path / "out").path
    for split in ("train", "validation"):
        expected = list(read_prompts(view_files(version, "rl", split)))
        assert expected
        assert all(one.gold.answer_type and one.gold.question for one in expected)
        assert list(read_prompts(view_files(folder, "rl", split))) == expected


def test_a_prompt_ends_where_its_answer_begins(tmp_path: Path) -> None:
    prompts = encoded(write_prompts(tmp_path / "export", {"train": [prompt_row(7), prompt_row(42)]}))
    assert digit_tokenizer().decode(prompts.prompt(1).ids) == "<bos>42="
    assert prompts.prompt(1).gold == Gold("2", "integer", "42")
    assert [prompts.prompt(row).id for row in (0, 1)] == ["n07", "n42"]


def test_long_prompts_are_left_out_and_counted_and_the_first_are_taken(tmp_path: Path) -> None:
    long = prompt_row(8) | {"prompt": [{"role": "user", "content": "8" * 30}]}
    export = write_prompts(tmp_path / "export", {"train": [long, *map(prompt_row, range(5))]})
    prompts = encoded(export, limit=3)
    assert (len(prompts), prompts.dropped) == (3, 1)
    assert len(encoded(export)) == 5


def test_prompts_are_encoded_again_only_where_they_changed(tmp_path: Path) -> None:
    export = write_prompts(tmp_path / "export", {"train": [prompt_row(1)]})
    first, path = encoded(export), tmp_path / "tokens" / "train.bin"
    written = path.stat().st_mtime_ns
    assert encoded(export).digest == first.digest
    assert path.stat().st_mtime_ns == written
    write_prompts(export, {"train": [prompt_row(2)]})
    assert encoded(export).digest != first.digest


def test_a_question_is_the_same_in_another_spelling_and_under_another_id(tmp_path: Path) -> None:
    held_out = [prompt_row(2) | {"id": "other", "question": " 02."}, prompt_row(3) | {"id": "n01"}, prompt_row(9)]
    export = write_prompts(tmp_path / "export", {"train": [prompt_row(1), prompt_row(2)], "validation": held_out})
    assert encoded(export).shared_with(encoded(export, "validation")) == 2


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (json.dumps({"prompt": [{"role": "user", "content": "?"}]}), "row 1 is no prompt with an answer"),
        (json.dumps(prompt_row(1) | {"prompt": [{"role": "user", "content": None}]}), "row 1 is no prompt"),
        (json.dumps(prompt_row(1) | {"answer_type": "poem"}), r"row 1 .* \('poem' is not a valid AnswerType\)"),
        ('{"prompt":', "line 1 is not JSON"),
        ("[1]", "line 1 is no object of JSON"),
    ],
)
def test_rows_that_are_no_prompts_are_refused(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(TrainConfigError, match=rf"train\.jsonl {told}"):
        list(read_prompts([path]))


def test_an_id_may_be_a_number_and_may_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text("".join(json.dumps(prompt_row(1) | {"id": name}) + "\n" for name in (7, None)))
    assert [one.id for one in read_prompts([path])] == ["7", "train.jsonl:2"]
