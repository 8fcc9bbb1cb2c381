"""The responder of a stream stage, wherever its processes run."""

from typing import Any

from pipeline.context import Context
from pipeline.executors import Executor
from pipeline.stage import Responder, StreamStage


def responder_of(stage: StreamStage[Any, Any], context: Context, executor: Executor) -> Responder:
    """One in this process, which is all there is with one local worker."""
    return stage.responder(context)
