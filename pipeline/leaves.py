"""What differs between two values of JSON, leaf by leaf."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SHORT = 24


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A leaf that differs, by its place such as `sft.tokens.mean`; None where that side has none."""

    place: str
    old: Any
    new: Any

    @property
    def is_number(self) -> bool:
        return all(side is None or isinstance(side, int | float) for side in (self.old, self.new))


def moved(old: Any, new: Any, place: str = "") -> list[Moved]:
    """Lists are leaves, but for those of mappings: these are paired by what they are called, else by their numbers."""
    if old == new:
        return []
    if isinstance(old, Mapping) or isinstance(new, Mapping):
        was, now = (side if isinstance(side, Mapping) else {} for side in (old, new))
        names = {key: f"{place}.{key}" if place else str(key) for key in [*was, *now]}
        return [one for key, name in names.items() for one in moved(was.get(key), now.get(key), name)]
    if not _hold_mappings(old, new):
        return [Moved(place=place, old=old, new=new)]
    was, now = _named(old, new)
    found = [one for key in dict.fromkeys([*was, *now]) for one in moved(was.get(key), now.get(key), f"{place}[{key}]")]
    return found or [Moved(place=place, old=old, new=new)]  # in another order


def _hold_mappings(old: Any, new: Any) -> bool:
    if not (isinstance(old, list) and isinstance(new, list) and old and new):
        return False
    return all(isinstance(item, Mapping) for item in [*old, *new])


def _named(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> list[dict[str, Mapping[str, Any]]]:
    """Both lists by what their items are called: the first short words, such as a role, that tell all of them apart.

    An item whose words are all null stands for all, such as the counts of every teacher. Without such words an item is
    called by its number.
    """
    keys: list[str] = []
    for key in old[0]:
        if all(key in item and _is_name(item[key]) for item in [*old, *new]):
            keys.append(key)
            sides = [{_called(item, keys): item for item in items} for items in (old, new)]
            if [*map(len, sides)] == [len(old), len(new)]:
                return sides
    return [{str(number): item for number, item in enumerate(items)} for items in (old, new)]


def _is_name(value: Any) -> bool:
    return value is None or (isinstance(value, str) and 0 < len(value) <= SHORT)


def _called(item: Mapping[str, Any], keys: Sequence[str]) -> str:
    return ",".join(item[key] for key in keys if item[key] is not None) or "all"
