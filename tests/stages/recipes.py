"""Runs a recipe of real stages through the engine in a folder of its own."""

from pathlib import Path
from typing import Any

import yaml

from pipeline.config import load_config
from pipeline.runner import NodeResult
from pipeline.session import run


def run_nodes(folder: Path, nodes: dict[str, Any], *, workers: int = 1) -> dict[str, NodeResult]:
    """Each run has a store of its own, so that nothing is reused."""
    folder.mkdir()
    path = folder / "recipe.yaml"
    recipe = {"name": "test", "store": str(folder / "store"), "exports": str(folder / "exports"), "nodes": nodes}
    path.write_text(yaml.safe_dump(recipe))
    return {node.node: node for node in run(load_config(path), workers=workers).nodes}
