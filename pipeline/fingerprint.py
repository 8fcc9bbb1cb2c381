"""What makes a result new: the canonical payload of a node, and its digest.

Cheap stages carry a digest of their code in the key. Expensive ones carry their `version`, and the code is a guard:
see `guard`. Options at their default stay out of the payload, so a new option with a default re-buys nothing; a changed
default is a change of code, which the key (or the guard) sees.
"""

import ast
import dataclasses
import hashlib
import importlib
import importlib.util
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import orjson

from pipeline.errors import ConfigError
from pipeline.schema import schema_payload
from pipeline.stage import Stage

FORMAT = 1
_ABSENT = object()


def digest_of(payload: Any) -> str:
    """sha256 (hex) of a canonical JSON value."""
    value = canonical(payload)
    try:
        return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()
    except orjson.JSONEncodeError as error:
        raise ConfigError(f"{_short(str(value))} has no canonical form: {error}") from error


def canonical(value: Any) -> Any:
    """Plain JSON with one spelling; raises `ConfigError` on a value that has none."""
    if value is None or isinstance(value, (bool, int, str)):
        return value.value if isinstance(value, StrEnum) else value
    if isinstance(value, float):
        return _canonical_float(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return canonical_config(value)
    if isinstance(value, Mapping):
        return {_text_key(key): canonical(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    raise ConfigError(f"{value!r} ({type(value).__name__}) has no canonical form; use numbers, text, lists or mappings")


def _canonical_float(value: float) -> Any:
    if value != value or value in (float("inf"), float("-inf")):
        raise ConfigError(f"{value} has no canonical form; use a finite number")
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _text_key(key: Any) -> str:
    if not isinstance(key, str):
        raise ConfigError(f"mapping key {key!r} must be text")
    return key


def canonical_config(config: Any) -> dict[str, Any]:
    """A dataclass as JSON without fields at their default and without paths (what they hold is pinned)."""
    payload = {}
    for field in dataclasses.fields(config):
        value = getattr(config, field.name)
        if not _holds_paths(value) and value != _default(field):
            payload[field.name] = canonical(value)
    return payload


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not dataclasses.MISSING else _ABSENT


def _holds_paths(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return bool(value) and all(isinstance(item, Path) for item in value)
    return isinstance(value, Path)


# Code


def _syntax(node: Any) -> Any:
    """A syntax tree as nested lists without positions, comments, docstrings and empty fields.

    Our own and not `ast.dump`: the latter prints fields that newer Pythons add, so keys would move with the Python.
    """
    if isinstance(node, ast.JoinedStr):
        # Python 3.12 puts empty text behind a nested format specification.
        return ["JoinedStr", *(_syntax(part) for part in node.values if getattr(part, "value", None) != "")]
    if isinstance(node, ast.AST):
        fields = [
            [name, _syntax(value)]
            for name, value in ast.iter_fields(node)
            if name not in ("ctx", "kind", "type_comment") and value is not None and value != []
        ]
        return [type(node).__name__, *fields]
    if isinstance(node, list):
        return [_syntax(item) for item in node]
    return f"{type(node).__name__}:{node!r}"


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if not isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) or not body:
            continue
        first = body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            node.body = body[1:]
    return tree


def source_digest(source: str) -> str:
    """Digest of what a module's code means: comments, docstrings and layout do not count."""
    tree = _syntax(_without_docstrings(ast.parse(source)))
    return hashlib.sha256(orjson.dumps(tree)).hexdigest()


@cache
def _module_path(module: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(module)
    except (ModuleNotFoundError, ValueError):
        return None
    return Path(spec.origin) if spec and spec.origin and spec.origin.endswith(".py") else None


@cache
def _parsed(path: Path) -> tuple[str, tuple[tuple[str, int, tuple[str, ...]], ...]]:
    """A module's digest, and its imports as (module, level, names)."""
    source = path.read_text(encoding="utf-8")
    imports: list[tuple[str, int, tuple[str, ...]]] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            imports += [(alias.name, 0, ()) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imports.append((node.module or "", node.level, tuple(alias.name for alias in node.names)))
    return source_digest(source), tuple(imports)


def _imported(module: str, path: Path) -> Iterator[str]:
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for name, level, members in _parsed(path)[1]:
        base = name
        if level:
            above = package.split(".")[: len(package.split(".")) - level + 1]
            base = ".".join([*above, name] if name else above)
        parts = base.split(".")
        yield from (".".join(parts[: end + 1]) for end in range(len(parts)))
        yield from (f"{base}.{member}" for member in members)


def first_party(packages: Iterable[str]) -> frozenset[str]:
    """Top-level packages whose code counts: those of the recipe, and what each lists in `code_packages`."""
    names = {package.split(".")[0] for package in packages}
    for package in packages:
        names.update(getattr(importlib.import_module(package), "code_packages", ()))
    return frozenset(names)


def code_digest(module: str, own: frozenset[str]) -> str:
    """Digest of a module and the first-party modules it imports, transitively.

    Modules named `records` are left out: they declare row types, which enter the key as the schema.
    """
    seen: dict[str, str] = {}
    todo = [module]
    while todo:
        name = todo.pop()
        if name in seen or name.split(".")[0] not in own or name.split(".")[-1] == "records":
            continue
        path = _module_path(name)
        if path is None:
            continue
        seen[name] = _parsed(path)[0]
        todo.extend(_imported(name, path))
    return digest_of(sorted(seen.items()))


def package_versions(packages: Sequence[str]) -> dict[str, str | None]:
    return {package: _version(package) for package in packages}


@cache
def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


# Keys


@dataclass(frozen=True)
class Fingerprint:
    """`payload` decides the key; `guard` is compared on a hit of an expensive stage."""

    payload: dict[str, Any]
    guard: dict[str, Any]

    @property
    def key(self) -> str:
        return digest_of(self.payload)


def fingerprint(
    stage: Stage, *, inputs: Mapping[str, Any], pins: Mapping[str, str], own: frozenset[str]
) -> Fingerprint:
    """The identity of one node's result; `inputs` maps roles to content digests (`needs` to a list of them)."""
    kind = type(stage)
    guard = {"code": code_digest(kind.__module__, own), "packages": package_versions(kind.packages)}
    payload: dict[str, Any] = {
        "format": FORMAT,
        "stage": kind.uses(),
        "version": kind.version,
        "config": canonical_config(stage),
        "inputs": dict(inputs),
        "pins": dict(pins),
        "schema": schema_payload(kind.row_out) if kind.row_out else None,
    }
    if kind.expensive:
        return Fingerprint(payload, guard)
    return Fingerprint(payload | guard, {})


def differences(old: Any, new: Any, where: str = "") -> list[str]:
    """Leaf by leaf, what changed between two payloads: `config.samples: 4 -> 2`."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        found = []
        for key in sorted(old.keys() | new.keys()):
            place = f"{where}.{key}" if where else str(key)
            found += differences(old.get(key, "(default)"), new.get(key, "(default)"), place)
        return found
    return [] if old == new else [f"{where}: {_short(old)} -> {_short(new)}"]


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return text if len(text) <= 60 else f"{text[:12]}..."
