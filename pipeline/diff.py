"""What changed between two versions of a data set, and what of the recipe made it change."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.diff_nodes import FunnelChange, NodeChange, funnel_changes, node_changes
from pipeline.diff_rows import ViewChange, compared, view_change
from pipeline.diff_why import Reasons
from pipeline.errors import ConfigError
from pipeline.leaves import Moved, moved
from pipeline.remote.path import path_of
from pipeline.remote.place import is_address
from pipeline.remote.pulling import pulled
from pipeline.store import Store
from pipeline.versions import Version, located, read_manifest, resolve, versions

# What is told apart, or follows from what is: counts by source and teacher stand in the statistics too.
APART = frozenset(
    {
        "name",
        "format",
        "digest",
        "rows",
        "files",
        "funnel",
        "parents",
        "environment",
        "statistics",
        "tokens",
        "teachers",
    }
)


@dataclass(frozen=True, kw_only=True)
class Diff:
    """`is_same` content has the same digest; `nodes` may differ all the same, and `facts` such as licences.

    With `has_store` the store was asked why rows came and went.
    """

    old: str
    new: str
    is_same: bool
    formats: tuple[int, int]
    nodes: Sequence[NodeChange]
    environment: Sequence[Moved]
    funnel: Sequence[FunnelChange]
    views: Sequence[ViewChange]
    statistics: Sequence[Moved]
    facts: Sequence[Moved]
    has_store: bool

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def pair(first: str, second: str | None, *, exports: Path) -> tuple[Path, Path]:
    """The folders of two versions: of the two given, or of the one given and the one before it.

    `NAME` alone is the last two versions. Raises `ConfigError` where there is none before.
    """
    if second is not None:
        return resolve(first, exports=exports), resolve(second, exports=exports)
    folder = path_of(first) if is_address(first) else exports / first
    known = versions(folder) if folder.is_dir() else []
    path = known[-1].path.resolve() if known else located(first, exports=exports)
    earlier = [version.path.resolve() for version in versions(path.parent)]
    place = earlier.index(path) if path in earlier else 0
    if not place:
        raise ConfigError(f"{_label(path)} has no version before it to compare with; give two versions")
    return pulled(earlier[place - 1]), pulled(path)


def _label(path: Path) -> str:
    return Version(path, 0).label


@dataclass(frozen=True)
class Side:
    """One of the two versions."""

    path: Path
    manifest: Mapping[str, Any]

    @property
    def format(self) -> int:
        return int(self.manifest.get("format", 1))

    @property
    def views(self) -> dict[str, int]:
        """Rows by view."""
        rows = self.manifest.get("rows", {})
        return {view: sum(splits.values()) for view, splits in rows.items() if (self.path / view).is_dir()}

    def facts(self, other: "Side") -> dict[str, Any]:
        """The rest of the manifest: columns of views that both have, by name; sources without counts of rows."""
        facts = {key: value for key, value in self.manifest.items() if key not in APART}
        sources = facts.get("sources", {})
        return facts | {
            "schemas": {view: _columns(of) for view, of in facts.get("schemas", {}).items() if view in other.views},
            "sources": {name: {key: of[key] for key in of if key != "views"} for name, of in sources.items()},
        }


def _columns(schema: Sequence[Sequence[Any]]) -> dict[str, str]:
    """Types by column; `?` where a value may be null."""
    return {name: f"{kind}{'?' if is_nullable else ''}" for name, kind, is_nullable in schema}


def compare(old: Path, new: Path, *, samples: int = 5, store: Store | None = None) -> Diff:
    """Compares two versions' folders; with the store that made them also why rows came and went.

    The first `samples` ids of each kind of change are told.
    """
    before, after = Side(old, read_manifest(old)), Side(new, read_manifest(new))
    was, now = before.manifest, after.manifest
    return Diff(
        old=_label(old),
        new=_label(new),
        is_same=was["digest"] == now["digest"],
        formats=(before.format, after.format),
        nodes=node_changes(was, now, store),
        environment=moved(was.get("environment", {}), now.get("environment", {})),
        funnel=funnel_changes(was, now),
        views=_views(before, after, samples=samples, store=store),
        statistics=_statistics(was, now),
        facts=moved(before.facts(after), after.facts(before)),
        has_store=store is not None,
    )


def _statistics(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Moved]:
    """The numbers that differ, of the views that both have."""
    was, now = (manifest.get("statistics", {}) for manifest in (old, new))
    shared = [view for view in now if view in was]
    return [one for view in shared for one in moved(was[view], now[view], view) if one.is_number]


def _views(old: Side, new: Side, *, samples: int, store: Store | None) -> list[ViewChange]:
    reasons = Reasons.of(old.manifest, new.manifest, store) if store else None
    found = []
    for view in dict.fromkeys([*new.views, *old.views]):
        if view not in old.views or view not in new.views:
            found.append(ViewChange(view=view, old_rows=old.views.get(view), new_rows=new.views.get(view)))
            continue
        sides = compared(old.path, new.path, view)
        num_rows = (old.views[view], new.views[view])
        found.append(view_change(sides, num_rows, samples=samples, why=reasons.why(sides) if reasons else {}))
    return found
