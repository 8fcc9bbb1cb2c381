"""From a configuration to the backend that serves it. Nothing heavy is imported before `start()`."""

from pathlib import Path

from teachers.errors import TeacherConfigError
from teachers.scripted import ScriptedTeacher
from teachers.types import Teacher, TeacherConfig


def load(
    config: TeacherConfig, *, weights: Path | None = None, recording: Path | None = None, slots: int | None = None
) -> Teacher:
    """The backend for `config`.

    `weights` is a folder of safetensors and tokenizer, `recording` a JSONL file for a replay teacher; `slots` bounds
    the requests served at once where the backend's own number does not fit the machine.
    """
    if config.backend == "scripted":
        return ScriptedTeacher(shares=config.script, slots=slots or 256)
    raise TeacherConfigError(f"{config.name}: backend {config.backend} is not there yet")
