"""Addresses among the options of a stage: found, and their patterns replaced by the files that these name."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pipeline.errors import ConfigError, TracemillError
from pipeline.remote.path import RemotePath

S = TypeVar("S")


def elsewhere(value: Any) -> Iterator[RemotePath]:
    """All paths of a value that lead elsewhere, in dataclasses, lists and mappings too."""
    if isinstance(value, RemotePath):
        yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from elsewhere(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from elsewhere(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from elsewhere(inner)


def listed(options: Any) -> Iterator[RemotePath]:
    """Of the options of a stage those that are lists: what is read is listed, what stands alone may be a mere base."""
    for field in dataclasses.fields(options):
        value = getattr(options, field.name)
        if isinstance(value, list):
            yield from elsewhere(value)


def with_matches(options: S, where: str) -> S:
    """Options whose lists hold the files of patterns; one that names none stays, to be missed later.

    Raises `ConfigError` where the files cannot be listed.
    """
    changed = {}
    for field in dataclasses.fields(options):  # type: ignore[arg-type]
        value = getattr(options, field.name)
        if isinstance(value, list) and any(isinstance(item, RemotePath) and item.is_pattern for item in value):
            changed[field.name] = [match for item in value for match in _matches(item, where)]
    return dataclasses.replace(options, **changed) if changed else options  # type: ignore[type-var]


def _matches(item: Any, where: str) -> list[Any]:
    if not isinstance(item, RemotePath) or not item.is_pattern:
        return [item]
    try:
        return item.matches() or [item]
    except OSError as error:
        why = f"{item}: {error.strerror}"
        raise ConfigError(f"{where}: {why}; check the address, or name the files themselves") from None
    except TracemillError as error:
        raise type(error)(f"{where}: {error}") from None
