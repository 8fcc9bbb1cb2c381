"""YAML to typed nodes: the only place that sees a raw mapping. Every message names node, field, fact and way out."""

import dataclasses
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pipeline.context import RunOptions
from pipeline.discovery import discover
from pipeline.errors import ConfigError
from pipeline.options import build, check_keys, options_of
from pipeline.redaction import shown
from pipeline.remote.address import store_address
from pipeline.remote.fields import elsewhere, with_matches
from pipeline.remote.objects import Remote
from pipeline.remote.path import RemotePath, path_of
from pipeline.remote.place import WEB, is_address, scheme_of
from pipeline.stage import SourceStage, Stage
from pipeline.yamlfile import expand, parsed, read_mapping

TOP_KEYS = ("name", "store", "exports", "inputs", "packages", "keep", "nodes")
_NAME = re.compile(r"\w[\w.-]*")
NODE_KEYS = ("enabled", "uses", "needs", "side", "with", "run")


class Keep(StrEnum):
    """Which rows stay when nobody needs them any more: all, or only those that nothing makes again at no cost."""

    ALL = "all"
    RESULTS = "results"


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
    """A recipe that was read and checked. `resolved` is what its file says with all overrides, as plain values.

    `store` is the folder of the store or, where that is `remote`, of its mirror on this machine. `limit` makes it a
    trial: so many rows of each source.
    """

    name: str
    path: Path
    store: Path
    exports: Path
    packages: tuple[str, ...]
    nodes: Mapping[str, Node]
    resolved: Mapping[str, Any]
    remote: Remote | None = None
    keep: str = "all"
    limit: int | None = None


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
    check_keys(raw, TOP_KEYS, f"{path}", "key")
    if not isinstance(raw.get("nodes"), dict) or not raw["nodes"]:
        raise ConfigError(f"{path}: `nodes:` must map node names to nodes")
    raw["nodes"] = {str(name): expand(node, path.parent, f"{name}") for name, node in raw["nodes"].items()}
    for override in overrides:
        _override(raw, override)
    name = str(raw.get("name", path.stem))
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{path}: name {name!r} names folders; use letters, digits, dots, dashes and underscores")
    packages = _texts(raw.get("packages", ["stages"]), "packages")
    uses = {str(node["uses"]) for node in raw["nodes"].values() if isinstance(node, dict) and "uses" in node}
    kinds = discover(packages, uses)
    inputs = _place(_folder(raw, "inputs", ".", f"{path}"), path.parent, "inputs")
    nodes = {name: _node(name, node, kinds, inputs, limit) for name, node in raw["nodes"].items()}
    off = frozenset(name for name, node in raw["nodes"].items() if not _is_enabled(name, node))
    folder, remote = store_address(store or _folder(raw, "store", "data/store", f"{path}"), os.environ)
    return Recipe(
        name=name,
        path=path,
        store=folder,
        remote=remote,
        exports=_writable(_place(_folder(raw, "exports", "exports", f"{path}"), Path().absolute(), "exports")),
        packages=packages,
        nodes={name: _found(_without(node, off)) for name, node in nodes.items() if name not in off},
        resolved=_plain(raw),
        keep=_keep(raw.get("keep", Keep.ALL), f"{path}"),
        limit=limit,
    )


def _keep(value: Any, where: str) -> str:
    if value not in list(Keep):
        raise ConfigError(f"{where}: keep is {value!r}; write {' or '.join(Keep)}")
    return str(value)


def _folder(raw: Mapping[str, Any], key: str, default: str, where: str) -> str:
    value = raw.get(key, default)
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{where}: {key} is {value!r}; write the path of one folder, in quotes if it looks otherwise")
    return value


def _place(text: str, folder: Path, where: str) -> Path:
    try:
        return path_of(text, folder)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from None


def _writable(exports: Path) -> Path:
    if isinstance(exports, RemotePath) and scheme_of(exports.address) in WEB:
        raise ConfigError(f"exports: {exports}: nothing is written to the web; name a folder or a bucket")
    return exports


def _plain(value: Any) -> Any:
    """As JSON for people: an address without what may be a credential."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, str) and is_address(value):
        return shown(value)
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _override(raw: dict[str, Any], override: str) -> None:
    target, equals, text = override.partition("=")
    steps = target.strip().split(".")
    if not equals or not all(steps):
        raise ConfigError(f"--set {override!r}: write NODE.OPTION=VALUE")
    value = parsed(text, f"--set {override!r}: {text!r}") if text else None
    value = expand(value, Path(), f"--set {steps[-1]}")  # what is typed counts from where one types it
    if len(steps) == 1:
        check_keys({steps[0]: value}, ("name", "store", "exports", "inputs", "keep"), "--set", "key")
        if steps[0] == "inputs":
            # A folder typed on the command line counts from where one types it, as that of the store does.
            folder = _folder({"inputs": value}, "inputs", "", f"--set {override!r}")
            value = folder if is_address(folder) else str(path_of(folder).absolute())
        raw[steps[0]] = value
        return
    check_keys({steps[0]: value}, tuple(raw["nodes"]), "--set", "node")
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


def _node(name: str, raw: Any, kinds: Mapping[str, type[Stage]], folder: Path, limit: int | None) -> Node:
    if not isinstance(raw, dict) or "uses" not in raw:
        raise ConfigError(f"{name}: a node is a mapping with at least `uses:`")
    check_keys(raw, NODE_KEYS, name, "key")
    check_keys({str(raw["uses"]): 0}, tuple(sorted(kinds)), name, "stage")
    side, options, run = (_mapping(raw.get(key), f"{name}: {key}") for key in ("side", "with", "run"))
    kind = kinds[raw["uses"]]
    if limit is not None and issubclass(kind, SourceStage) and "limit" in options_of(kind):
        options["limit"] = limit
    return Node(
        name=name,
        stage=build(kind, options, f"{name}: {kind.uses()}", folder),
        needs=_texts(raw.get("needs") or [], f"{name}: needs"),
        side={str(role): _texts(names, f"{name}: side {role}") for role, names in side.items()},
        run=build(RunOptions, run, f"{name}: run", folder),
    )


def _is_enabled(name: str, raw: Mapping[str, Any]) -> bool:
    enabled = raw.get("enabled", True)
    if not isinstance(enabled, bool):
        raise ConfigError(f"{name}: enabled is {enabled!r}; write true or false")
    return enabled


def _found(node: Node) -> Node:
    """The node with the files that its patterns name elsewhere. Only what reads sources goes there."""
    if isinstance(node.stage, SourceStage):
        return dataclasses.replace(node, stage=with_matches(node.stage, node.name))
    for path in elsewhere(node.stage):
        why = "lies elsewhere, where only readers go; fetch it, and write its whole path"
        raise ConfigError(f"{node.name}: {path} {why}")
    return node


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
