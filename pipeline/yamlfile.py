"""YAML as written, of whatever origin: no key twice, `{file: ...}` replaced by what the file holds, one message."""

from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import ConfigError

# Far more than any recipe needs, and little enough to be read in a second or two.
MOST_CHARACTERS, MOST_VALUES, MOST_LEVELS = 2_000_000, 20_000, 50
MOST_DIGITS = 100  # of a number as it is written: `int` takes a time that grows with their square
LARGEST = 2**63 - 1  # what JSON and columns hold
INT, FLOAT = "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"


class _Loader(yaml.SafeLoader):
    """Safe YAML in bounded time and memory that refuses a key given twice, which plain YAML silently lets win.

    An alias counts as often as it stands: ten lines of them can name more values than there are atoms.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._level = self._composed = 0
        self._sizes: dict[int, int] = {}

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        self._level, self._composed = self._level + 1, self._composed + 1
        if self._level > MOST_LEVELS:
            raise ConfigError(f"{_line(event)}more than {MOST_LEVELS} values one in another")
        if self._composed > MOST_VALUES:
            raise ConfigError(f"{_line(event)}more than {MOST_VALUES:,} values")
        node: Any = super().compose_node(parent, index)
        self._level -= 1
        if isinstance(node, yaml.CollectionNode) and id(node) not in self._sizes:
            if isinstance(event, yaml.AliasEvent):
                raise ConfigError(f"{_line(event)}the alias *{event.anchor} stands inside what it names")
            self._sizes[id(node)] = self._size(node)
        return node

    def _size(self, node: Any) -> int:
        """How many values it holds, aliases written out."""
        parts = (part for item in node.value for part in (item if isinstance(item, tuple) else (item,)))
        size = 1 + sum(self._sizes.get(id(part), 1) for part in parts)
        if size > MOST_VALUES:
            raise ConfigError(f"{_line(node)}more than {MOST_VALUES:,} values, aliases written out")
        return size

    def compose_mapping_node(self, anchor: Any) -> Any:
        node: Any = super().compose_mapping_node(anchor)
        known = set[tuple[str, str]]()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            if (key.tag, key.value) in known:
                raise ConfigError(f"{_line(node)}key {key.value!r} stands twice in one mapping")
            known.add((key.tag, key.value))
        return node

    def construct_scalar(self, node: Any) -> Any:
        if node.tag in (INT, FLOAT) and len(node.value) > MOST_DIGITS:
            raise ConfigError(f"{_line(node)}a number of {len(node.value):,} signs; put it in quotes if it is a text")
        value = super().construct_scalar(node)
        if isinstance(value, str) and any("\ud800" <= sign <= "\udfff" for sign in value):
            raise ConfigError(f"{_line(node)}half of a surrogate pair, which is no text")
        return value

    def construct_yaml_int(self, node: Any) -> int:
        value: int = super().construct_yaml_int(node)
        if abs(value) > LARGEST:
            raise ConfigError(f"{_line(node)}{node.value} does not fit into 64 bits; put it in quotes if it is a text")
        return value


_Loader.add_constructor(INT, _Loader.construct_yaml_int)


def _line(marked: Any) -> str:
    return f"line {marked.start_mark.line + 1}: "


class FromFile(dict[str, Any]):
    """A mapping read through `{file: ...}`: paths inside it are relative to that file."""

    folder: Path


def read_mapping(path: Path, what: str) -> dict[str, Any]:
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(MOST_CHARACTERS + 1)
    except FileNotFoundError:
        raise ConfigError(f"{what}: there is no such file") from None
    except IsADirectoryError:
        raise ConfigError(f"{what} cannot be read: it is a folder; name the file in it") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{what} cannot be read: it is no text in UTF-8") from None
    except OSError as error:
        raise ConfigError(f"{what} cannot be read: {error}") from error
    loaded = parsed(text, what)
    if not isinstance(loaded, dict):
        raise ConfigError(f"{what} must be a mapping of keys to values")
    return loaded


def parsed(text: str, what: str) -> Any:
    """The value of a YAML text; raises `ConfigError` beginning with `what`."""
    if len(text) > MOST_CHARACTERS:
        raise ConfigError(f"{what} is longer than {MOST_CHARACTERS:,} characters")
    try:
        return yaml.load(text, Loader=_Loader)  # derives from SafeLoader
    except yaml.YAMLError as error:
        raise ConfigError(f"{what} is not valid YAML: {str(error).splitlines()[0]}{_mark(error)}") from error
    except ConfigError as error:
        raise ConfigError(f"{what}: {error}") from None
    except (ValueError, LookupError, AttributeError) as error:  # of a date such as 2026-02-31, of `!!bool maybe`
        raise ConfigError(f"{what} holds what is no value: {error}") from error


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
