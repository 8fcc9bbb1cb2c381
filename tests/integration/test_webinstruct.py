"""The front half of the chain, from archives to pairs, as a user would run it; with a model by its one line."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from pipeline.config import load_config
from pipeline.session import RunResult, run
from stages.records import Origin
from tests.integration.conftest import ROOT

RECIPE = ROOT / "configs" / "webinstruct.yaml"
SWITCH = "&by_model false"


def recipe(folder: Path, *, text: str | None = None, **changes: Any) -> Path:
    """The recipe beside a store of its own, its paths still leading to the samples."""
    raw = yaml.safe_load(text or RECIPE.read_text(encoding="utf-8"))
    raw |= {"store": str(folder / "store"), "exports": str(folder / "exports")}
    for name, node in raw["nodes"].items():
        options = node.setdefault("with", {})
        for key in ("paths", "path"):
            if key in options:
                values = options[key] if isinstance(options[key], list) else [options[key]]
                found = [str(ROOT / "configs" / value) for value in values]
                options[key] = found if isinstance(options[key], list) else found[0]
        if "teacher" in options:
            options["teacher"] = changes.get("teacher") or {"file": str(ROOT / "configs" / options["teacher"]["file"])}
        node.setdefault("run", {}).pop("workers", None)
        if name == "weights" and "teacher" in changes:
            node["enabled"] = False
    if "teacher" in changes:
        for node in raw["nodes"].values():
            node.get("side", {}).pop("weights", None)
    path = folder / "webinstruct.yaml"
    path.write_text(yaml.safe_dump(raw, sort_keys=False), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def by_rules(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return run(load_config(recipe(tmp_path_factory.mktemp("webinstruct"))))


def rows(result: RunResult, name: str) -> pl.DataFrame:
    (node,) = (node for node in result.nodes if node.node == name)
    return pl.read_parquet(sorted((node.artifact.path / "data").glob("*.parquet")))


def test_every_row_is_accounted_for_and_none_is_faulty(by_rules: RunResult) -> None:
    for node in by_rules.nodes:
        totals = node.manifest.totals
        assert totals.rows_in == totals.kept + sum(totals.rejected.values()) + totals.quarantined, node.node
        assert totals.quarantined == 0, node.node


def test_rules_alone_give_peoples_pairs_with_places_licence_and_removal_key(by_rules: RunResult) -> None:
    pairs = rows(by_rules, "pairs")
    assert pairs.height >= 600
    assert pairs["origin"].unique().to_list() == [Origin.HUMAN.value]
    assert pairs["removal_key"].str.len_chars().min() > 0
    textbook = pairs.filter(pl.col("source") == "openstax-college-physics")
    assert textbook["licence"].unique().to_list() == ["CC BY 4.0"]
    assert textbook["question_span"].null_count() == 0


def test_places_lie_in_the_text_that_the_recipe_keeps(by_rules: RunResult) -> None:
    texts = dict(rows(by_rules, "pages").select("id", "text").iter_rows())
    pairs = rows(by_rules, "qa").filter(pl.col("extractor") == "exercise")
    assert pairs.height > 100
    for row in pairs.head(100).iter_rows(named=True):
        text = texts[row["id"].rpartition("/")[0]]
        place = row["question_span"]
        assert row["question"].split("\n")[0] in text[place["start"] : place["end"]]


def test_sites_about_nothing_that_is_taught_are_not_recalled(by_rules: RunResult) -> None:
    kept = set(rows(by_rules, "recalled")["source"])
    assert "openstax-college-physics" in kept
    assert "debian-faq" not in kept


def test_one_line_switches_the_model_on(tmp_path: Path) -> None:
    text = RECIPE.read_text(encoding="utf-8")
    assert text.count(SWITCH) == 1
    void = {"match": ".*", "text": "VOID"}
    teacher = {"name": "scripted", "backend": "scripted", "replies": [void]}
    switched = recipe(tmp_path, text=text.replace(SWITCH, "&by_model true"), teacher=teacher)
    result = run(load_config(switched))
    (asked,) = (node for node in result.nodes if node.node == "qa_model")
    assert asked.manifest.totals.rows_in == rows(result, "recalled").height
    assert set(asked.manifest.totals.rejected) <= {"void", "too_long", "no_text"}
    assert asked.manifest.totals.rejected["void"] > 0
    assert rows(result, "pairs").height >= 600
