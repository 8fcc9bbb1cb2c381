"""Embeddings through the engine: rows and benchmarks are embedded once, compared, judged, and each drop says why."""

import json
from pathlib import Path
from typing import Any

from stages._leak_report import parse_leak
from tests.pipeline.workshop import rows
from tests.stages.benchmark_matches import OTHER, RENUMBERED, REWORDED, WHEEL
from tests.stages.embedded import WEIGHTS, needs_model
from tests.stages.recipes import run_nodes

FAR = "Name the largest planet of the solar system."
TEACHER = {
    "name": "judge",
    "backend": "scripted",
    "replies": [
        {"match": "up to 6 people fit", "text": "Both ask how many people fit on the wheel.\nDecision: same"},
        {"match": "", "text": "They ask for other things.\nDecision: different"},
    ],
}


def source(folder: Path, name: str, questions: list[str], answer: str) -> dict[str, Any]:
    path = folder / f"{name}.jsonl"
    path.write_text("".join(json.dumps({"question": text, "answer": answer}) + "\n" for text in questions))
    return {"uses": "read_jsonl", "with": {"paths": [str(path)], "source": name}}


def embed(needs: str) -> dict[str, Any]:
    return {"uses": "embed_questions", "needs": needs, "with": {"weights": str(WEIGHTS)}}


@needs_model
def test_each_row_that_leaves_names_the_item_and_who_found_it(tmp_path: Path) -> None:
    near = {"vectors": "vectors", "benchmarks": "bench_vectors"}
    nodes = {
        "rows": source(tmp_path, "web", [REWORDED, RENUMBERED, OTHER, FAR], "see below"),
        "bench": source(tmp_path, "gsm8k", [WHEEL], "#### 84"),
        "vectors": embed("rows"),
        "bench_vectors": embed("bench"),
        "clustered": {"uses": "dedup_semantic", "needs": "rows", "side": {"vectors": "vectors"}},
        "matches": {"uses": "match_benchmarks", "needs": "clustered", "side": near, "with": {"ask_from": 0.1}},
        "judged": {
            "uses": "judge_matches",
            "needs": "matches",
            "with": {"teacher": TEACHER, "ask_from": 0.1, "ask_below": 0.7},
        },
        "clean": {
            "uses": "decontaminate_semantic",
            "needs": "clustered",
            "side": {"matches": "judged"},
            "with": {"threshold": 0.7},
        },
    }
    done = run_nodes(tmp_path / "run", nodes, workers=2)
    totals = done["clean"].manifest.totals
    assert (totals.rows_in, totals.kept, totals.rejected) == (4, 2, {"contaminated": 2})
    leaks = {
        json.loads(dropped["row"])["question"]: parse_leak(dropped["detail"])
        for dropped in rows(done["clean"].artifact, "rejects")
    }
    assert {text: leak.method for text, leak in leaks.items()} == {REWORDED: "judge_same", RENUMBERED: "embedding"}
    assert {leak.benchmark for leak in leaks.values()} == {"gsm8k"}
    assert {leak.text for leak in leaks.values()} == {WHEEL}
