"""What a dataclass says of its fields: types and defaults as YAML spells them, texts from its docstrings."""

import dataclasses
import enum
import inspect
import re
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml

_ENTRY = re.compile(r"(?P<names>[\w*]+(?:, [\w*]+)*)\s+--\s(?P<text>.*)")
_SENTENCE = re.compile(r"(?<=\.)\s+(?=[`\"A-Z])")
_PLAIN = {
    str: "text", int: "whole number", float: "number", bool: "true or false", Path: "path", types.NoneType: "null",
    Any: "any value", type: "type",
}  # fmt: skip


@dataclass(frozen=True)
class Option:
    """A field as one sets it. `text` is empty where its docstrings say nothing of it."""

    name: str
    kind: str
    default: str
    text: str


def prose(kind: Any) -> str:
    """The docstring without the lines `name -- meaning`, which go into the table."""
    return _parts(kind)[0]


def summary(kind: Any) -> str:
    """Of the prose the first sentence, and those that name no field, for their place is in the table."""
    sentences = _SENTENCE.split(" ".join(prose(kind).split()))
    names = [field.name for field in dataclasses.fields(kind)]
    return " ".join([*sentences[:1], *(one for one in sentences[1:] if not any(_names(one, name) for name in names))])


def entries(kind: Any) -> dict[str, str]:
    """What those lines say, by name."""
    return _parts(kind)[1]


def options(kind: Any, homes: Mapping[type, str]) -> list[Option]:
    """Every field that a user may set; `homes` says on which page a nested dataclass stands."""
    hints = typing.get_type_hints(kind)
    return [
        Option(
            field.name, spelled(hints[field.name], homes), _default(field, hints[field.name]), meaning(kind, field.name)
        )
        for field in dataclasses.fields(kind)
        if field.init
    ]


def table(found: list[Option], noun: str = "option") -> list[str]:
    """The lines of a Markdown table."""
    rows = [f"| `{one.name}` | {one.kind} | {one.default} | {cell(one.text)} |" for one in found]
    return [f"| {noun} | type | default | meaning |", "|---|---|---|---|", *rows]


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def spelled(hint: Any, homes: Mapping[type, str]) -> str:
    """A type in words; a nested dataclass is a link to its section, `rows.md#span` for one."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, members = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return " or ".join(spelled(member, homes) for member in members)
    if origin is typing.Literal:
        return _choice(members)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return _choice([member.value for member in hint])
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return f"[{hint.__name__}]({homes.get(hint, '')}#{hint.__name__.lower()})"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"mapping of names to {spelled(members[1], homes)}"
    if origin in (list, tuple):
        return f"list of {spelled(members[0], homes)}"
    raise TypeError(f"{hint} has no spelling here yet")


def _choice(values: Any) -> str:
    return ", ".join(f"`{value}`" for value in values)


def nested(kind: Any) -> Iterator[tuple[str, type]]:
    """The dataclasses inside the fields of one, each with the field it stands in; theirs are not followed."""
    for name, hint in typing.get_type_hints(kind).items():
        if name in {field.name for field in dataclasses.fields(kind) if field.init}:
            yield from ((name, inner) for inner in _dataclasses(hint))


def _dataclasses(hint: Any) -> Iterator[type]:
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        yield hint
    for member in typing.get_args(hint):
        yield from _dataclasses(member)


def _default(field: "dataclasses.Field[Any]", hint: Any) -> str:
    if field.default is not dataclasses.MISSING:
        return f"`{written(field.default)}`"
    if field.default_factory is dataclasses.MISSING:
        return "required"
    made = field.default_factory()
    members = typing.get_args(hint)
    if members and isinstance(members[0], enum.EnumType) and made == list(members[0]):
        return "all"
    return f"`{written(made)}`"


def written(value: Any) -> str:
    """A value as YAML on one line."""
    text = yaml.safe_dump(_plain(value), default_flow_style=True, width=10_000, sort_keys=False, allow_unicode=True)
    return text.removesuffix("...\n").strip()


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, Path):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(inner) for name, inner in _set_apart(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _set_apart(value: Any) -> Iterator[tuple[str, Any]]:
    """What differs from the defaults of the dataclass itself."""
    for field in dataclasses.fields(value):
        own = getattr(value, field.name)
        usual = field.default if field.default_factory is dataclasses.MISSING else field.default_factory()
        if own != usual:
            yield field.name, own


def meaning(kind: Any, name: str) -> str:
    """Its entry in the nearest docstring, else the sentences that name it, else what its own dataclass says first."""
    parts = [_parts(one) for one in kind.__mro__ if dataclasses.is_dataclass(one)]
    for _, said in parts:
        if found := next((text for pattern, text in said.items() if fnmatch(name, pattern)), ""):
            return found
    inner = next((inner for field, inner in nested(kind) if field == name), None)
    told = _naming((text for text, _ in parts), name) or (_SENTENCE.split(summary(inner))[0] if inner else "")
    return told or _naming((text for _, said in parts for text in said.values()), name)


def _naming(texts: Iterable[str], name: str) -> str:
    """The sentences that name a field, each once."""
    sentences = dict.fromkeys(one for text in texts for one in _SENTENCE.split(" ".join(text.split())))
    return " ".join(one for one in sentences if _names(one, name))


def _names(sentence: str, field: str) -> bool:
    return f"`{field}`" in sentence or f"`{field}:" in sentence


def _parts(kind: Any) -> tuple[str, dict[str, str]]:
    """Of the class's own docstring: the prose, and what its lines `name, name -- meaning` say of each name."""
    doc = vars(kind).get("__doc__") or ""
    if doc.startswith(f"{kind.__name__}("):  # what dataclasses write where nobody wrote anything
        doc = ""
    kept, entries, names = list[str](), dict[str, str](), list[str]()
    for line in inspect.cleandoc(doc).splitlines():
        if found := _ENTRY.fullmatch(line):
            names = found["names"].split(", ")
            entries |= dict.fromkeys(names, found["text"])
        elif names and line.startswith("  "):
            entries |= {name: f"{entries[name]} {line.strip()}" for name in names}
        else:
            names = []
            kept.append(line)
    return "\n".join(kept).strip(), entries
