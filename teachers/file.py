"""A teacher as a YAML file describes it, such as those in configs/teachers, read strictly."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from teachers.errors import TeacherConfigError
from teachers.types import TeacherConfig


def read_config(path: Path) -> TeacherConfig:
    """Raises `TeacherConfigError` for what is no teacher, unknown keys included. `lora` counts from the file."""
    try:
        tree = yaml.safe_load(path.read_text("utf-8"))
        config = TypeAdapter(TeacherConfig).validate_python(tree)
    except OSError as error:
        raise TeacherConfigError(f"{path} cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise TeacherConfigError(f"{path} is not YAML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "it"
        raise TeacherConfigError(f"{path} is no teacher: {place}: {first['msg']}; see configs/teachers") from error
    if unknown := next(_unknown(tree, config), None):
        raise TeacherConfigError(f"{path}: a teacher has no option {unknown!r}; see configs/teachers")
    return dataclasses.replace(config, lora=path.parent / config.lora) if config.lora else config


def _unknown(given: Any, built: Any, place: str = "") -> Iterator[str]:
    """Keys that made nothing: pydantic drops what a dataclass does not declare."""
    if isinstance(given, list):
        for item, made in zip(given, built, strict=True):
            yield from _unknown(item, made, place)
    if not dataclasses.is_dataclass(built) or not isinstance(given, dict):
        return
    declared = {field.name for field in dataclasses.fields(built)}
    for key, value in given.items():
        if key in declared:
            yield from _unknown(value, getattr(built, key), f"{place}{key}.")
        else:
            yield f"{place}{key}"
