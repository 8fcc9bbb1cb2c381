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
from teachers.prompts import request
from teachers.types import (
    ChatTurn,
    Completion,
    EndpointOptions,
    EngineOptions,
    Price,
    Sampling,
    ScriptedReply,
    ScriptShares,
    Teacher,
    TeacherConfig,
    TeacherRequest,
    Terms,
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
