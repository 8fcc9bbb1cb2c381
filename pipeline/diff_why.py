"""Why rows stand in one version and not in the other: what the nodes that changed dropped then and drop now.

The store still has the artifacts that a manifest names, with the rows each of them rejected. A row counts as dropped by
the first node, in run order, that rejected it or a row above it and did not do so in the other version.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipeline.artifact import Artifact
from pipeline.diff_rows import Sides
from pipeline.store import Store
from pipeline.version_manifest import parents_of

UNKNOWN = "(no node of the store dropped them)"


@dataclass(frozen=True)
class Reasons:
    """The rows dropped in one version and not in the other: `id`, and `why` as `node: reason`.

    `gone` are nodes whose results the store does not have, so that what they dropped is not known.
    """

    then: pl.DataFrame
    now: pl.DataFrame
    gone: Sequence[str]

    @classmethod
    def of(cls, old: Mapping[str, Any], new: Mapping[str, Any], store: Store) -> "Reasons":
        gone = dict.fromkeys([*_gone(old, new, store), *_gone(new, old, store)])
        return cls(then=_dropped(old, new, store), now=_dropped(new, old, store), gone=[*gone])

    def why(self, sides: Sides) -> dict[str, dict[str, int]]:
        """By fate: what dropped the removed rows now, and the added ones then."""
        rest = f"(not known: the store lacks results of {', '.join(self.gone)})" if self.gone else UNKNOWN
        told = {
            "removed": _counts(sides.ids("removed"), self.now, rest),
            "added": _counts(sides.ids("added"), self.then, rest),
        }
        return {fate: reasons for fate, reasons in told.items() if reasons}


def _gone(manifest: Mapping[str, Any], other: Mapping[str, Any], store: Store) -> list[str]:
    """The nodes that the other version has not by the same key, and of which the store has nothing."""
    same = {(parent["node"], parent["key"]) for parent in other.get("parents", [])}
    differing = [one for one in parents_of(manifest) if (one.node, one.key) not in same]
    return [one.node for one in differing if not store.artifact(one.stage, one.key).exists]


def _dropped(manifest: Mapping[str, Any], other: Mapping[str, Any], store: Store) -> pl.DataFrame:
    same = {parent["node"]: parent["key"] for parent in other.get("parents", [])}
    stages = {parent.node: parent.stage for parent in parents_of(other)}
    frames = [pl.DataFrame(schema={"id": pl.String, "why": pl.String})]
    for one in parents_of(manifest):
        if same.get(one.node) == one.key:
            continue
        rejects = _rejects(store.artifact(one.stage, one.key))
        if one.node in same:
            before = _rejects(store.artifact(stages[one.node], same[one.node]))
            rejects = rejects.join(before, on=["id", "reason"], how="anti")
        frames.append(rejects.select("id", why=pl.format("{}: {}", pl.lit(one.node), "reason")))
    return pl.concat(frames).unique("id", keep="first", maintain_order=True)


def _rejects(artifact: Artifact) -> pl.DataFrame:
    paths = artifact.side_files("rejects")
    if not paths:
        return pl.DataFrame(schema={"id": pl.String, "reason": pl.String})
    return pl.scan_parquet(paths, glob=False).select("id", "reason").collect()


def _counts(ids: pl.Series, found: pl.DataFrame, others: str) -> dict[str, int]:
    """How many of these rows each node and reason dropped, most first; `others` are those that none did."""
    left, counts = ids.to_frame("row").with_columns(id="row"), list[pl.DataFrame]()
    for level in _levels(left):
        counts.append(level.join(found, on="id", how="inner").select("row", "why"))
    told = pl.concat(counts).unique("row", keep="first", maintain_order=True) if counts else None
    by_reason = dict(told["why"].value_counts(sort=True).iter_rows()) if told is not None else {}
    rest = len(ids) - sum(by_reason.values())
    return by_reason | ({others: rest} if rest else {})


def _levels(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows with their own ids, then with those of the rows above them, level by level."""
    while rows.height:
        yield rows
        rows = rows.with_columns(id=pl.col("id").str.extract(r"^(.+)/[^/]*$")).drop_nulls("id")
