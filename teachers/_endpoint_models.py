"""Whether an endpoint serves the model that was asked for, by its list of models and by what its replies say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from teachers.errors import TeacherConfigError

NAMED = 10


@dataclass(frozen=True, slots=True)
class Models:
    """What `/models` lists: who serves which name. None where a server offers no list."""

    owners: Mapping[str, str | None] | None = None

    @classmethod
    def read(cls, listing: Any) -> "Models":
        entries = listing.get("data") if isinstance(listing, Mapping) else listing
        if not isinstance(entries, list):
            return cls()
        named = [entry for entry in entries if isinstance(entry, Mapping) and isinstance(entry.get("id"), str)]
        return cls({entry["id"]: entry.get("owned_by") for entry in named} or None)

    def owner(self, model: str, *, at: str) -> str | None:
        """Who serves `model` there; raises `TeacherConfigError` where it is not listed."""
        if self.owners is None:
            return None
        if model not in self.owners:
            others = sorted(self.owners)
            named = ", ".join(others[:NAMED]) + (f" and {len(others) - NAMED} more" if len(others) > NAMED else "")
            raise TeacherConfigError(f"{at} does not serve the model {model!r}; it serves: {named}")
        return self.owners[model]

    def allows(self, replied: Any, *, asked: str) -> bool:
        """Whether a reply in the name of `replied` may be one of `asked`.

        Servers spell a model with its folder, or with the date of the version behind an alias. A server that lists
        `asked` may answer in any name but that of another model it lists.
        """
        if not isinstance(replied, str) or not replied:
            return True
        one, other = _plain(asked), _plain(replied)
        if one == other or any(other.startswith(one + sign) for sign in "-@:"):
            return True
        return self.owners is not None and replied not in self.owners


def _plain(name: str) -> str:
    return name.rstrip("/").rpartition("/")[2].casefold()
