"""The options of a stage: from what YAML holds to the dataclass, every value checked."""

import dataclasses
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from pipeline.errors import ConfigError
from pipeline.nearest import did_you_mean
from pipeline.remote.path import RemotePath, path_of
from pipeline.yamlfile import FromFile


def check_keys(found: Mapping[str, Any], allowed: Sequence[str], where: str, noun: str) -> None:
    unknown = [str(key) for key in found if key not in allowed]
    if unknown:
        hint = did_you_mean(unknown[0], allowed)
        raise ConfigError(f"{where} has no {noun} {unknown[0]!r}{hint}; {noun}s: {', '.join(allowed) or 'none'}")


def options_of(kind: Any) -> list[str]:
    return [field.name for field in dataclasses.fields(kind) if field.init]


def build(kind: Any, options: Mapping[str, Any], where: str, folder: Path) -> Any:
    """Makes the dataclass from its options: unknown ones and values of a wrong type are one `ConfigError`."""
    _check(kind, options, where)
    try:
        built = TypeAdapter(kind).validate_python(options)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join([where, *(str(part) for part in first["loc"])])
        got = "" if first["type"] in ("missing", "value_error") else f" (got {first['input']!r})"
        hint = "; write a list: [...]" if first["type"] == "list_type" else ""
        raise ConfigError(f"{place}: {first['msg'].removeprefix('Value error, ')}{got}{hint}") from None
    except (ConfigError, ValueError, TypeError) as error:
        raise ConfigError(_below(where, error)) from error
    try:
        return _with_paths(built, options, folder)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from None


def _below(where: str, error: Exception) -> str:
    """The message below its place, where a stage that names itself is not named twice."""
    return f"{where}: {str(error).removeprefix(where.rpartition(': ')[2] + ': ')}"


def _check(kind: Any, options: Any, where: str) -> None:
    """Refuses unknown keys here and in nested dataclasses, which pydantic would drop."""
    if not dataclasses.is_dataclass(kind) or not isinstance(options, Mapping):
        return
    check_keys(options, options_of(kind), where, "option")
    hints = typing.get_type_hints(kind)
    for name, value in options.items():
        for inner in (hints[name], *typing.get_args(hints[name])):
            for item in _items(value, hints[name]):
                _check(inner, item, f"{where}.{name}")


def _items(value: Any, hint: Any) -> Sequence[Any]:
    """What a field holds that may itself be a dataclass: the items of a list, the values of a mapping."""
    if isinstance(value, list):
        return value
    return list(value.values()) if typing.get_origin(hint) is dict and isinstance(value, dict) else [value]


def _with_paths(value: Any, raw: Any, folder: Path) -> Any:
    """Resolves every `Path` against the folder of the file it was written in; patterns in lists become their files."""
    if isinstance(raw, FromFile):
        folder = raw.folder
    if isinstance(value, Path):
        return path_of(raw, folder) if isinstance(raw, str) else folder / value.expanduser()
    if isinstance(value, (list, tuple)) and isinstance(raw, (list, tuple)):
        resolved = [_with_paths(item, given, folder) for item, given in zip(value, raw, strict=False)]
        return type(value)(match for item in resolved for match in _matches(item))
    if not dataclasses.is_dataclass(value) or isinstance(value, type) or not isinstance(raw, Mapping):
        return value
    changes = {name: _with_paths(getattr(value, name), given, folder) for name, given in raw.items()}
    changed = {name: new for name, new in changes.items() if new is not getattr(value, name)}
    return dataclasses.replace(value, **changed) if changed else value


def _matches(item: Any) -> list[Any]:
    """The files a pattern such as `crawl/*.warc.gz` names, sorted; one that names none stays, to be missed later.

    Of a pattern elsewhere nobody is asked here: see `pipeline.remote.fields`.
    """
    if not isinstance(item, Path) or isinstance(item, RemotePath) or not any(sign in str(item) for sign in "*?["):
        return [item]
    return sorted(Path(item.anchor).glob(str(item.relative_to(item.anchor)))) or [item]
