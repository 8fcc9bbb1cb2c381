"""`check-template` as its users meet it, on real tokenizers where they are there."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipeline.errors import ConfigError
from stages._template_check import template_facts
from stages._template_rows import sample_rows
from stages._template_view import show_template
from teachers.template import CHATML
from tests.teachers.smollm2 import smollm2_folder
from tests.teachers.templates import DEEPSEEK_R1, LLAMA_3
from tests.teachers.test_template import tokenizer
from tests.trainer.conftest import MESSAGES, sum_row, write_export
from tracemill.cli import application


@pytest.fixture
def version(tmp_path: Path) -> Path:
    return write_export(tmp_path / "version", {"train": [sum_row(number) for number in range(60)]})


def model(folder: Path, kind: str, template: str | None, **generation: Any) -> Path:
    made = tokenizer(kind, template)
    made.save_pretrained(folder)
    if generation:
        (folder / "generation_config.json").write_text(json.dumps(generation))
    return folder


def files(version: Path) -> list[Path]:
    return sorted((version / "sft").glob("*.parquet"))


def names(findings: list[dict[str, Any]]) -> list[str]:
    return [finding["fault"] for finding in findings]


def test_a_template_that_deletes_reasoning_fails_with_a_row_and_a_way_out(tmp_path: Path, version: Path) -> None:
    facts = template_facts(model(tmp_path / "r1", "deepseek", DEEPSEEK_R1), files(version))
    assert not facts["passed"]
    lost = facts["faults"][0]
    assert (lost["fault"], lost["rows"], lost["row"]) == ("reasoning_lost", 60, "p000")
    assert "and 1" not in lost["rendered"]
    assert "chat_template" in lost["way_out"]
    assert facts["prefill"] == "<think>\n"
    assert "reasoning_opened" in names(facts["notes"])


def test_lengths_are_those_of_prompt_completion_and_both(tmp_path: Path, version: Path) -> None:
    facts = template_facts(model(tmp_path / "llama", "llama", LLAMA_3), files(version), name="llama")
    lengths = facts["lengths"]
    assert (facts["passed"], facts["tokenizer"], facts["checked"], facts["rows"]) == (True, "llama", 60, 60)
    assert lengths["total"]["max"] == lengths["prompt"]["max"] + lengths["completion"]["max"]
    assert lengths["completion"]["over"] == dict.fromkeys(("1024", "2048", "4096", "8192", "16384", "32768"), 0.0)


def test_rows_longer_than_the_model_are_told(tmp_path: Path) -> None:
    version = write_export(tmp_path / "version", {"train": [sum_row(1), sum_row(10**50)]})
    made = tokenizer("llama", LLAMA_3)
    made.model_max_length = 200
    made.save_pretrained(tmp_path / "short")
    facts = template_facts(tmp_path / "short", files(version))
    assert facts["passed"]
    assert "too_long" in names(facts["notes"])
    assert facts["lengths"]["total"]["over"]["max_length"] == 0.5


def test_a_tokenizer_without_a_template_fails_and_is_checked_with_ours(tmp_path: Path, version: Path) -> None:
    facts = template_facts(model(tmp_path / "base", "chatml", None), files(version))
    assert (facts["template"], names(facts["faults"])) == ("missing", ["no_template"])
    assert "no_generation_marks" not in names(facts["notes"])


def test_the_stops_are_those_of_the_generation_config(tmp_path: Path, version: Path) -> None:
    facts = template_facts(model(tmp_path / "m", "llama", LLAMA_3, eos_token_id=[3, 4]), files(version))
    assert names(facts["faults"]) == ["no_stop"]


def test_the_real_tokenizer_of_smollm2_passes(version: Path) -> None:
    facts = template_facts(smollm2_folder(), files(version))
    assert (facts["passed"], facts["faults"], facts["max_length"]) == (True, [], 8192)
    assert "words_added" in names(facts["notes"])


def test_a_view_of_prompts_is_checked_without_completions(tmp_path: Path) -> None:
    folder = tmp_path / "rl"
    folder.mkdir()
    rows = [{key: sum_row(number)[key] for key in ("id", "prompt")} for number in range(5)]
    table = pa.Table.from_pylist(rows, schema=pa.schema([("id", pa.string()), ("prompt", MESSAGES)]))
    pq.write_table(table, folder / "train-00000-of-00001.parquet")
    facts = template_facts(model(tmp_path / "r1", "deepseek", DEEPSEEK_R1), [folder / "train-00000-of-00001.parquet"])
    assert (facts["passed"], facts["view"], list(facts["lengths"])) == (True, "rl", ["prompt"])


def test_the_sample_is_spread_over_the_files_and_the_same_every_time(tmp_path: Path) -> None:
    splits = {"train": [sum_row(number) for number in range(300)], "validation": [sum_row(number) for number in (1, 2)]}
    paths = files(write_export(tmp_path / "version", splits))
    ids = [row.id for row in sample_rows(paths, rows=20)]
    assert ids == [row.id for row in sample_rows(paths, rows=20)]
    assert len(ids) == 20
    assert ids[-1] == "p002"
    assert len(list(sample_rows(paths, rows=1000))) == 302


def test_without_rows_there_is_nothing_to_check(tmp_path: Path) -> None:
    empty = files(write_export(tmp_path / "version", {"train": []}))
    with pytest.raises(ConfigError, match="no rows to check"):
        template_facts(model(tmp_path / "m", "llama", LLAMA_3), empty)


def run(*arguments: object) -> Any:
    return CliRunner().invoke(application(), ["check-template", *map(str, arguments)])


def test_the_command_tells_its_findings_and_leaves_with_1_where_training_would_see_something_else(
    tmp_path: Path, version: Path
) -> None:
    good, bad = (
        run(model(tmp_path / kind, kind, template), version, "-n", 10, "--json")
        for kind, template in (("llama", LLAMA_3), ("deepseek", DEEPSEEK_R1))
    )
    assert (good.exit_code, json.loads(good.stdout)["checked"]) == (0, 10)
    assert (bad.exit_code, json.loads(bad.stdout)["passed"]) == (1, False)
    told = run(tmp_path / "deepseek", version, "-n", 10)
    assert told.exit_code == 1
    assert "reasoning_lost" in told.stdout
    assert "2 faults" in told.stdout


def test_the_command_writes_a_template_for_a_tokenizer_without_one(tmp_path: Path, version: Path) -> None:
    folder = model(tmp_path / "base", "chatml", None)
    assert run(folder, version, "--write-template", folder / "chat_template.jinja").exit_code == 1
    assert (folder / "chat_template.jinja").read_text() == CHATML
    assert run(folder, version).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "told"), [(("--view", "nosuch"), "has no view 'nosuch'"), ((), "holds no tokenizer")]
)
def test_the_command_says_what_it_lacks(tmp_path: Path, version: Path, arguments: tuple[str, ...], told: str) -> None:
    result = run(tmp_path, version, *arguments)
    assert isinstance(result.exception, ConfigError)
    assert told in str(result.exception)
    gone = run(tmp_path / "gone", version).exception
    assert (
        str(gone) == f"there is no folder {tmp_path}/gone; give one with a tokenizer, or the id of a model on the hub"
    )


def test_the_view_shows_what_was_rendered_and_lets_no_row_steer_the_terminal(tmp_path: Path) -> None:
    from rich.console import Console

    row = sum_row(1) | {"id": "[red]p1"}
    row["completion"][0]["content"] = "<think>\nsecret\n</think>\n\n\x1b[2J[bold]4"
    version = write_export(tmp_path / "version", {"train": [row]})
    console = Console(record=True, width=100, force_terminal=False, file=(tmp_path / "out").open("w"))
    show_template(console, template_facts(model(tmp_path / "r1", "deepseek", DEEPSEEK_R1), files(version)))
    shown = console.export_text()
    assert "rows such as [red]p1" in shown
    assert "\\u001b[2J[bold]4" in shown
    assert "\x1b[2J" not in shown
    assert "2 faults" in shown
