"""The measure of the verifiability filter: what counts as rightly kept, and that the held-out part stays unseen."""

import json
import os
from pathlib import Path

import pytest

from bench.quality import verifiability
from bench.quality.verifiability import DEVELOPMENT, FILES, errors, figures_of, report
from bench.quality.verifiability_rows import Judged, Label, by_rules, judge


def judged(verifiable: bool, answer: str | None, kept: str | None, *reasons: str, draw: int = 1) -> Judged:
    label = Label("math/1", verifiable, reasons, answer, draw)
    return Judged(label, "What is it?", "5", kept, None if kept else "proof", "")


RIGHT, OTHER, FALSE_KEEP = judged(True, "5 km", "5"), judged(True, "5", "6"), judged(False, None, "5", "explain")
FALSE_DROP, DROP = judged(True, "5", None), judged(False, None, None, "proof")


def test_a_kept_row_with_another_answer_is_kept_wrongly() -> None:
    figures = figures_of([RIGHT, OTHER, FALSE_KEEP, FALSE_DROP, DROP], "verifiable")
    assert figures == {"verifiable_precision": 1 / 3, "verifiable_recall": 1 / 3}


def test_the_table_names_what_was_wrong() -> None:
    lines = errors([RIGHT, OTHER, FALSE_KEEP, FALSE_DROP, DROP])
    found = {line.split("  ")[0]: line.split()[-3:] for line in lines}
    assert found["another answer"][-1] == "1"
    assert found["explain"][-2:] == ["1", "1"]
    assert found["proof"][-3:] == ["2", "1", "1"]


def test_a_row_goes_through_the_stages() -> None:
    label = Label("x/1", True, (), "5 km")
    assert judge(label, "How far is it?", "5 km", by_rules()).is_right
    rejected = judge(label, "Prove it.", "5 km", by_rules())
    assert (rejected.rejected, rejected.is_right) == ("proof", False)


def test_a_report_of_parts_has_figures_of_each_and_says_what_is_missing() -> None:
    figures, lines = report({"development": [RIGHT], "held_out": [FALSE_KEEP, FALSE_DROP]}, 3)
    assert figures["verifiable_development_precision"] == 1.0
    assert figures["verifiable_held_out_recall"] == 0.0
    assert any("3 labelled rows are not measured" in line for line in lines)


def test_the_second_draw_of_a_part_has_figures_of_its_own() -> None:
    later = judged(True, "7", "7", draw=2)
    figures, lines = report({"development": [RIGHT], "held_out": [FALSE_KEEP, FALSE_DROP, later]}, 0)
    assert (figures["verifiable_held_out2_precision"], figures["verifiable_held_out2_recall"]) == (1.0, 1.0)
    assert (figures["verifiable_held_out_precision"], figures["verifiable_held_out_recall"]) == (0.5, 0.5)
    assert "verifiable_development2_precision" not in figures
    assert any(line.startswith("held_out, draw 2: 1 rows") for line in lines)


@pytest.mark.parametrize(
    ("label", "kept"),
    [
        ("30 J K^{-1} mol^{-1}", r"30 \mathrm{J}\ \mathrm{~K}^{-1} \mathrm{mol}^{-1}"),
        ("0,5 m", "0.5 m"),
        ("3 kcal", "3 Kcal"),
    ],
)
def test_two_spellings_of_one_quantity_agree(label: str, kept: str) -> None:
    assert judged(True, label, kept).agrees
    assert not judged(True, label, kept + "5").agrees


def test_excerpts_are_of_the_development_part_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    row = {"id": "x/1", "digest": "0", "verifiable": False, "reasons": ["proof"], "question": "How far?"}
    (tmp_path / "held_out.jsonl").write_text(json.dumps(row | {"answer_text": "5 m"}))
    monkeypatch.setitem(FILES, "held_out", tmp_path / "held_out.jsonl")
    monkeypatch.delenv("TRACEMILL_DATA", raising=False)
    monkeypatch.setattr("sys.argv", ["verifiability.py", "--verbose", "--part", "held_out"])
    verifiability.main()
    printed = capsys.readouterr().out
    assert "proof" in printed
    assert "How far?" not in printed


def test_the_development_rows_that_ship_are_decided_as_they_are_labelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRACEMILL_DATA", raising=False)
    rows, unmeasured = verifiability.parts([DEVELOPMENT])
    figures = figures_of(rows[DEVELOPMENT], "x")
    assert len(rows[DEVELOPMENT]) + unmeasured == len(verifiability.read_labels(FILES[DEVELOPMENT]))
    assert figures["x_precision"] >= 0.94
    assert figures["x_recall"] >= 0.95


@pytest.mark.skipif("TRACEMILL_DATA" not in os.environ, reason="TRACEMILL_DATA names the folder of the sources")
def test_rows_that_do_not_ship_are_measured_where_their_text_is_unchanged() -> None:
    rows, unmeasured = verifiability.parts([DEVELOPMENT])
    assert unmeasured == 0
    assert {"webfaq", "scibench"} <= {row.label.source for row in rows[DEVELOPMENT]}
