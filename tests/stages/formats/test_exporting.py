"""What a user sees who exports: where files go, what is left out, and what is refused."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
import yaml
from datasets import load_dataset
from typer.testing import CliRunner

from pipeline.errors import ConfigError, StoreError
from stages._formats import export_version
from stages._formats.exporting import TRAINERS, VIEWS, default_out, form_of, half_written
from tests.stages.formats.version import EXAMPLES, completion, write_version
from tests.stages.test_export_dataset import export as build
from tests.stages.test_export_dataset import given
from tracemill.cli import application


@pytest.fixture
def version(tmp_path: Path) -> Path:
    return write_version(tmp_path / "exports" / "tiny" / "v0001")


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_the_command_writes_beside_the_versions_and_says_what_it_wrote(version: Path, tmp_path: Path) -> None:
    words = ["export", "tiny@v0001", "--to", "verl", "--exports", str(tmp_path / "exports")]
    done = CliRunner().invoke(application(), words)
    assert done.exit_code == 0, done.output
    folder = tmp_path / "exports" / "tiny" / "verl" / "v0001"
    assert str(folder) in done.output
    assert "rl: 5 train, 1 validation" in done.output
    assert (folder / "rl" / "train.parquet").exists()
    again = CliRunner().invoke(application(), [*words, "--json"])
    assert json.loads(again.output)["is_new"] is False


def test_rows_keep_order_and_split_and_the_unfiltered_view_has_the_wrong_ones(version: Path, tmp_path: Path) -> None:
    verified = export_version(version, "openrlhf", tmp_path / "a").path
    assert [row["id"] for row in lines(verified / "rl" / "train.jsonl")] == [one.name for one in EXAMPLES[:5]]
    assert [row["id"] for row in lines(verified / "rl" / "validation.jsonl")] == ["units"]
    every = export_version(version, "openrlhf", tmp_path / "b", view="all")
    assert every.facts["rows"]["sft"] == {"train": 10, "validation": 2}


def test_texts_reach_every_trainer_whole(version: Path, tmp_path: Path) -> None:
    wanted = [completion(one) for one in EXAMPLES[:5]]
    for trainer in TRAINERS:
        form = form_of(trainer)
        path = (
            export_version(version, trainer, tmp_path / trainer, style=form.styles[-1]).path
            / f"sft/train.{form.suffix}"
        )
        rows = pq.read_table(path).to_pylist() if form.suffix == "parquet" else lines(path)
        chats = [row.get("messages") or row["input"] for row in rows]
        assert [chat[-1] for chat in chats] == [{"role": "assistant", "content": text} for text in wanted]


def test_readers_that_guess_types_give_answers_back_as_they_stand(tmp_path: Path) -> None:
    numbers = [
        one.__class__(**{**one.__dict__, "answer": answer})
        for one, answer in zip(EXAMPLES, ("007", "1e5", "2024-01-01", "true", "NaN", "1"), strict=True)
    ]
    version = write_version(tmp_path / "v0001", numbers)
    for trainer, column in {
        "slime": "label",
        "openrlhf": "label",
        "open-instruct": "ground_truth",
        "nemo-rl": "output",
    }.items():
        path = export_version(version, trainer, tmp_path / trainer).path / "rl" / "train.jsonl"
        wanted = [row[column] for row in lines(path)]
        assert pd.read_json(path, lines=True, dtype={column: str})[column].tolist() == wanted
        if trainer != "slime":  # reads with pandas
            assert load_dataset("json", data_files=str(path), cache_dir=str(tmp_path))["train"][column] == wanted
    trl = export_version(version, "trl", tmp_path / "trl").path / "rl" / "train.parquet"
    assert pl.read_parquet(trl)["answer"].to_list() == ["007", "1e5", "2024-01-01", "true", "NaN"]


def test_many_rows_are_written_in_small_row_groups_and_numbered_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stages._formats.writing.BATCH_ROWS", 2)
    path = export_version(write_version(tmp_path / "v0001"), "verl", tmp_path / "out").path / "rl" / "train.parquet"
    assert pq.ParquetFile(path).num_row_groups == 3
    assert pl.read_parquet(path)["extra_info"].struct.field("index").to_list() == [0, 1, 2, 3, 4]


def test_a_batch_of_rows_is_all_that_is_read_at_once(
    version: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = export_version(version, "trl", tmp_path / "a").path / "sft" / "train.parquet"
    monkeypatch.setattr("stages._formats.writing.BATCH_ROWS", 1)
    other = export_version(version, "trl", tmp_path / "b").path / "sft" / "train.parquet"
    assert pq.read_table(one).equals(pq.read_table(other))


def test_long_rows_are_left_out_of_sft_and_counted(version: Path, tmp_path: Path) -> None:
    made = export_version(version, "axolotl", tmp_path / "out", max_tokens=80)
    short = [one.name for one in EXAMPLES if 10 * len(completion(one).split()) <= 80]
    kept = [row["id"] for name in ("train", "validation") for row in lines(made.path / "sft" / f"{name}.jsonl")]
    assert 0 < len(short) < len(EXAMPLES)
    assert kept == [f"{name}/small-00" for name in short]
    assert sum(made.facts["left_out"]["sft"]["too_long"].values()) == len(EXAMPLES) - len(short)
    assert "too long" in (made.path / "README.md").read_text()


def test_a_version_with_one_kind_of_rows_is_exported_with_that(tmp_path: Path) -> None:
    version = write_version(tmp_path / "v0001")
    manifest = json.loads((version / "manifest.json").read_text())
    manifest["files"] = {name: file for name, file in manifest["files"].items() if not name.startswith("rl/")}
    (version / "manifest.json").write_text(json.dumps(manifest))
    made = export_version(version, "trl", tmp_path / "out")
    assert not (made.path / "rl").exists()
    assert "no rows for rl" in (made.path / "README.md").read_text()


@pytest.mark.parametrize("trainer", TRAINERS)
def test_an_export_without_validation_rows_names_no_missing_file(tmp_path: Path, trainer: str) -> None:
    made = export_version(write_version(tmp_path / "v0001", EXAMPLES[:2]), trainer, tmp_path / "out")
    guides = "".join(
        path.read_text("utf-8") for path in made.path.iterdir() if path.suffix in (".md", ".yaml", ".json")
    )
    assert not list(made.path.rglob("validation*"))
    assert "validation." not in guides


@pytest.mark.parametrize("trainer", TRAINERS)
def test_an_export_without_training_rows_names_no_missing_file(tmp_path: Path, trainer: str) -> None:
    examples = [replace(one, split="validation") for one in EXAMPLES]
    made = export_version(write_version(tmp_path / "v0001", examples), trainer, tmp_path / "out")
    guides = {path.name: path.read_text("utf-8") for path in made.path.iterdir() if path.suffix in (".md", ".yaml")}
    assert not list(made.path.rglob("train*"))
    assert "sft/train." not in "".join(guides.values())
    if trainer == "axolotl":
        assert yaml.safe_load(guides["axolotl.yaml"])["datasets"][0]["path"] == "sft/validation.jsonl"
    if trainer == "nemo-rl":
        assert yaml.safe_load(guides["sft.yaml"])["data"]["train"]["data_path"] == "sft/validation.jsonl"
    if trainer == "llama-factory":
        (name,) = json.loads((made.path / "dataset_info.json").read_text())
        assert f"--dataset {name} " in guides["README.md"]


def test_the_data_of_nemo_rl_takes_the_place_of_what_its_own_configurations_name(version: Path, tmp_path: Path) -> None:
    """They name data sets of their own by split, and a place to log to by the name of the one trained on."""
    for style, kind in {"prompt-completion": "ResponseDataset", "messages": "openai_format"}.items():
        made = export_version(version, "nemo-rl", tmp_path / style, style=style).path
        sft, rl = (yaml.safe_load((made / name).read_text())["data"] for name in ("sft.yaml", "grpo.yaml"))
        assert sft["_override_"] is rl["_override_"] is True
        assert [sft[split]["dataset_name"] for split in ("train", "validation")] == [kind] * 2
        assert [rl[split]["dataset_name"] for split in ("train", "validation")] == ["ResponseDataset"] * 2
        assert sft["default"]["processor"] == "sft_processor"


def test_an_unknown_trainer_names_those_there_are(version: Path, tmp_path: Path) -> None:
    for ask in (
        lambda: export_version(version, "trk", tmp_path / "out"),
        lambda: default_out(tmp_path, version, "trk"),
    ):
        with pytest.raises(ConfigError, match="no exporter for 'trk'; exporters: trl, verl, openrlhf, open-instruct"):
            ask()


def test_what_a_trainer_does_not_read_is_refused(version: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="verl has no SFT style 'prompt-completion'; styles: messages"):
        export_version(version, "verl", tmp_path / "out", style="prompt-completion")
    with pytest.raises(ConfigError, match="no view 'sft'; views: verified, all"):
        export_version(version, "verl", tmp_path / "out", view="sft")


def test_a_version_of_the_old_format_is_refused_with_the_way_out(tmp_path: Path) -> None:
    version = write_version(tmp_path / "v0001", format=1)
    with pytest.raises(ConfigError, match=r"v0001 is of format 1, and exporters read 2: run its recipe again"):
        export_version(version, "trl", tmp_path / "out")


def test_a_damaged_version_is_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    version = write_version(tmp_path / "v0001")
    path = version / "sft" / "train-00000-of-00001.parquet"
    path.write_bytes(path.read_bytes()[:100])
    for _ in range(2):
        with pytest.raises(StoreError, match=r"train-00000-of-00001.parquet cannot be read .*tracemill check"):
            export_version(version, "trl", tmp_path / "out" / "v0001")
        path.unlink(missing_ok=True)
    assert not list((tmp_path / "out").iterdir())


def test_a_view_without_rows_is_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    version = write_version(tmp_path / "v0001", [])
    with pytest.raises(ConfigError, match="no rows in sft_all and rl_all"):
        export_version(version, "trl", tmp_path / "out" / "here", view="all")
    with pytest.raises(ConfigError, match="no rows in sft, so"):
        export_version(version, "axolotl", tmp_path / "out" / "here")
    assert list((tmp_path / "out").iterdir()) == []


def test_what_a_killed_export_left_goes_with_the_next_and_one_under_way_stays(version: Path, tmp_path: Path) -> None:
    out = tmp_path / "out" / "v[1]"
    with half_written(out) as folder:
        shutil.copytree(folder.parent, folder.parent.with_name(f".{out.name}.killed.tmp"))
        export_version(version, "trl", out)
        assert {path.name for path in out.parent.iterdir()} == {out.name, folder.parent.name}
    assert list(out.parent.iterdir()) == [out]


def test_a_folder_that_holds_something_else_is_never_overwritten(version: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.tex").write_text("years of work")
    with pytest.raises(ConfigError, match="holds files that are no export"):
        export_version(version, "trl", out)
    (out / "thesis.tex").unlink()
    export_version(version, "trl", out)
    with pytest.raises(ConfigError, match="holds another export"):
        export_version(version, "trl", out, style="messages")
    (out / "trl_reward.py").write_text("UNDECIDED = -1\n")
    with pytest.raises(ConfigError, match="one that was edited"):
        export_version(version, "trl", out)
    assert (out / "trl_reward.py").read_text() == "UNDECIDED = -1\n"


def test_a_place_that_cannot_be_written_is_told(version: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"file/out cannot be written .*; name another folder with --out"):
        export_version(version, "trl", tmp_path / "file" / "out")


def test_a_version_verified_in_two_ways_has_no_one_reward(tmp_path: Path) -> None:
    two = [{"verifier": "rule", "version": "2", "policy": policy} for policy in ("aa", "bb")]
    with pytest.raises(ConfigError, match="verified in several ways"):
        export_version(write_version(tmp_path / "1" / "v0001", verifiers=two), "trl", tmp_path / "out")
    with pytest.raises(ConfigError, match="policy aa, which this tracemill does not know"):
        export_version(write_version(tmp_path / "2" / "v0001", verifiers=two[:1]), "trl", tmp_path / "out")


@pytest.mark.parametrize("trainer", TRAINERS)
def test_a_version_made_by_the_stages_is_exported_with_as_many_rows(tmp_path: Path, trainer: str) -> None:
    version = build(tmp_path / "v0001", given(tmp_path)).folder
    rows = json.loads((version / "manifest.json").read_text())["rows"]
    for view, names in VIEWS.items():
        made = export_version(version, trainer, tmp_path / view, view=view)
        assert made.facts["rows"] == {kind: rows[names[kind]] for kind in form_of(trainer).kinds}
