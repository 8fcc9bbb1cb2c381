"""What differs between two values of JSON, leaf by leaf."""

from collections.abc import Mapping
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
    """Lists are leaves, but for two of mappings that are equally long."""
    if old == new:
        return []
    if isinstance(old, Mapping) or isinstance(new, Mapping):
        was, now = (side if isinstance(side, Mapping) else {} for side in (old, new))
        names = {key: f"{place}.{key}" if place else str(key) for key in [*was, *now]}
        return [one for key, name in names.items() for one in moved(was.get(key), now.get(key), name)]
    if _hold_mappings(old, new):
        pairs = enumerate(zip(old, new, strict=True))
        return [one for number, pair in pairs for one in moved(*pair, f"{place}[{_name(*pair) or number}]")]
    return [Moved(place=place, old=old, new=new)]


def _hold_mappings(old: Any, new: Any) -> bool:
    if not isinstance(old, list) or not isinstance(new, list) or len(old) != len(new):
        return False
    return all(isinstance(item, Mapping) for item in [*old, *new])


def _name(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """What both say of themselves in a few letters, such as a role or an outcome."""
    told = (value for key, value in old.items() if isinstance(value, str) and value == new.get(key))
    return ",".join(value for value in told if 0 < len(value) <= SHORT)
