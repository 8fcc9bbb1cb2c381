"""From a configuration to the backend that serves it. Nothing heavy is imported before `start()`."""

import importlib.util
from pathlib import Path
from typing import Literal

from teachers._endpoint_config import check_endpoint
from teachers.endpoint import EndpointTeacher
from teachers.errors import TeacherConfigError
from teachers.replay import ReplayTeacher
from teachers.scripted import ScriptedTeacher
from teachers.transformers_engine import TransformersTeacher
from teachers.types import Teacher, TeacherConfig
from teachers.vllm_engine import VllmTeacher

SCRIPTED_SLOTS = 256
CPU_SLOTS = 32
VLLM_SLOTS = 256


def load(
    config: TeacherConfig, *, weights: Path | None = None, recording: Path | None = None, slots: int | None = None
) -> Teacher:
    """The backend for `config`.

    `weights` is a folder of safetensors and tokenizer, `recording` what a replay teacher reads; `slots` bounds the
    requests served at once where the backend's own number does not fit the machine. Raises `TeacherConfigError`.
    """
    match _installed() if config.backend == "auto" else config.backend:
        case "scripted":
            return ScriptedTeacher(shares=config.script, slots=slots or SCRIPTED_SLOTS, replies=config.replies)
        case "replay":
            if recording is None:
                raise TeacherConfigError(f"{config.name}: a replay teacher needs a `recording`")
            return ReplayTeacher(recording)
        case "openai":
            if weights is not None:
                raise TeacherConfigError(f"{config.name}: an endpoint has its own weights; leave `weights` out")
            return EndpointTeacher(config, slots=slots)
        case "vllm":
            return VllmTeacher(config, weights=weights, slots=slots or VLLM_SLOTS)
        case "transformers":
            return TransformersTeacher(config, weights=weights, slots=slots or CPU_SLOTS)


def _installed() -> Literal["vllm", "transformers"]:
    return "vllm" if importlib.util.find_spec("vllm") else "transformers"


def check(config: TeacherConfig) -> None:
    """Raises `TeacherConfigError` for what is wrong by the configuration alone, whatever this machine has."""
    if config.backend == "openai":
        check_endpoint(config)
