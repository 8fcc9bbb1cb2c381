"""Which rows of a view two versions share: by the index of ids, splits and row digests that lies beside the rows."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from pipeline.leaves import Moved, moved
from pipeline.seek import read, these
from pipeline.views import index_of, places_in

# So many changed rows are read whole to tell which columns they differ in.
COMPARED = 20
FATES = ("added", "removed", "changed", "moved")


@dataclass(frozen=True, kw_only=True)
class RowChange:
    """One row that stands in both versions: what differs, column by column."""

    id: str
    differences: Sequence[Moved]


@dataclass(frozen=True, kw_only=True)
class ViewChange:
    """The rows of one view then and now; `old_rows` or `new_rows` is None where that version has no such view.

    `changed` is None where a version has no index: its rows are then known by their ids alone. `moved` rows changed
    their split. `ids` holds the first ids by fate, `columns` how many of the changed rows that were read differ where,
    `why` by fate how many rows were dropped by which node then or now, as `node: reason`.
    """

    view: str
    old_rows: int | None
    new_rows: int | None
    added: int = 0
    removed: int = 0
    changed: int | None = 0
    moved: int = 0
    ids: Mapping[str, Sequence[str]] = field(default_factory=dict)
    splits: Mapping[str, int] = field(default_factory=dict)
    num_compared: int = 0
    columns: Mapping[str, int] = field(default_factory=dict)
    samples: Sequence[RowChange] = ()
    why: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def is_same(self) -> bool:
        return not (self.added or self.removed or self.changed or self.moved) and self.old_rows == self.new_rows


@dataclass(frozen=True)
class Sides:
    """The rows of a view that differ: `id`, `split` then and `split_new`, and a flag for each fate."""

    old: Path
    new: Path
    view: str
    rows: pl.DataFrame
    has_digests: bool

    def ids(self, fate: str) -> pl.Series:
        return self.rows.filter(pl.col(fate))["id"]

    def first(self, fate: str, most: int) -> list[str]:
        """The first ids, in the order of ids."""
        return sorted(self.ids(fate).bottom_k(most))


def compared(old: Path, new: Path, view: str) -> Sides:
    (before, knows_before), (after, knows_after) = index_of(old, view), index_of(new, view)
    has_digests = knows_before and knows_after
    is_both = pl.col("split").is_not_null() & pl.col("split_new").is_not_null()
    rows = before.join(after, on="id", how="full", coalesce=True, suffix="_new").select(
        "id",
        "split",
        "split_new",
        added=pl.col("split").is_null(),
        removed=pl.col("split_new").is_null(),
        moved=is_both & (pl.col("split") != pl.col("split_new")),
        changed=is_both & (pl.col("digest") != pl.col("digest_new")) if has_digests else pl.lit(False),
    )
    return Sides(old, new, view, rows.filter(pl.any_horizontal(*FATES)).collect(), has_digests)


def view_change(
    sides: Sides, num_rows: tuple[int, int], *, samples: int, why: Mapping[str, Mapping[str, int]]
) -> ViewChange:
    """What is told of a view; the first `samples` ids of each fate."""
    counts = {fate: int(sides.rows[fate].sum()) for fate in FATES}
    moves = sides.rows.filter("moved").group_by("split", "split_new").len().sort("split", "split_new")
    changes = _changes(sides, max(samples, COMPARED))
    columns = Counter(name for row in changes for name in {_column(one.place) for one in row.differences})
    return ViewChange(
        view=sides.view,
        old_rows=num_rows[0],
        new_rows=num_rows[1],
        added=counts["added"],
        removed=counts["removed"],
        changed=counts["changed"] if sides.has_digests else None,
        moved=counts["moved"],
        ids={fate: sides.first(fate, samples) for fate in FATES if counts[fate]},
        splits={f"{was} -> {now}": count for was, now, count in moves.iter_rows()},
        num_compared=len(changes),
        columns=dict(sorted(columns.items(), key=lambda item: (-item[1], item[0]))),
        samples=changes[:samples],
        why=why,
    )


def _changes(sides: Sides, most: int) -> list[RowChange]:
    """The first changed rows, read from both versions; those that kept their split before those that only show it."""
    stayed = sides.rows.filter(pl.col("changed") & ~pl.col("moved"))["id"].bottom_k(most)
    ids = sorted(stayed) or sides.first("changed", most)
    was, now = (
        {row["id"]: row for row in read(places_in(path, sides.view, these(ids)))} for path in (sides.old, sides.new)
    )
    return [RowChange(id=one, differences=moved(was[one], now[one])) for one in ids]


def _column(place: str) -> str:
    """The column of a place such as `provenance.cluster` or `messages[0].content`."""
    return re.split(r"[.\[]", place, maxsplit=1)[0]
