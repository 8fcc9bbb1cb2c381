"""Finds the stages of the packages a recipe names. A stage is a class in a module; nothing is registered."""

import importlib
import pkgutil
from collections.abc import Sequence

from pipeline.errors import ConfigError
from pipeline.stage import SHAPES, Stage, is_concrete


def discover(packages: Sequence[str]) -> dict[str, type[Stage]]:
    """All stages by their name in recipes; raises `ConfigError` for a package that cannot be imported."""
    found: dict[str, type[Stage]] = {}
    for package in packages:
        for module in _modules(package):
            for kind in vars(importlib.import_module(module)).values():
                if is_concrete(kind) and kind not in SHAPES and kind.__module__ == module:
                    _add(found, kind)
    return found


def _add(found: dict[str, type[Stage]], kind: type[Stage]) -> None:
    name = kind.uses()
    if name in found:
        raise ConfigError(f"two stages are called {name}: {found[name].__module__} and {kind.__module__}; rename one")
    found[name] = kind


def _modules(package: str) -> list[str]:
    try:
        module = importlib.import_module(package)
    except ModuleNotFoundError as error:
        raise ConfigError(f"packages: cannot import {package!r} ({error}); it must be on the Python path") from error
    names = [info.name for info in pkgutil.iter_modules(getattr(module, "__path__", []))]
    return [package, *(f"{package}.{name}" for name in sorted(names) if not name.startswith("_"))]
