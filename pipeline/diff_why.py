"""Why rows stand in one version and not in the other: what the nodes that changed dropped then and drop now.

The store still has the artifacts that a manifest names, with the rows each of them rejected. A row counts as dropped by
the first node, in run order, that rejected it or a row above it and did not do so in the other version.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipeline.diff_rows import Sides
from pipeline.store import Artifact, Store

UNKNOWN = "(no node of the store dropped them)"


@dataclass(frozen=True)
class Reasons:
    """The rows dropped in one version and not in the other: `id`, and `why` as `node: reason`."""

    then: pl.DataFrame
    now: pl.DataFrame

    @classmethod
    def of(cls, old: Mapping[str, Any], new: Mapping[str, Any], store: Store) -> "Reasons":
        return cls(then=_dropped(old, new, store), now=_dropped(new, old, store))

    def why(self, sides: Sides) -> dict[str, dict[str, int]]:
        """By fate: what dropped the removed rows now, and the added ones then."""
        told = {"removed": _counts(sides.ids("removed"), self.now), "added": _counts(sides.ids("added"), self.then)}
        return {fate: reasons for fate, reasons in told.items() if reasons}


def _dropped(manifest: Mapping[str, Any], other: Mapping[str, Any], store: Store) -> pl.DataFrame:
    same = {parent["node"]: parent["key"] for parent in other.get("parents", [])}
    stages = {step["node"]: step["stage"] for step in manifest.get("funnel", [])}
    frames = [pl.DataFrame(schema={"id": pl.String, "why": pl.String})]
    for parent in manifest.get("parents", []):
        node, key = parent["node"], parent["key"]
        if same.get(node) == key:
            continue
        rejects = _rejects(store.artifact(parent.get("stage") or stages[node], key))
        if node in same:
            stage = next(one for one in other["funnel"] if one["node"] == node)["stage"]
            rejects = rejects.join(_rejects(store.artifact(stage, same[node])), on=["id", "reason"], how="anti")
        frames.append(rejects.select("id", why=pl.format("{}: {}", pl.lit(node), "reason")))
    return pl.concat(frames).unique("id", keep="first", maintain_order=True)


def _rejects(artifact: Artifact) -> pl.DataFrame:
    paths = artifact.side_files("rejects")
    if not paths:
        return pl.DataFrame(schema={"id": pl.String, "reason": pl.String})
    return pl.scan_parquet(paths, glob=False).select("id", "reason").collect()


def _counts(ids: pl.Series, found: pl.DataFrame) -> dict[str, int]:
    """How many of these rows each node and reason dropped, most first."""
    left, counts = ids.to_frame("row").with_columns(id="row"), list[pl.DataFrame]()
    for level in _levels(left):
        counts.append(level.join(found, on="id", how="inner").select("row", "why"))
    told = pl.concat(counts).unique("row", keep="first", maintain_order=True) if counts else None
    by_reason = dict(told["why"].value_counts(sort=True).iter_rows()) if told is not None else {}
    rest = len(ids) - sum(by_reason.values())
    return by_reason | ({UNKNOWN: rest} if rest else {})


def _levels(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows with their own ids, then with those of the rows above them, level by level."""
    while rows.height:
        yield rows
        rows = rows.with_columns(id=pl.col("id").str.extract(r"^(.+)/[^/]*$")).drop_nulls("id")
