"""A version of a data set made of recorded traces, right and wrong ones, by the stages that a recipe would name."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bench.traces import Trace
from pipeline.config import load_config
from pipeline.session import run
from teachers.replay import normalised

END = "</think>"
# How each teacher marks its reasoning; a text that holds the end tag alone began inside it, as R1's do.
TEACHERS = {"thinking": "prefilled", "plain": "auto"}


def traced_version(folder: Path, traces: Iterable[Trace], *, workers: int = 1) -> Path:
    """The folder `exports/traced/v0001`. A trace with another gold than the first of its question is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    groups = _by_question(traces)
    problems = [
        {"id": f"p{number:05}", "question": group[0].question, "answer": group[0].gold}
        for number, group in enumerate(groups)
    ]
    _write(folder / "problems.jsonl", problems)
    nodes: dict[str, Any] = {"problems": {"uses": "take_problems", "with": {"path": str(folder / "problems.jsonl")}}}
    for name, think in TEACHERS.items():
        recorded = [[trace for trace in group if _teacher(trace) == name] for group in groups]
        if any(recorded):
            nodes[name] = _distil(folder / f"{name}.jsonl", recorded, teacher={"name": name, "think": think})
    nodes |= _selection(attempts=[name for name in nodes if name in TEACHERS])
    recipe = {
        "name": "traced",
        "store": str(folder / "store"),
        "exports": str(folder / "exports"),
        "packages": ["stages", "bench.distillation.problem_stages"],
        "nodes": nodes,
    }
    (folder / "recipe.yaml").write_text(yaml.safe_dump(recipe, sort_keys=False), encoding="utf-8")
    return run(load_config(folder / "recipe.yaml"), workers=workers).versions[0]


def _by_question(traces: Iterable[Trace]) -> list[list[Trace]]:
    groups: dict[str, list[Trace]] = {}
    for trace in traces:
        group = groups.setdefault(normalised(trace.question), [])
        if not group or group[0].gold == trace.gold:
            group.append(trace)
    return list(groups.values())


def _teacher(trace: Trace) -> str:
    return "thinking" if END in trace.response and "<think>" not in trace.response else "plain"


def _distil(recording: Path, groups: Sequence[Sequence[Trace]], *, teacher: Mapping[str, str]) -> dict[str, Any]:
    rows = [{"problem": trace.question, "text": trace.response} for group in groups for trace in group]
    _write(recording, rows)
    options = {
        "samples": max(map(len, groups)),
        "recording": str(recording),
        "teacher": {**teacher, "backend": "replay"},
    }
    return {"uses": "distil", "needs": "problems", "with": options}


def _selection(*, attempts: list[str]) -> dict[str, Any]:
    """All that was sampled in the unfiltered view, the right ones of it in the verified one."""
    sides = {"attempts": attempts, "problems": "problems"}
    views = {"all": "sft_all", "rl": "rl", "rl_all": "rl", "verdicts": "verdicts"}
    return {
        "verdicts": {"uses": "verify", "needs": attempts, "side": {"problems": "problems"}},
        "sft": {"uses": "select_sft", "needs": "verdicts", "side": sides},
        "sft_all": {
            "uses": "select_sft",
            "needs": "verdicts",
            "side": sides,
            "with": {"keep": "all", "unfinished": "keep"},
        },
        "rl": {
            "uses": "select_rl",
            "needs": "problems",
            "side": {"verdicts": "verdicts"},
            "with": {"validation_share": 0.1},
        },
        "dataset": {"uses": "export_dataset", "needs": "sft", "side": sides | views, "with": {"name": "traced"}},
    }


def _write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
