"""Columns of rows that someone else named and filled: found by name, read as text."""

import math
from collections.abc import Mapping
from typing import Any


class BadRowError(ValueError):
    """A row that cannot be used; `reason` is counted, the message says why."""

    def __init__(self, detail: str, *, reason: str = "bad_row") -> None:
        super().__init__(detail)
        self.reason = reason


def text_of(row: Mapping[str, Any], name: str) -> str:
    """The column as text: 70.0 reads "70", a list its members joined; raises `BadRowError` where there is none."""
    text = optional_text(row, name)
    if text is None:
        is_there = has_column(row, name)
        raise BadRowError(f"{name!r} is empty" if is_there else f"no {name!r}; columns: {', '.join(map(str, row))}")
    return text


def optional_text(row: Mapping[str, Any], name: str | None) -> str | None:
    return (_spell(value_of(row, name)).strip() or None) if name else None


def has_column(row: Mapping[str, Any], name: str) -> bool:
    """Whether it is there, be it empty."""
    if name in row:
        return True
    value: Any = row
    for part in name.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return False
        value = value[part]
    return True


def value_of(row: Mapping[str, Any], name: str) -> Any:
    """What the column holds; by the whole name first, since names may have dots in them."""
    if name in row:
        return row[name]
    value: Any = row
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _spell(value: Any) -> str:
    if value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, float):
        return "" if math.isnan(value) else str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, list):
        return ", ".join(map(_spell, value))
    return str(value)


def slug(text: str) -> str:
    """An id part: a slash would make it a path, whose parts are parents."""
    return "".join(char if char.isalnum() or char in "._-" else "-" for char in text)
