"""Where text comes from: language-model engines, recorded traces, a script. Imports nothing of ours."""

from teachers.errors import (
    NotRecordedError,
    PromptTooLongError,
    RequestRefusedError,
    TeacherConfigError,
    TeacherError,
    TeacherOutageError,
)
from teachers.load import check, load
from teachers.options import EndpointOptions, EngineOptions, Price, Terms
from teachers.prompts import request
from teachers.types import (
    ChatTurn,
    Completion,
    Sampling,
    ScriptedReply,
    ScriptShares,
    Teacher,
    TeacherConfig,
    TeacherRequest,
)

__all__ = [
    "ChatTurn",
    "Completion",
    "EndpointOptions",
    "EngineOptions",
    "NotRecordedError",
    "Price",
    "PromptTooLongError",
    "RequestRefusedError",
    "Sampling",
    "ScriptShares",
    "ScriptedReply",
    "Teacher",
    "TeacherConfig",
    "TeacherConfigError",
    "TeacherError",
    "TeacherOutageError",
    "TeacherRequest",
    "Terms",
    "check",
    "load",
    "request",
]
