"""Versions of prompts alone."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from datasets import load_dataset

from pipeline.context import Context
from pipeline.errors import ConfigError, ShardError
from pipeline.schema import schema_of
from stages._formats.exporting import export_version
from stages.export_prompts import ExportPrompts
from stages.records import RlRow
from stages.select_rl import SelectRl
from tests.stages.test_export_dataset import LINEAGE
from tests.stages.training_rows import problem
from tests.support import MemorySide, context, run_table
from verifier.types import VERSION, Policy

PROBLEMS = [problem(f"p{number:02d}") for number in range(40)]


def prompts(tmp_path: Path) -> list[RlRow]:
    rows, _ = run_table(SelectRl(validation_share=0.3), PROBLEMS, context(tmp_path))
    return rows


def export(folder: Path, rows: list[RlRow]) -> dict[str, Any]:
    folder.mkdir()
    ctx = Context(node="export", scratch=folder.parent, lineage=LINEAGE)
    ExportPrompts(name="mine").build(MemorySide(rows, record=RlRow), folder, ctx)
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return manifest


def test_the_rows_stand_in_one_view_with_their_splits(tmp_path: Path) -> None:
    rows = prompts(tmp_path)
    manifest = export(tmp_path / "v", rows)
    assert manifest["rows"] == {
        "rl": {split: sum(row.split == split for row in rows) for split in ("train", "validation")}
    }
    assert min(manifest["rows"]["rl"].values()) > 0
    written = pl.read_parquet(tmp_path / "v" / "rl")
    assert written.columns == schema_of(RlRow).names
    assert dict(written.select("id", "answer").iter_rows()) == {row.id: row.answer for row in rows}
    index = pl.read_parquet(tmp_path / "v" / "index" / "rl.parquet")
    assert set(index["id"]) == set(written["id"])
    assert [entry["node"] for entry in manifest["decontaminated"]] == ["clean"]
    rules = {"verifier": "rule", "version": VERSION, "policy": Policy(reasoning="plain").digest}
    assert manifest["verifiers"] == [rules]  # of the rewards: a trainer with others is refused
    assert manifest["tokens"] == manifest["teachers"] == {}
    assert (
        load_dataset(str(tmp_path / "v"), split="train", cache_dir=str(tmp_path / "cache")).num_rows
        == (manifest["rows"]["rl"]["train"])
    )


def test_the_card_speaks_of_prompts_alone_and_of_the_node_that_made_them(tmp_path: Path) -> None:
    export(tmp_path / "v", prompts(tmp_path))
    card = (tmp_path / "v" / "README.md").read_text()
    header = yaml.safe_load(card.split("---")[1])
    assert [(one["config_name"], one["default"]) for one in header["configs"]] == [("rl", True)]
    assert "synthetic" not in header["tags"]
    assert "no teacher was asked" in card
    assert "uses: export_prompts" in card
    assert "completion" not in card.split("## Sources")[0]
    assert "40 problems, none of them sampled" in card.split("## The problems")[1]
    assert "verifier is recorded" not in card


def test_the_digest_is_that_of_the_rows(tmp_path: Path) -> None:
    rows = prompts(tmp_path)
    one, same, fewer = (
        export(tmp_path / str(place), given) for place, given in enumerate((rows, rows[::-1], rows[1:]))
    )
    assert one["digest"] == same["digest"] != fewer["digest"]


def test_trainers_get_prompts_and_reward(tmp_path: Path) -> None:
    manifest = export(tmp_path / "v", prompts(tmp_path))
    made = export_version(tmp_path / "v", "trl", tmp_path / "out")
    assert made.facts["rows"]["rl"] == manifest["rows"]["rl"]
    assert (made.path / "trl_reward.py").is_file()
    with pytest.raises(ConfigError, match="has no rows in sft,"):
        export_version(tmp_path / "v", "axolotl", tmp_path / "other")


def test_no_rows_and_rows_that_stand_twice_are_refused(tmp_path: Path) -> None:
    rows = prompts(tmp_path)
    with pytest.raises(ShardError, match="there are no prompts"):
        export(tmp_path / "none", [])
    with pytest.raises(ConfigError, match="1 problems stand more than once"):
        export(tmp_path / "twice", [*rows, rows[0]])
    with pytest.raises(ConfigError, match="letters, digits"):
        ExportPrompts(name="../elsewhere")
