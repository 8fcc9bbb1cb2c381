"""The page of all benchmarks: what is named exists, and what fell short, failed or was left out is told."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from bench.report.__main__ import printed
from bench.report.page import figures, page
from bench.report.parts import PARTS

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {
    "extract": "extraction", "hygiene": "quality", "distil": "distillation", "datasets": "exports",
    "trainer": "training", "scale": "scale",
}  # fmt: skip


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.label)
def test_every_part_is_there(part) -> None:
    assert (ROOT / f"bench/{part.bench}.py").exists()
    assert not part.part or find_spec(f"bench.{FOLDERS[part.bench]}.{part.part}")
    assert figures()[part.bench]


def test_all_parts_together_fit_into_half_an_hour() -> None:
    assert sum(part.seconds for part in PARTS) <= 1800


def test_the_page_tells_what_fell_short_failed_or_was_left_out() -> None:
    speed, forum, recall = (part for part in PARTS if part.part in ("speed", "forum", "recall"))
    made = {"date": "2026-01-02", "seconds": 3, "error": "", "said": "a table", "bench": "extract"}
    kept = {
        "versions": {"Python": "3.11"},
        "parts": {
            speed.label: made | {"label": speed.label, "figures": {"speedup_vs_trafilatura": 2.5}},
            forum.label: made | {"label": forum.label, "figures": {"forum_f1": 0.9}, "error": "exit code 1"},
            recall.label: {"label": recall.label, "bench": "extract", "error": "left out", "figures": {}},
        },
    }
    told = page(kept)
    assert "(`speedup_vs_trafilatura`) | 2.5 | at least 3 | **short** |" in told
    assert "(`forum_f1`) | 0.9 | at least 0.85 |  |" in told
    assert "`python bench/extract.py --only forum`, 2026-01-02, 3 s. **It failed: exit code 1.**" in told
    assert "`python bench/extract.py --only recall` did not fit into the time." in told


def test_what_a_part_printed_is_told_without_its_figures() -> None:
    text = "\n== speed\nours 81 pages/s\ndepth 3\n(4 s)\n\nspeedup     5.0000\n"
    assert printed(text, {"speedup"}) == "ours 81 pages/s\ndepth 3"


def test_the_page_is_that_of_the_figures_kept_beside_the_command() -> None:
    kept = json.loads((ROOT / "bench/report/results.json").read_text())
    assert (ROOT / "docs/benchmarks.md").read_text() == page(kept)
