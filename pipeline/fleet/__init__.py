"""The responder of a stream stage, wherever its processes run."""

from typing import Any

from pipeline.context import Context
from pipeline.executors import Executor
from pipeline.fleet.fleet import Fleet
from pipeline.responder import Responder
from pipeline.stage import StreamStage


def responder_of(stage: StreamStage[Any, Any], context: Context, executor: Executor) -> Responder:
    """One in this process where that will do, else a fleet of `context.run.workers` processes with one each."""
    launcher = executor.launcher(workers=context.run.workers, gpus=stage.gpus_per_responder())
    return stage.responder(context) if launcher is None else Fleet(stage, context, launcher)
