"""Finds the stages of the packages a recipe names. A stage is a class in a module; nothing is registered."""

import dataclasses
import importlib
import pkgutil
from collections.abc import Callable, Collection, Sequence
from types import ModuleType

from pipeline.errors import ConfigError
from pipeline.stage import SHAPES, Stage, is_concrete


def discover(packages: Sequence[str], wanted: Collection[str] = ()) -> dict[str, type[Stage]]:
    """All stages by their name in recipes; raises `ConfigError` for a package that cannot be imported.

    Of a single package, where each wanted stage stands in the module of its name, these modules alone are imported.
    """
    if len(packages) == 1 and wanted:
        found = _stages(packages, lambda module: module in packages or module.rpartition(".")[2] in wanted)
        if found.keys() >= {*wanted}:
            return found
    return _stages(packages, lambda module: True)


def _stages(packages: Sequence[str], is_meant: Callable[[str], bool]) -> dict[str, type[Stage]]:
    found: dict[str, type[Stage]] = {}
    for module in filter(is_meant, (module for package in packages for module in _modules(package))):
        for kind in vars(_imported(module)).values():
            if is_concrete(kind) and kind not in SHAPES and kind.__module__ == module:
                _add(found, kind)
    return found


def _add(found: dict[str, type[Stage]], kind: type[Stage]) -> None:
    if not dataclasses.is_dataclass(kind) or not kind.__dataclass_params__.frozen:
        raise ConfigError(
            f"{kind.__module__}.{kind.__name__} must be a frozen dataclass: @dataclass(frozen=True, kw_only=True)"
        )
    name = kind.uses()
    if name in found:
        raise ConfigError(f"two stages are called {name}: {found[name].__module__} and {kind.__module__}; rename one")
    found[name] = kind


def _modules(package: str) -> list[str]:
    names = [info.name for info in pkgutil.iter_modules(getattr(_imported(package), "__path__", []))]
    return [package, *(f"{package}.{name}" for name in sorted(names) if not name.startswith("_"))]


def _imported(module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except (ImportError, SyntaxError) as error:
        itself = isinstance(error, ModuleNotFoundError) and f"{module}.".startswith(f"{error.name}.")
        way_out = "it must be on the Python path" if itself else "something that it needs is missing or broken"
        raise ConfigError(f"packages: cannot import {module!r} ({error}); {way_out}") from error
