"""tracemill: a data curation pipeline for verifiable reasoning data."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pipeline import (
    BatchStage,
    ConfigError,
    Context,
    FileStage,
    Folder,
    OutageError,
    Record,
    Reject,
    RowStage,
    SourceStage,
    StreamStage,
    TableStage,
    TracemillError,
)
from tracemill.rooms import check_rooms

if TYPE_CHECKING:
    from pipeline.config import Recipe, load_config
    from pipeline.session import RunResult, run
    from verifier import Outcome, Policy, Verdict, Verifier, compare, verify

check_rooms()

_LATER = {
    "Recipe": "pipeline.config",
    "load_config": "pipeline.config",
    "RunResult": "pipeline.session",
    "run": "pipeline.session",
    "Outcome": "verifier",
    "Policy": "verifier",
    "Verdict": "verifier",
    "Verifier": "verifier",
    "compare": "verifier",
    "verify": "verifier",
}


def __getattr__(name: str) -> Any:
    """Loads the heavier parts when they are first used, so that `import tracemill` stays quick."""
    if name not in _LATER:
        raise AttributeError(f"module 'tracemill' has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)


__all__ = [
    "BatchStage",
    "ConfigError",
    "Context",
    "FileStage",
    "Folder",
    "OutageError",
    "Outcome",
    "Policy",
    "Recipe",
    "Record",
    "Reject",
    "RowStage",
    "RunResult",
    "SourceStage",
    "StreamStage",
    "TableStage",
    "TracemillError",
    "Verdict",
    "Verifier",
    "compare",
    "load_config",
    "run",
    "verify",
]
