"""A store whose rows mean harm, made once."""

from pathlib import Path

import pytest
import yaml

from pipeline.config import load_config
from pipeline.session import run

NODE = "</script><img src=x onerror=alert(0)> [/bold] \x1b[31m\u202e"
FAILS = {"run": {"max_errors": 1.0}}


@pytest.fixture(scope="session")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recipe; its node `pass` lets rows through, and one of a name that means harm drops and fails them too."""
    folder = tmp_path_factory.mktemp("evil")
    nodes = {
        "src": {"uses": "harm"},
        "pass": {"uses": "refuse", "needs": "src", **FAILS},
        NODE: {"uses": "refuse", "needs": "pass", **FAILS},
    }
    path = folder / "recipe.yaml"
    content = {"name": "evil", "store": str(folder / "store"), "exports": str(folder / "exports")}
    path.write_text(yaml.safe_dump(content | {"packages": ["tests.security.evil"], "nodes": nodes}))
    run(load_config(path))
    return path
