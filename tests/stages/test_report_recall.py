"""The report of a round: its numbers against the rows they come from, and what it says of what it lacks."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.context import Context
from pipeline.errors import ConfigError, ShardError
from stages._recall_metrics import EXAMPLES_FILE, read_facts
from stages._recall_report import text_curve
from stages.records import DomainLabel
from stages.report_recall import ReportRecall
from tests.stages.recall_rows import build, domain, scored, tiny, trained
from tests.support import MemorySide

SCORES = MemorySide(
    [scored("a", "sheets.example", 0.9), scored("b", "sheets.example", 0.2), scored("c", "shop.example", 0.1)]
)
DOMAINS = MemorySide(
    [
        domain(
            "shop.example", documents=1, recalled=0, label=DomainLabel.REJECTED, reason="low_share", labelled_by="rules"
        ),
        domain(
            "sheets.example", documents=2, recalled=1, label=DomainLabel.SELECTED, reason="model_yes", labelled_by="m"
        ),
    ]
)


@pytest.fixture
def model() -> Path:
    return trained()


def report(folder: Path, model: Path, **side: Any) -> tuple[list[dict[str, Any]], str]:
    folder.mkdir()
    sides = {"model": MemorySide(path=model), "domains": DOMAINS, **side}
    ReportRecall().build(SCORES, folder, Context(node="report", scratch=folder, side=sides))
    return json.loads((folder / "report.json").read_text())["rounds"], (folder / "report.md").read_text()


def test_a_round_reports_model_scores_and_domains(model: Path, tmp_path: Path) -> None:
    (only,), text = report(tmp_path / "one", model)
    facts = read_facts(model)
    assert only["round"] == 1
    assert only["scored"] == {"documents": 3, "recalled": 1}
    assert only["cross_validation"] == facts.held_out
    assert only["held_out"] is None
    assert only["domains"]["selected"] == {
        "domains": 1, "documents": 2, "recalled": 1, "reasons": [{"by": "m", "reason": "model_yes", "domains": 1}],
    }  # fmt: skip
    assert only["domains"]["unlabelled"]["domains"] == 0
    table = pl.read_parquet(tmp_path / "one" / "domains.parquet")
    assert table["domain"].to_list() == ["sheets.example", "shop.example"]
    assert "| sheets.example | 2 | 1 | 0.500 | 0.500 | model_yes |" in text
    assert "cross-validation by domain" in text


def test_the_same_inputs_give_the_same_report(model: Path, tmp_path: Path) -> None:
    report(tmp_path / "one", model)
    report(tmp_path / "two", model)
    for name in ("report.json", "report.md", "domains.parquet"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_known_documents_of_unseen_sites_are_measured_by_hand(model: Path, tmp_path: Path) -> None:
    threshold = read_facts(model).threshold
    learnt = pl.read_parquet(model / EXAMPLES_FILE)["domain"][0]
    above, below = min(1.0, threshold + 0.01), threshold - 0.01
    positives = [
        scored("p0", "x", above),
        scored("p1", "x", above),
        scored("p2", "y", below),
        scored("p3", learnt, above),
    ]
    negatives = [scored("n0", "v", above), scored("n1", "v", below), scored("n2", "w", below)]
    (only,), text = report(tmp_path / "one", model, positives=MemorySide(positives), negatives=MemorySide(negatives))
    found = only["held_out"]
    assert found["counts"] == {"true_positive": 2, "false_positive": 1, "false_negative": 1, "true_negative": 2}
    assert (found["precision"], found["recall"]) == (pytest.approx(2 / 3, abs=1e-6), pytest.approx(2 / 3, abs=1e-6))
    assert found["left_out_as_learnt"] == 1
    assert found["by_domain"]["v"] == {"true_positive": 0, "false_positive": 1, "false_negative": 0, "true_negative": 1}
    # Recalls of 2/3 and 1 at precisions of 2/3 and 3/6.
    assert [(point["recall"], point["precision"]) for point in found["curve"]] == [
        (pytest.approx(2 / 3, abs=1e-6), pytest.approx(2 / 3, abs=1e-6)),
        (1.0, 0.5),
    ]
    assert "| 1 | held-out set | 6 | 4 |" in text


def test_rounds_before_are_told_again(model: Path, tmp_path: Path) -> None:
    report(tmp_path / "one", model)
    rounds, text = report(tmp_path / "two", model, previous=MemorySide(path=tmp_path / "one"))
    assert [one["round"] for one in rounds] == [1, 2]
    assert text.startswith("# Recall, round 2")
    assert text.count("| cross-validation by domain |") == 2


def test_nothing_held_out_is_said(tmp_path: Path) -> None:
    (only,), text = report(tmp_path / "one", build(tiny(folds=0), tmp_path / "trained"))
    assert only["cross_validation"] is None
    assert "Nothing was held out, so there is no curve." in text
    assert not (tmp_path / "one" / "curve.png").exists()


def test_the_curve_is_drawn_where_matplotlib_is_installed(model: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="needs the [train] extra")
    report(tmp_path / "one", model)
    assert (tmp_path / "one" / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_the_text_curve_puts_points_where_they_belong() -> None:
    lines = text_curve([{"precision": 1.0, "recall": 0.0}, {"precision": 0.5, "recall": 1.0}]).splitlines()
    assert lines[1] == "1.00 |*"
    assert lines[16] == "0.50 |" + " " * 60 + "*"


def test_half_a_truth_and_a_foreign_folder_are_refused(model: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="positives and negatives come together; only positives is given"):
        report(tmp_path / "one", model, positives=SCORES)
    with pytest.raises(ShardError, match="previous holds no recall report"):
        report(tmp_path / "two", model, previous=MemorySide(path=model))
    learnt = pl.read_parquet(model / EXAMPLES_FILE)["domain"][0]
    seen = MemorySide([scored("p", learnt, 0.9)])
    with pytest.raises(ShardError, match="none is held out"):
        report(tmp_path / "three", model, positives=seen, negatives=seen)
