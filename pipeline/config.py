"""YAML to typed nodes: the only place that sees a raw mapping. Every message names node, field, fact and way out."""

import dataclasses
import difflib
import re
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from pipeline.context import RunOptions
from pipeline.discovery import discover
from pipeline.errors import ConfigError
from pipeline.stage import SourceStage, Stage
from pipeline.yamlfile import FromFile, expand, read_mapping

TOP_KEYS = ("name", "store", "exports", "inputs", "packages", "nodes")
_NAME = re.compile(r"\w[\w.-]*")
NODE_KEYS = ("enabled", "uses", "needs", "side", "with", "run")


@dataclass(frozen=True, kw_only=True)
class Node:
    """One node of a recipe, its stage built and checked."""

    name: str
    stage: Stage
    needs: tuple[str, ...]
    side: Mapping[str, tuple[str, ...]]
    run: RunOptions

    @property
    def above(self) -> tuple[str, ...]:
        return (*self.needs, *(name for names in self.side.values() for name in names))


@dataclass(frozen=True, kw_only=True)
class Recipe:
    name: str
    path: Path
    store: Path
    exports: Path
    packages: tuple[str, ...]
    nodes: Mapping[str, Node]
    resolved: Mapping[str, Any]


def load_config(
    path: Path | str, *, overrides: Sequence[str] = (), store: str | None = None, limit: int | None = None
) -> Recipe:
    """Reads and checks a recipe; raises `ConfigError` with one message.

    `overrides` are `node.option=value` (or `node.run.option=value`, `node.enabled=false`, `name=value`), values in
    YAML, whose `{file: ...}` counts from the working directory. Paths of options are relative to the folder `inputs`,
    by default the recipe's own, save in files that the recipe names. A node with `enabled: false` is checked like any
    other and then left out, wherever it is named.
    """
    path = Path(path)
    raw = read_mapping(path, f"recipe {path}")
    _check_keys(raw, TOP_KEYS, f"{path}", "key")
    if not isinstance(raw.get("nodes"), dict) or not raw["nodes"]:
        raise ConfigError(f"{path}: `nodes:` must map node names to nodes")
    raw["nodes"] = {str(name): expand(node, path.parent, f"{name}") for name, node in raw["nodes"].items()}
    for override in overrides:
        _override(raw, override)
    name = str(raw.get("name", path.stem))
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{path}: name {name!r} names folders; use letters, digits, dots, dashes and underscores")
    packages = _texts(raw.get("packages", ["stages"]), "packages")
    kinds = discover(packages)
    inputs = path.parent / Path(_folder(raw, "inputs", ".", f"{path}")).expanduser()
    nodes = {name: _node(name, node, kinds, inputs, limit) for name, node in raw["nodes"].items()}
    off = frozenset(name for name, node in raw["nodes"].items() if not _is_enabled(name, node))
    return Recipe(
        name=name,
        path=path,
        store=_local(store or _folder(raw, "store", "data/store", f"{path}")),
        exports=_local(_folder(raw, "exports", "exports", f"{path}")),
        packages=packages,
        nodes={name: _without(node, off) for name, node in nodes.items() if name not in off},
        resolved=_plain(raw),
    )


def _folder(raw: Mapping[str, Any], key: str, default: str, where: str) -> str:
    value = raw.get(key, default)
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{where}: {key} is {value!r}; write the path of one folder, in quotes if it looks otherwise")
    return value


def _local(uri: str) -> Path:
    scheme, found, rest = uri.partition("://")
    if found and scheme != "file":
        raise ConfigError(f"store {uri!r}: only folders of this machine (or file://) can hold a store as yet")
    return Path(rest if found else uri).absolute()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _override(raw: dict[str, Any], override: str) -> None:
    target, equals, text = override.partition("=")
    steps = target.strip().split(".")
    if not equals or not all(steps):
        raise ConfigError(f"--set {override!r}: write NODE.OPTION=VALUE")
    try:
        value = yaml.safe_load(text) if text else None
    except yaml.YAMLError as error:
        raise ConfigError(f"--set {override!r}: {text!r} is not valid YAML; quote it") from error
    value = expand(value, Path(), f"--set {steps[-1]}")  # what is typed counts from where one types it
    if len(steps) == 1:
        _check_keys({steps[0]: value}, ("name", "store", "exports", "inputs"), "--set", "key")
        if steps[0] == "inputs":
            # A folder typed on the command line counts from where one types it, as that of the store does.
            value = str(Path(_folder({"inputs": value}, "inputs", "", f"--set {override!r}")).expanduser().absolute())
        raw[steps[0]] = value
        return
    _check_keys({steps[0]: value}, tuple(raw["nodes"]), "--set", "node")
    place = _mapping(raw["nodes"][steps[0]], f"{steps[0]}: a node")
    within = steps[1:] if steps[1] == "run" or steps[1:] == ["enabled"] else ["with", *steps[1:]]
    for step in within[:-1]:
        place[step] = _mapping(place.get(step), f"--set {override!r}: {step}")
        place = place[step]
    place[within[-1]] = value


def _mapping(value: Any, where: str) -> dict[str, Any]:
    """The value itself, since a mapping read from a file knows its folder; an empty one for None."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ConfigError(f"{where} must be a mapping, not {value!r}")
    return value


def _texts(value: Any, where: str) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
        raise ConfigError(f"{where}: must be a name or a list of names")
    return tuple(values)


def _check_keys(found: Mapping[str, Any], allowed: Sequence[str], where: str, noun: str) -> None:
    unknown = [str(key) for key in found if key not in allowed]
    if unknown:
        close = difflib.get_close_matches(unknown[0], allowed, n=1)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        raise ConfigError(f"{where} has no {noun} {unknown[0]!r}{hint}; {noun}s: {', '.join(allowed) or 'none'}")


def _node(name: str, raw: Any, kinds: Mapping[str, type[Stage]], folder: Path, limit: int | None) -> Node:
    if not isinstance(raw, dict) or "uses" not in raw:
        raise ConfigError(f"{name}: a node is a mapping with at least `uses:`")
    _check_keys(raw, NODE_KEYS, name, "key")
    _check_keys({str(raw["uses"]): 0}, tuple(sorted(kinds)), name, "stage")
    side, options, run = (_mapping(raw.get(key), f"{name}: {key}") for key in ("side", "with", "run"))
    kind = kinds[raw["uses"]]
    if limit is not None and issubclass(kind, SourceStage) and "limit" in _options(kind):
        options["limit"] = limit
    return Node(
        name=name,
        stage=_build(kind, options, f"{name}: {kind.uses()}", folder),
        needs=_texts(raw.get("needs") or [], f"{name}: needs"),
        side={str(role): _texts(names, f"{name}: side {role}") for role, names in side.items()},
        run=_build(RunOptions, run, f"{name}: run", folder),
    )


def _is_enabled(name: str, raw: Mapping[str, Any]) -> bool:
    enabled = raw.get("enabled", True)
    if not isinstance(enabled, bool):
        raise ConfigError(f"{name}: enabled is {enabled!r}; write true or false")
    return enabled


def _without(node: Node, off: frozenset[str]) -> Node:
    """The node as if those that are switched off stood nowhere in the recipe."""
    roles = {"`needs`": node.needs} | {f"side input {role!r}": names for role, names in node.side.items()}
    for role, names in roles.items():
        if names and off.issuperset(names):
            raise ConfigError(
                f"{node.name}: its {role} names only what is switched off ({', '.join(names)}, enabled: false); "
                f"switch {node.name} off too, or name another node"
            )
    needs, *sides = (tuple(name for name in names if name not in off) for names in roles.values())
    return dataclasses.replace(node, needs=needs, side=dict(zip(node.side, sides, strict=True)))


def _options(kind: Any) -> list[str]:
    return [field.name for field in dataclasses.fields(kind) if field.init]


def _build(kind: Any, options: Mapping[str, Any], where: str, folder: Path) -> Any:
    """Makes the dataclass from its options: unknown ones and values of a wrong type are one `ConfigError`."""
    _check_options(kind, options, where)
    try:
        built = TypeAdapter(kind).validate_python(options)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join([where, *(str(part) for part in first["loc"])])
        got = "" if first["type"] in ("missing", "value_error") else f" (got {first['input']!r})"
        hint = "; write a list: [...]" if first["type"] == "list_type" else ""
        raise ConfigError(f"{place}: {first['msg'].removeprefix('Value error, ')}{got}{hint}") from None
    except (ConfigError, ValueError, TypeError) as error:
        raise ConfigError(f"{where}: {error}") from error
    return _with_paths(built, options, folder)


def _check_options(kind: Any, options: Any, where: str) -> None:
    """Refuses unknown keys here and in nested dataclasses, which pydantic would drop."""
    if not dataclasses.is_dataclass(kind) or not isinstance(options, Mapping):
        return
    _check_keys(options, _options(kind), where, "option")
    hints = typing.get_type_hints(kind)
    for name, value in options.items():
        for inner in (hints[name], *typing.get_args(hints[name])):
            for item in _items(value, hints[name]):
                _check_options(inner, item, f"{where}.{name}")


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
        return folder / value.expanduser()
    if isinstance(value, (list, tuple)) and isinstance(raw, (list, tuple)):
        resolved = [_with_paths(item, given, folder) for item, given in zip(value, raw, strict=False)]
        return type(value)(match for item in resolved for match in _matches(item))
    if not dataclasses.is_dataclass(value) or isinstance(value, type) or not isinstance(raw, Mapping):
        return value
    changes = {name: _with_paths(getattr(value, name), given, folder) for name, given in raw.items()}
    changed = {name: new for name, new in changes.items() if new is not getattr(value, name)}
    return dataclasses.replace(value, **changed) if changed else value


def _matches(item: Any) -> list[Any]:
    """The files a pattern such as `crawl/*.warc.gz` names, sorted; one that names none stays, to be missed later."""
    if not isinstance(item, Path) or not any(sign in str(item) for sign in "*?["):
        return [item]
    return sorted(Path(item.anchor).glob(str(item.relative_to(item.anchor)))) or [item]
