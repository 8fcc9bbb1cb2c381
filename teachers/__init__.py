"""Where text comes from: language-model engines, recorded traces, a script. Imports nothing of ours."""

from teachers.errors import (
    NotRecordedError,
    PromptTooLongError,
    TeacherConfigError,
    TeacherError,
    TeacherOutageError,
)
from teachers.load import load
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
    "NotRecordedError",
    "PromptTooLongError",
    "Sampling",
    "ScriptShares",
    "ScriptedReply",
    "Teacher",
    "TeacherConfig",
    "TeacherConfigError",
    "TeacherError",
    "TeacherOutageError",
    "TeacherRequest",
    "load",
    "request",
]
