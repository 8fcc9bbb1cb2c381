"""The life of one row: where it and its kin stand in a store, and what became of them in each view of an export.

A recipe tells of the results that it and the code make now. A version names the results that it was made from, so its
rows have their whole life also after recipe or code have changed, as long as the store keeps them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pyarrow.parquet as pq

from pipeline.artifact import Artifact
from pipeline.config import Recipe
from pipeline.errors import ConfigError
from pipeline.id_index import places_of
from pipeline.look import survey_of
from pipeline.seek import Place, kin, places, read
from pipeline.session import last_keys
from pipeline.stage import FileStage
from pipeline.store import Store
from pipeline.version_manifest import parents_of
from pipeline.versions import Version, read_manifest, versions
from pipeline.views import places_in

EXPORTED = "exported"
# Why a node has nothing to tell.
OUT_OF_DATE, NOT_RUN, GONE, DROPPED = "out of date", "not run", "gone", "rows dropped"
STALE = (OUT_OF_DATE, NOT_RUN)
FATES = {"data": "kept", "rejects": "rejected", "quarantine": "quarantined"}
# A beginning that so many rows share, kin aside, names none of them.
MOST_ROWS = 50


@dataclass(frozen=True)
class Sighting:
    """One appearance of a row or its kin: `fate` is kept, rejected, quarantined, exported, or absent from a view.

    `reason` and `detail` of a dropped row are those of its node. Of an exported one they are the view, and the file
    with the number of the row in it, from 0; it is not read where a recipe is traced, for the nodes show it. Where a
    node has no result to look into, its fate is that: out of date, not run, or gone from the store. Where the rows it
    kept were dropped, only those that it did not keep are found; "rows dropped" stands for the others.
    """

    node: str
    stage: str
    fate: str
    id: str
    reason: str = ""
    detail: str = ""
    row: dict[str, Any] = field(default_factory=dict)

    @property
    def is_stale(self) -> bool:
        """Whether the node's result is not the one that recipe and code make now."""
        return self.fate in STALE


@dataclass(frozen=True)
class _Found:
    """The wanted rows in one kind of files of a node, or, with `kind` "exported", in a view or another folder."""

    node: str
    stage: str
    kind: str
    places: Sequence[Place] = ()
    where: str = ""


@dataclass(frozen=True)
class _Result:
    """What a node left in a store; `exports` is the folder of its versions, where it publishes."""

    node: str
    stage: str
    artifact: Artifact
    exports: Path | None = None


def trace(recipe: Recipe, row_id: str) -> list[Sighting]:
    """Every appearance of a row, of what it came from and of what came from it, in run order.

    `row_id` may be cut short within its first part, if no row has just this id. Raises `ConfigError` when it appears
    nowhere, or begins the ids of many.
    """
    survey, located = survey_of(recipe)
    earlier, found = last_keys(survey.store, recipe.name), list[_Found]()
    for name, one in located.items():
        stage = recipe.nodes[name].stage
        uses = type(stage).uses()
        if one is None or one.state == "missing":
            is_stale = any(survey.store.artifact(uses, key).is_complete for key in earlier.get(name, []))
            found.append(_Found(name, uses, OUT_OF_DATE if is_stale else NOT_RUN))
            continue
        does_publish = isinstance(stage, FileStage) and type(stage).publishes
        exports = recipe.exports / str(getattr(stage, "name")) if does_publish else None  # noqa: B009
        found += _parts(_Result(name, uses, one.artifact, exports), kin(row_id))
    return list(_sightings(_narrowed(found, row_id, f"{survey.store}; ids: tracemill show CONFIG NODE"), row_id))


def trace_version(path: Path, row_id: str, store: Store | None = None) -> list[Sighting]:
    """The same for the views of a version, with the rows as they stand there; from a store also for the nodes above."""
    label, manifest = Version(path, 0).label, read_manifest(path)
    found = list(_above(manifest, store, kin(row_id))) if store else []
    if found and all(part.kind == GONE for part in found):
        raise ConfigError(f"{store or ''} holds no result that {label} was made from; name its store")
    found += _views(path, manifest, kin(row_id), _Found(label, "", EXPORTED, where=label))
    return list(_sightings(_narrowed(found, row_id, label), row_id, whole=True))


def _above(manifest: Mapping[str, Any], store: Store, wanted: pl.Expr) -> Iterator[_Found]:
    for one in parents_of(manifest):
        artifact = store.artifact(one.stage, one.key)
        if artifact.exists:
            yield from _parts(_Result(one.node, one.stage, artifact), wanted)
        else:
            yield _Found(one.node, one.stage, GONE)


def _parts(of: _Result, wanted: pl.Expr) -> Iterator[_Found]:
    folder = of.artifact.folder
    is_spent = of.artifact.is_spent
    if is_spent:
        yield _Found(of.node, of.stage, DROPPED)
    for kind in [kind for kind in FATES if not (is_spent and kind == "data")]:
        yield _Found(of.node, of.stage, kind, places_of(of.artifact, kind, wanted))
    if not of.artifact.is_complete or not folder.exists():
        return
    manifest = read_manifest(folder) if of.exports else {}
    if of.exports and "rows" in manifest:
        label = _published(of.exports, manifest)
        yield from _views(folder, manifest, wanted, _Found(of.node, of.stage, EXPORTED, where=label))
        return
    for path in sorted(folder.rglob("*.parquet")):
        if "id" in pq.read_schema(path).names:
            yield _Found(of.node, of.stage, EXPORTED, places([path], wanted))


def _published(exports: Path, manifest: Mapping[str, Any]) -> str:
    """The version that has the content of an export; a name that no version has where it was not published yet."""
    same = (one.label for one in versions(exports) if one.manifest()["digest"] == manifest["digest"])
    return next(same, f"{exports.name}@(unpublished)")


def _views(folder: Path, manifest: Mapping[str, Any], wanted: pl.Expr, of: _Found) -> Iterator[_Found]:
    for view in manifest.get("rows", {}):
        yield replace(of, places=places_in(folder, view, wanted), where=f"{of.where} {view}")


def _narrowed(found: Sequence[_Found], row_id: str, store: str) -> list[_Found]:
    """Without the rows that only begin like the wanted one, where there is one with just this id."""
    ids = {place.id for part in found for place in part.places}
    if not ids:
        stale, dropped = ([part.node for part in found if part.kind in kinds] for kinds in (STALE, (DROPPED,)))
        but = f"; not looked into, for they are out of date or have not run: {', '.join(stale)}" if stale else ""
        but += f"; whose rows were dropped (keep: results): {', '.join(dropped)}" if dropped else ""
        raise ConfigError(f"no row with an id like {row_id!r} in {store}{but}")
    if row_id in ids:
        inside = {one for one in ids if f"{one}/".startswith(f"{row_id}/") or f"{row_id}/".startswith(f"{one}/")}
        return [replace(part, places=[place for place in part.places if place.id in inside]) for part in found]
    firsts = sorted({one.partition("/")[0] for one in ids})
    if len(firsts) > MOST_ROWS:
        raise ConfigError(f"{len(firsts):,} rows have an id like {row_id!r}, such as {firsts[0]!r}; give more of it")
    return list(found)


def _sightings(found: Sequence[_Found], row_id: str, *, whole: bool = False) -> Iterator[Sighting]:
    for part in found:
        if part.kind == EXPORTED:
            yield from _exported(part, row_id, whole=whole)
        elif part.kind in FATES:
            yield from (_stored(part, row) for row in read(part.places))
        else:
            yield Sighting(part.node, part.stage, part.kind, row_id)


def _stored(part: _Found, row: dict[str, Any]) -> Sighting:
    fate = FATES[part.kind]
    if part.kind == "data":
        return Sighting(part.node, part.stage, fate, row["id"], row=row)
    reason = row["reason" if part.kind == "rejects" else "error"]
    inside = orjson.loads(row["row"] or "{}")
    return Sighting(part.node, part.stage, fate, row["id"], reason or "", row.get("detail") or "", inside)


def _exported(part: _Found, row_id: str, *, whole: bool) -> Iterator[Sighting]:
    if part.where and not part.places:
        yield Sighting(part.node, part.stage, "absent", row_id, part.where)
    rows: Sequence[dict[str, Any]] = read(part.places) if whole else [{}] * len(part.places)
    for place, row in zip(part.places, rows, strict=True):
        where = f"{place.path.parent.name}/{place.path.name} row {place.row}" if part.where else place.path.name
        yield Sighting(part.node, part.stage, EXPORTED, place.id, part.where, where, row)
