"""What makes a result new: the canonical payload of a node, and its digest.

Cheap stages carry a digest of their code in the key. Expensive ones carry their `version`, and the code is a guard:
see `guard`. Options at their default stay out of the payload, so a new option with a default re-buys nothing; a changed
default is a change of code, which the key (or the guard) sees.
"""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import orjson

from pipeline.code import ParsedModules, code_digest
from pipeline.errors import ConfigError
from pipeline.schema import schema_payload
from pipeline.stage import Stage

FORMAT = 1
# Values of more characters are cut where they are told.
LONG = 60
_ABSENT = object()
_PLAIN = frozenset({str, int, bool, type(None)})


def digest_of(payload: Any) -> str:
    """sha256 (hex) of a canonical JSON value."""
    value = canonical(payload)
    try:
        return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()
    except orjson.JSONEncodeError as error:
        raise ConfigError(f"{_short(str(value))} has no canonical form: {error}") from error


def canonical(value: Any) -> Any:
    """Plain JSON with one spelling; raises `ConfigError` on a value that has none."""
    if type(value) in _PLAIN:  # most values, and request keys are made by the million
        return value
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
    """A dataclass as JSON without fields at their default and without paths (what they hold is pinned).

    A field declared with the metadata `{"keyed": False}` says how something is run; it stays out too.
    """
    payload = {}
    for field in dataclasses.fields(config):
        if not field.metadata.get("keyed", True):
            continue
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
    stage: Stage, *, inputs: Mapping[str, Any], pins: Mapping[str, str], own: frozenset[str], modules: ParsedModules
) -> Fingerprint:
    """The identity of one node's result; `inputs` maps roles to content digests (`needs` to a list of them)."""
    kind = type(stage)
    guard = {"code": code_digest(kind.__module__, own, modules), "packages": package_versions(kind.packages)}
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
    """Leaf by leaf, what changed between two payloads: `config.samples: 4 -> 2`; short lists are leaves."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        found = []
        for key in sorted(old.keys() | new.keys()):
            place = f"{where}.{key}" if where else str(key)
            found += differences(old.get(key, "(default)"), new.get(key, "(default)"), place)
        return found
    if old == new:
        return []
    if isinstance(old, list) and isinstance(new, list) and any(len(_told(side)) > LONG for side in (old, new)):
        if len(old) != len(new):
            return [f"{where}: {len(old):,} entries -> {len(new):,}"]
        pairs = enumerate(zip(old, new, strict=True))
        return [line for number, pair in pairs for line in differences(*pair, f"{where}[{number}]")]
    return [f"{where}: {_short(old)} -> {_short(new)}"]


def _told(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _short(value: Any) -> str:
    text = _told(value)
    return text if len(text) <= LONG else f"{text[:12]}..."
