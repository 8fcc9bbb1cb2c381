"""YAML to frozen dataclasses, strictly: an unknown key or a wrong type is an error that names the way out."""

import dataclasses
import types
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml

from pipeline.errors import ConfigError
from pipeline.yamlfile import parsed, read_mapping
from teachers import TeacherConfig
from trainer.errors import TrainConfigError

C = TypeVar("C")


def load(path: Path, kind: type[C], *, overrides: Sequence[str] = ()) -> C:
    """Reads a training file; `overrides` are `dotted.key=value` with the value in YAML.

    `extends: other.yaml` in a file lays its options over the other's, group by group; the path is relative to the file.
    """
    tree = _read(path)
    for override in overrides:
        _set(tree, override)
    try:
        return build(tree, kind)
    except TrainConfigError as error:
        raise TrainConfigError(f"{path}: {error}") from None


def load_teacher(path: Path) -> TeacherConfig:
    """A file as in configs/teachers, whose folder `lora` counts from."""
    config = load(path, TeacherConfig)
    return dataclasses.replace(config, lora=config.lora and path.parent / config.lora)


def _read(path: Path, above: tuple[Path, ...] = ()) -> dict[str, Any]:
    try:
        tree = read_mapping(path, f"{path}")
    except ConfigError as error:
        raise TrainConfigError(str(error)) from error
    if "extends" not in tree:
        return tree
    below, above = path.parent / str(tree.pop("extends")), (*above, path.resolve())
    if below.resolve() in above:
        raise TrainConfigError(f"{path}: extends {below}, which extends it in turn")
    return _laid_over(_read(below, above), tree)


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    tree = dict(below)
    for key, value in above.items():
        under = tree.get(key)
        tree[key] = _laid_over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return tree


def _set(tree: dict[str, Any], override: str) -> None:
    dotted, found, value = override.partition("=")
    if not found:
        raise TrainConfigError(f"--set {override}: write it as key=value")
    *above, last = dotted.strip().split(".")
    for key in above:
        tree = tree.setdefault(key, {})
        if not isinstance(tree, dict):
            raise TrainConfigError(f"--set {override}: {key} holds a value, not options")
    try:
        tree[last] = parsed(value, f"--set {override}: what follows the =")
    except ConfigError as error:
        raise TrainConfigError(str(error)) from error


def build(tree: Mapping[str, Any], kind: type[C], *, place: str = "") -> C:
    """The dataclass `kind` from plain YAML values; raises `TrainConfigError` for anything it does not declare."""
    hints = typing.get_type_hints(kind)
    fields = {one.name: one for one in dataclasses.fields(kind)}  # type: ignore[arg-type]
    if unknown := [key for key in tree if key not in fields]:
        raise TrainConfigError(f"no option {place + str(unknown[0])!r}; options: {', '.join(sorted(fields))}")
    required = [name for name, one in fields.items() if one.default is one.default_factory is dataclasses.MISSING]
    if missing := [name for name in required if name not in tree]:
        raise TrainConfigError(f"option {place + missing[0]!r} is missing")
    filled = {key: _filled(value, fields[key]) for key, value in tree.items()}
    try:
        return kind(**{key: _value(value, hints[key], place + key) for key, value in filled.items()})
    except ValueError as error:
        raise TrainConfigError(f"{place.rstrip('.')}: {error}".removeprefix(": ")) from error


def _filled(value: Any, field: "dataclasses.Field[Any]") -> Any:
    """With the group's defaults where it stands: those of `optim` differ between kinds of training."""
    if not isinstance(value, dict) or field.default_factory is dataclasses.MISSING:
        return value
    default = field.default_factory()
    if not dataclasses.is_dataclass(default) or isinstance(default, type):
        return value
    return _laid_over(_listed(dataclasses.asdict(default)), value)


def _value(value: Any, hint: Any, place: str) -> Any:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, dict):
            raise TrainConfigError(f"{place} is {value!r}; it holds options, one `key: value` a line")
        return build(value, hint, place=f"{place}.")
    if typing.get_origin(hint) in (types.UnionType, typing.Union):  # the latter where a Literal is part of it
        if value is None and types.NoneType in typing.get_args(hint):
            return None
        members = [member for member in typing.get_args(hint) if member is not types.NoneType]
        fitting = [member for member in members if dataclasses.is_dataclass(member) == isinstance(value, dict)]
        return _value(value, (fitting or members)[0], place)
    if typing.get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise TrainConfigError(f"{place} is {value!r}; it must be a list")
        member = typing.get_args(hint)[0]
        return tuple(_value(one, member, f"{place}[{index}]") for index, one in enumerate(value))
    if typing.get_origin(hint) is Literal:
        if value not in typing.get_args(hint):
            raise TrainConfigError(f"{place} is {value!r}; choose from {', '.join(typing.get_args(hint))}")
        return value
    if hint is Path and isinstance(value, str):
        return Path(value)
    return _plain(value, typing.get_origin(hint) or hint, place)


def _plain(value: Any, kind: type, place: str) -> Any:
    if kind is float and isinstance(value, str):
        # YAML 1.1 reads `5e-6` as text: its floats want a dot.
        try:
            return float(value)
        except ValueError:
            pass
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TrainConfigError(f"{place} is {value!r}; it must be a value of type {kind.__name__}")
    return value


def dump(config: Any) -> str:
    """The resolved configuration as YAML, every option written out."""
    return yaml.safe_dump(_listed(dataclasses.asdict(config)), sort_keys=False)


def _listed(value: Any) -> Any:
    """YAML has lists alone."""
    if isinstance(value, dict):
        return {key: _listed(one) for key, one in value.items()}
    return [_listed(one) for one in value] if isinstance(value, list | tuple) else value
