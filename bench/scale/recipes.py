"""The recipes of both halves: those that users have, but for their sources, and with the back half up to a version."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bench.scale.watched import ROOT

CONFIGS = ROOT / "configs"
FRONT_LEFT_OUT = ("faq", "sheets")
TEACHER = {"name": "scripted", "backend": "scripted"}


def front(paths: Sequence[Path], folder: Path, name: str) -> Path:
    recipe = _absolute(yaml.safe_load((CONFIGS / "webinstruct.yaml").read_text()))
    nodes = {node: told for node, told in recipe["nodes"].items() if told.get("enabled", True)}
    nodes["crawl"]["with"] = {"paths": [str(path) for path in paths], "source": "bench"}
    nodes["qa"]["needs"] = "pages"
    return _written(_without(nodes, FRONT_LEFT_OUT), folder, name)


def back(paths: Sequence[Path], folder: Path, name: str) -> Path:
    recipe = _absolute(yaml.safe_load((CONFIGS / "curate.yaml").read_text()))
    nodes = {node: told for node, told in recipe["nodes"].items() if told.get("enabled", True)}
    wanted = [*nodes][[*nodes].index("unique") :]
    benchmarks = {node: told for node, told in nodes.items() if told["uses"] == "read_benchmark"}
    source = {"paths": [str(path) for path in paths], "source": "bench", "id_field": "id"}
    nodes = {"rows": {"uses": "read_jsonl", "with": source, "run": {"workers": 2}}, **benchmarks}
    nodes |= {node: recipe["nodes"][node] for node in wanted}
    nodes["unique"]["needs"] = ["rows"]
    return _written(nodes | _to_a_version(), folder, name, inputs=os.environ["TRACEMILL_DATA"])


def _to_a_version() -> dict[str, Any]:
    """From problems to a data set: answers by script, graded, selected, exported."""
    side = {"attempts": "traces", "problems": "tagged"}
    sft = {"uses": "select_sft", "needs": "verdicts", "side": side}
    given = {**side, "verdicts": "verdicts", "all": "sft_all", "rl": "rl", "rl_all": "rl"}
    return {
        "traces": {"uses": "distil", "needs": "tagged", "with": {"samples": 1, "teacher": TEACHER}},
        "verdicts": {"uses": "verify", "needs": "traces", "side": {"problems": "tagged"}, "run": {"workers": 2}},
        "sft": sft,
        "sft_all": {**sft, "with": {"keep": "all"}},
        "dataset": {"uses": "export_dataset", "needs": "sft", "side": given, "with": {"name": "scale"}},
    }


def _absolute(recipe: dict[str, Any]) -> dict[str, Any]:
    """Bundled files by their full paths, since the recipe is written elsewhere."""
    for node in recipe["nodes"].values():
        options = node.get("with", {})
        if isinstance(options.get("file"), str):
            options["file"] = str(CONFIGS / options["file"])
        if "inputs" not in recipe and "paths" in options:
            options["paths"] = [str(CONFIGS / path) for path in options["paths"]]
    return recipe


def _without(nodes: dict[str, Any], left_out: Sequence[str]) -> dict[str, Any]:
    kept = {name: node for name, node in nodes.items() if name not in left_out}
    for node in kept.values():
        if isinstance(node.get("needs"), list):
            node["needs"] = [name for name in node["needs"] if name in kept]
    return kept


def _written(nodes: Mapping[str, Any], folder: Path, name: str, **top: str) -> Path:
    places = {"store": str(folder / name), "exports": str(folder / f"{name}-exports")}
    recipe = {"name": name, **places, "keep": "results", **top}
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump({**recipe, "nodes": dict(nodes)}, sort_keys=False))
    return path
