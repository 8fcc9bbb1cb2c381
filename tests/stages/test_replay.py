"""A run whose teacher is the journal of another."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.runner import NodeResult
from tests.pipeline.workshop import rows
from tests.stages.recipes import run_nodes

CONFIGS = Path(__file__).parents[2] / "configs"
SCRIPT = {"name": "teacher", "backend": "scripted"}


def nodes(**options: Any) -> dict[str, Any]:
    words = {"paths": [str(CONFIGS / "samples" / "word_problems.jsonl")], "source": "words", "limit": 12}
    filters = {"file": str(CONFIGS / "filters" / "verifiability.yaml")}
    return {
        "words": {"uses": "read_jsonl", "with": words},
        "candidates": {"uses": "mark_verifiability", "needs": "words"},
        "checkable": {"uses": "keep_verifiable", "needs": "candidates", "with": filters},
        "problems": {"uses": "gate_golds", "needs": "checkable"},
        "traces": {"uses": "distil", "needs": "problems", "with": options},
    }


def attempts(made: dict[str, NodeResult]) -> list[dict[str, Any]]:
    return [{**row, "revision": "", "draw": None} for row in rows(made["traces"].artifact)]


@pytest.mark.parametrize("style", ["boxed-v1", "worked-v1"])
def test_the_journal_of_a_run_gives_its_attempts_again_and_no_more(tmp_path, style):
    recorded = run_nodes(tmp_path / "recorded", nodes(teacher={**SCRIPT, "prompt_style": style}, samples=3))
    journal = tmp_path / "recorded" / "store" / "journal"
    before = {path: path.read_bytes() for path in journal.rglob("*.jsonl")}
    teacher = {"name": "teacher", "backend": "replay", "prompt_style": style, "sampling": {"temperature": 0.1}}
    replayed = run_nodes(tmp_path / "replayed", nodes(teacher=teacher, recording=str(journal), samples=4, seed=9))
    ours = ("seed", "temperature")
    told, asked = (
        [{k: v for k, v in row.items() if k not in ours} for row in attempts(run)] for run in (replayed, recorded)
    )
    assert len(asked) == 36
    assert told == asked
    assert {path: path.read_bytes() for path in journal.rglob("*.jsonl")} == before


def test_another_prompt_style_finds_nothing(tmp_path):
    run_nodes(tmp_path / "recorded", nodes(teacher=SCRIPT))
    teacher = {"name": "teacher", "backend": "replay", "prompt_style": "question-v1"}
    recording = str(tmp_path / "recorded" / "store" / "journal")
    replayed = run_nodes(tmp_path / "replayed", nodes(teacher=teacher, recording=recording))
    assert attempts(replayed) == []
    assert {row["reason"] for row in rows(replayed["traces"].artifact, "rejects")} == {"not_recorded"}
