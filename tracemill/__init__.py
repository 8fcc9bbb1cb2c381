"""tracemill: a data curation pipeline for verifiable reasoning data."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tracemill.rooms import ROOMS, check_rooms, is_command

if TYPE_CHECKING:
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
    from pipeline.config import Recipe, load_config
    from pipeline.session import RunResult, run
    from tracemill import rewards
    from verifier import AnswerType, Outcome, Pair, Policy, Reason, Verdict, Verifier, compare, verify
    from verifier.grader import Gold, Grader
    from verifier.judge.cascade import Cascade

_HOMES = {
    **dict.fromkeys(
        (
            "BatchStage",
            "ConfigError",
            "Context",
            "FileStage",
            "Folder",
            "OutageError",
            "Record",
            "Reject",
            "RowStage",
            "SourceStage",
            "StreamStage",
            "TableStage",
            "TracemillError",
        ),
        "pipeline",
    ),
    "Recipe": "pipeline.config",
    "load_config": "pipeline.config",
    "RunResult": "pipeline.session",
    "run": "pipeline.session",
    "AnswerType": "verifier",
    "Cascade": "verifier.judge.cascade",
    "Gold": "verifier.grader",
    "Grader": "verifier.grader",
    "Outcome": "verifier",
    "Pair": "verifier",
    "Policy": "verifier",
    "Reason": "verifier",
    "Verdict": "verifier",
    "Verifier": "verifier",
    "compare": "verifier",
    "verify": "verifier",
}


def __getattr__(name: str) -> Any:
    """Loads the rooms when one of their names is first used, once they are known to be ours.

    The verifier needs no other room: whoever trains with our rewards may well have a `trainer/` of their own.
    """
    if name == "rewards":
        return import_module("tracemill.rewards")
    if name not in _HOMES:
        raise AttributeError(f"module 'tracemill' has no attribute {name!r}")
    home = _HOMES[name]
    if not is_command():
        check_rooms(("verifier",) if home.startswith("verifier") else ROOMS)
    return getattr(import_module(home), name)


__all__ = [
    "AnswerType",
    "BatchStage",
    "Cascade",
    "ConfigError",
    "Context",
    "FileStage",
    "Folder",
    "Gold",
    "Grader",
    "OutageError",
    "Outcome",
    "Pair",
    "Policy",
    "Reason",
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
    "rewards",
    "run",
    "verify",
]
