"""YAML as written: no key twice, `{file: ...}` replaced by what the file holds, one message for what is wrong."""

from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import ConfigError


class _Loader(yaml.SafeLoader):
    """Safe YAML that refuses a key given twice, which plain YAML silently lets win."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = [key for index, key in enumerate(keys) if key in keys[:index]]
        if twice:
            raise ConfigError(f"line {node.start_mark.line + 1}: key {twice[0]!r} stands twice in one mapping")
        return super().construct_mapping(node, deep=deep)


class FromFile(dict[str, Any]):
    """A mapping read through `{file: ...}`: paths inside it are relative to that file."""

    folder: Path


def read_mapping(path: Path, what: str) -> dict[str, Any]:
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # derives from SafeLoader
    except FileNotFoundError:
        raise ConfigError(f"{what}: there is no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{what} cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{what} is not valid YAML: {str(error).splitlines()[0]}{_mark(error)}") from error
    except ConfigError as error:
        raise ConfigError(f"{what}: {error}") from None
    if not isinstance(loaded, dict):
        raise ConfigError(f"{what} must be a mapping of keys to values")
    return loaded


def _mark(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f" (line {mark.line + 1})" if mark else ""


def expand(value: Any, folder: Path, where: str) -> Any:
    """Replaces each `{file: path}` by the mapping that the file holds."""
    if isinstance(value, list):
        return [expand(item, folder, where) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"file"}:
        path = folder / str(value["file"])
        if not path.exists():
            raise ConfigError(
                f"{where}: file {value['file']}: there is no such file in {folder.absolute()}; "
                "files count from the folder of the file that names them"
            )
        loaded = FromFile(read_mapping(path, f"{where}: file {path}"))
        loaded.folder = path.parent
        return loaded
    return {key: expand(item, folder, f"{where}.{key}") for key, item in value.items()}
