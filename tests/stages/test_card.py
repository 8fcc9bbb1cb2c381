"""The card of a version: what it says follows from the manifest, and what strangers wrote in it stays text."""

from html import unescape
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from datasets import load_dataset
from markdown_it import MarkdownIt
from markdown_it.token import Token

from stages._card import render_card
from stages._card_text import block, link, plain, table
from stages._plots import plots_of
from stages._statistics import sft_statistics
from tests.stages.export_manifest import attempts, manifest
from verifier.types import Policy

HOSTILE = 'x | y\n\n# Title <script>alert(1)</script> [a](javascript:b) ![i](http://h/p.png) **b** `c` \u202e$x$ "q"'
RATES = {"n": 100, "precision": 1.0, "recall": 0.97, "f1": 0.98, "accuracy": 0.98, "undecided": 1}
ATTACKED = {"tried": 1000, "accepted": 2, "share": 0.002, "patterns": {"praise": {"tried": 10, "accepted": 2}}}


def header(card: str) -> dict[str, Any]:
    return dict(yaml.safe_load(card.split("---\n")[1]))


def audit(**rates: dict[str, Any]) -> dict[str, Any]:
    scores = {"rules": {**rates, "all": RATES}}
    return {
        **{"version": "2", "policy": "p1", "packages": {"sympy": "1.14"}},
        "splits": {"test": {"cases": 500, "sha256": "c" * 64, "scores": scores}},
        "attacks": {"test": {"rules": ATTACKED}},
    }


def licences(*named: str) -> dict[str, Any]:
    facts = manifest()["sources"]["pages"] | {"licences": sorted(named)}
    return header(render_card(manifest(sources={"pages": facts})))


def test_the_header_names_the_views_with_rows_and_the_size() -> None:
    found = header(
        render_card(manifest(rows={"sft": {"train": 1500, "validation": 0}, "rl": {"train": 0, "validation": 0}}))
    )
    (config,) = found["configs"]
    assert (config["config_name"], config["default"]) == ("sft", True)
    assert config["data_files"] == [{"split": "train", "path": "sft/train-*.parquet"}]
    assert found["size_categories"] == ["1K<n<10K"]
    assert "language" not in found
    assert header(render_card(manifest(languages=["en", "de"])))["language"] == ["de", "en"]


def test_the_licence_of_the_header_is_that_of_the_rows() -> None:
    assert licences("CC BY 4.0")["license"] == "cc-by-4.0"
    assert licences("CC BY 4.0", "MIT")["license"] == ["cc-by-4.0", "mit"]
    other = licences("CC BY-SA 2.5")
    assert (other["license"], other["license_name"], other["license_link"]) == ("other", "cc-by-sa-2.5", "README.md")
    several = licences("MIT", "House rules!", "CC BY-SA 2.5")
    assert several["license"] == ["mit", "other"]
    assert several["license_name"] == "cc-by-sa-2.5-and-house-rules"
    assert header(render_card(manifest(sources={})))["license"] == "unknown"


@pytest.mark.parametrize("name", ["attributions", "licences", "source", "dataset", "reason", "teacher", "option"])
def test_what_strangers_wrote_is_shown_as_text(name: str) -> None:
    made = manifest()
    facts = made["sources"]["pages"]
    changes: dict[str, dict[str, Any]] = {
        "attributions": {"sources": {"pages": facts | {"attributions": [HOSTILE]}}},
        "licences": {"sources": {"pages": facts | {"licences": [HOSTILE]}}},
        "source": {"sources": {HOSTILE: facts}},
        "dataset": {"name": HOSTILE},
        "reason": {"funnel": [made["funnel"][1] | {"rejected": {HOSTILE: 10}}]},
        "teacher": {"teacher_terms": {"small": made["teacher_terms"]["small"] | {"note": HOSTILE, "url": HOSTILE}}},
        "option": {"parents": [made["parents"][0] | {"config": {"text": f"```\n---\n{HOSTILE}"}}]},
    }
    card = render_card(made | changes[name])
    parts = markdown(card)
    assert [part.content for part in parts if part.type.startswith("html")] == folds(render_card(made))
    assert {part.attrs["src"] for part in parts if part.type == "image"} <= set(plots_of(made))
    assert {part.attrs["href"] for part in parts if part.type == "link_open"} <= {"https://example.org/small"}
    assert [part.tag for part in parts if part.type == "heading_open"].count("h1") == 1
    shown = [part.content for part in parts if part.type in ("text", "fence")]
    assert any("# Title <script>alert(1)</script>" in text for text in shown)
    assert "\u202e" not in card
    assert len(header(card)["configs"]) == 4


def markdown(card: str) -> list[Token]:
    """The card without its header as a reader of Markdown takes it, what stands in a line included."""
    tokens = MarkdownIt("commonmark").enable("table").parse(card.split("---\n", 2)[2])
    return [part for token in tokens for part in (token, *(token.children or ()))]


def folds(card: str) -> list[str]:
    return [part.content for part in markdown(card) if part.type.startswith("html")]


def test_text_reads_as_what_it_says_once_it_is_rendered() -> None:
    assert plain("snake_case of A. Author, 3.11") == "snake_case of A. Author, 3.11"
    assert plain("_a_ *b* [c](d) `e`") == "\\_a\\_ \\*b\\* \\[c\\](d) \\`e\\`"
    assert plain("1. one") == "1\\. one"
    assert plain("- item") == "\\- item"
    assert unescape(plain("a < b & c")) == "a < b & c"
    assert plain("x" * 400).endswith("…")
    assert link("https://example.org/a_b") == "<https://example.org/a_b>"
    assert "<" not in link("javascript:alert(1)")
    assert block("a\n````\nb").startswith("`````\n")
    assert table(["n", "t"], [[1234, "a"], [None, "b"]]).splitlines()[2:] == ["| 1,234 | a |", "| - | b |"]


def test_teachers_are_told_with_their_terms_or_without() -> None:
    card = render_card(manifest())
    assert (
        "| small | lab/small at `abababababab` | traces (distil) | Apache-2.0 <https://example.org/small> | - |" in card
    )
    assert "| large | answers from a recording | traces (distil) | not stated | - |" in card
    assert "On what terms the answers of large may be used is not stated." in card


def test_the_funnel_counts_rare_reasons_together() -> None:
    step = manifest()["funnel"][1]
    rejected = {f"reason {number}": 100 - number for number in range(9)}
    card = render_card(manifest(funnel=[step | {"rejected": rejected}]))
    assert "reason 0 100, reason 1 99, reason 2 98, reason 3 97, reason 4 96, reason 5 95, 3 other reasons 279" in card


def test_statistics_are_told_by_teacher_and_outcome() -> None:
    card = render_card(manifest())
    assert "| all | all | 80 |" in card
    assert "| large | undecided | 10 |" in card
    assert "| teacher | outcome | “wait” |" in card
    assert "![Words of reasoning](plots/keywords.png)" in card
    unmarked = sft_statistics(attempts(marked=False).lazy())
    card = render_card(manifest(statistics={"sft": unmarked, "sft_all": unmarked}))
    assert "“wait”" not in card
    assert "plots/keywords.png" not in card
    assert "was not marked for repetition" in card


def test_the_audit_is_told_for_the_types_that_occur() -> None:
    weak = RATES | {"n": 40, "recall": 0.8}
    card = render_card(manifest(audit=audit(integer=RATES, chemistry=weak, date=RATES)))
    assert "| integer | 19 | 100 | 1 | 0.97 | 0.98 | 1 |" in card
    assert "| date |" not in card
    assert "Of 1,000 published attacks" in card
    assert "accept 2 (praise 2), 0.20%" in card
    assert "Answer type chemistry (1 problems) is weakly verified: precision 1.000, recall 0.800 on 40" in card
    assert "Answer type integer" not in card
    assert "The policies differ" not in card


def test_an_audit_under_another_policy_than_that_of_the_verdicts_says_so() -> None:
    verdicts = [{"verifier": "rule", "version": "2", "policy": Policy(reasoning="plain").digest}]
    whole = audit() | {"policy": Policy().digest}
    assert "the two policies differ in this alone" in render_card(manifest(audit=whole, verifiers=verdicts))
    other = render_card(manifest(audit=whole | {"policy": "p2"}, verifiers=verdicts))
    assert "The policies differ: the audit does not tell" in other


def test_known_limits_follow_from_the_figures() -> None:
    card = render_card(manifest())
    for told in (
        "Nothing was decontaminated",
        "20 of 80 attempts (25.0%) are undecided",
        "20 of 80 attempts were cut off or ran in circles and 0 of those are in `sft`",
        "2 of 20 problems in `rl` have no pass rate",
        "Teacher large was replayed from a recording",
        "How often the verifier is wrong was not measured",
    ):
        assert f"- {told}" in card
    checked = {"node": "clean", "stage": "decontaminate", "options": {"ngram": 10}, "rows_in": 40, "dropped": 8}
    card = render_card(
        manifest(decontaminated=[checked | {"against": ["math"], "sources": ["pages"]}], not_decontaminated=["late"])
    )
    assert "- Rows read by late were not looked through for benchmark items." in card


def test_a_selection_that_holds_wrong_answers_is_not_called_verified() -> None:
    assert "examples whose answer the verifier found correct" in render_card(manifest())
    every = manifest()["statistics"]["sft_all"]
    card = render_card(manifest(statistics={"sft": every, "sft_all": every}))
    assert "examples whose answer the verifier found correct" not in card
    assert "of 40 the verifier did not find the answer correct" in card
    assert "- 40 of 80 rows of `sft` hold an answer that was not found correct" in card


def test_sources_are_told_with_their_yields() -> None:
    assert "| pages | CC BY 4.0 | human | 20 | 18 | 18 | 100.0% | 20 | 40 |" in render_card(manifest())


def test_template_checks_are_told_and_a_failure_is_a_limit() -> None:
    finding = {"fault": "reasoning_lost", "rows": 3, "row": "p1/small-00", "why": "it is deleted", "way_out": "other"}
    lengths = {"mean": 20.5, "p50": 20, "p90": 30, "p95": 31, "p99": 40, "max": 41, "over": {"1024": 0.25}}
    facts = {
        **{"tokenizer": "some model", "template": "own", "view": "sft", "rows": 40, "checked": 40, "passed": False},
        **{"prefill": "<think>\n", "faults": [finding], "notes": [finding | {"row": None}]},
        "lengths": {"total": lengths},
    }
    card = render_card(manifest(templates=[facts]))
    assert "**some model** (own template): FAILED on 40 of 40 rows; a prompt ends in `<think>`." in card
    assert "- reasoning_lost, 3 rows such as `p1/small-00`: it is deleted" in card
    assert "- reasoning_lost, every row: it is deleted" in card
    assert "| total | 20.5 | 20 | 31 | 40 | 41 | 25.0% |" in card
    assert "- The chat template of some model trains on something else" in card


def test_the_recipe_stands_in_the_card_as_yaml() -> None:
    card = render_card(manifest())
    recipe = yaml.safe_load(card.split("```yaml\n")[1].split("```")[0])
    assert recipe["nodes"]["clean"] == {"uses": "decontaminate", "with": {"ngram": 10, "methods": ["exact"]}}
    assert "provenance.removal_key" in card


def test_the_recipe_ends_with_the_export_as_it_was_given_its_inputs() -> None:
    steps = manifest()["parents"]
    roles = {"clean": ["problems"], "traces": ["needs", "all"]}
    card = render_card(manifest(parents=[step | {"given_as": roles.get(step["node"], [])} for step in steps]))
    recipe = yaml.safe_load(card.split("```yaml\n")[1].split("```")[0])
    assert recipe["nodes"]["exported"] == {
        "uses": "export_dataset",
        "needs": ["traces"],
        "side": {"problems": ["clean"], "all": ["traces"]},
        "with": {"name": "demo"},
    }


def test_what_was_never_finished_is_told_of_the_view_of_all() -> None:
    assert "undecided (`outcome` says which), 20 of them cut off or in circles | 80 |" in render_card(manifest())


def test_an_export_without_examples_has_a_card() -> None:
    rows = {"sft": {"train": 0, "validation": 0}, "rl": {"train": 3, "validation": 0}}
    none = sft_statistics(attempts().lazy().filter(pl.lit(False)))
    card = render_card(
        manifest(rows=rows, teachers={}, teacher_terms={}, answer_types={}, funnel=[])
        | {"statistics": {"sft": none, "sft_all": none}, "parents": []}
    )
    assert [config["config_name"] for config in header(card)["configs"]] == ["rl"]
    assert "No teacher was asked." in card
    assert "No teacher was asked." in render_card(manifest(teachers={"sft": {}, "sft_all": {}}, teacher_terms={}))


def test_the_example_of_loading_names_a_split_that_has_rows() -> None:
    rows = {"sft": {"train": 0, "validation": 0}, "sft_all": {"train": 0, "validation": 3}}
    card = render_card(manifest(rows=rows))
    assert 'load_dataset("path/to/this/folder", "sft_all", split="validation")' in card
    assert "sft_all/validation-*.parquet" in card


def test_datasets_loads_every_view_by_the_header(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(render_card(manifest()), "utf-8")
    for view, splits in manifest()["rows"].items():
        (tmp_path / view).mkdir()
        for split in splits:
            pl.DataFrame({"id": [f"{view} {split}"]}).write_parquet(tmp_path / view / f"{split}-00000-of-00001.parquet")
    for view, splits in manifest()["rows"].items():
        loaded = load_dataset(str(tmp_path), view, cache_dir=str(tmp_path / "cache"))
        assert {split: rows["id"] for split, rows in loaded.items()} == {
            split: [f"{view} {split}"] for split, rows in splits.items() if rows
        }
