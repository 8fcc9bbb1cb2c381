"""The life of one row: where it and its kin stand in a store, and what became of them in each view of an export."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pyarrow.parquet as pq

from pipeline.config import Recipe
from pipeline.errors import ConfigError
from pipeline.id_index import places_of
from pipeline.lineage import Located
from pipeline.look import survey_of
from pipeline.seek import Place, kin, places, read
from pipeline.stage import FileStage
from pipeline.versions import Version, read_manifest, versions
from pipeline.views import places_in

EXPORTED = "exported"
FATES = {"data": "kept", "rejects": "rejected", "quarantine": "quarantined"}
# A beginning that so many rows share, kin aside, names none of them.
MOST_ROWS = 50


@dataclass(frozen=True)
class Sighting:
    """One appearance of a row or its kin: `fate` is kept, rejected, quarantined, exported, or absent from a view.

    `reason` and `detail` of a dropped row are those of its node. Of an exported one they are the view, and the file
    with the number of the row in it, from 0; it is not read where a recipe is traced, for the nodes show it.
    """

    node: str
    stage: str
    fate: str
    id: str
    reason: str = ""
    detail: str = ""
    row: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Found:
    """The wanted rows in one kind of files of a node, or, with `kind` "exported", in a view or another folder."""

    node: str
    stage: str
    kind: str
    places: Sequence[Place]
    where: str = ""


def trace(recipe: Recipe, row_id: str) -> list[Sighting]:
    """Every appearance of a row, of what it came from and of what came from it, in run order.

    `row_id` may be cut short within its first part, if no row has just this id. Raises `ConfigError` when it appears
    nowhere, or begins the ids of many.
    """
    _, located = survey_of(recipe)
    found = [part for name, one in located.items() if one for part in _parts(recipe, name, one, kin(row_id))]
    return list(_sightings(_narrowed(found, row_id, f"{recipe.store}; ids: tracemill show CONFIG NODE"), row_id))


def trace_version(path: Path, row_id: str) -> list[Sighting]:
    """The same for the views of a version alone, with the rows as they stand there."""
    label = Version(path, 0).label
    found = _views(path, read_manifest(path), kin(row_id), _Found(label, "", EXPORTED, (), label))
    return list(_sightings(_narrowed(list(found), row_id, label), row_id, whole=True))


def _parts(recipe: Recipe, name: str, one: Located, wanted: pl.Expr) -> Iterator[_Found]:
    stage, folder = type(one.node.stage).uses(), one.artifact.folder
    for kind in FATES:
        yield _Found(name, stage, kind, places_of(one.artifact, kind, wanted))
    if not one.artifact.is_complete or not folder.exists():
        return
    does_publish = isinstance(one.node.stage, FileStage) and type(one.node.stage).publishes
    manifest = read_manifest(folder) if does_publish else {}
    if "rows" in manifest:
        label = _published(recipe.exports / str(getattr(one.node.stage, "name")), manifest)  # noqa: B009
        yield from _views(folder, manifest, wanted, _Found(name, stage, EXPORTED, (), label))
        return
    for path in sorted(folder.rglob("*.parquet")):
        if "id" in pq.read_schema(path).names:
            yield _Found(name, stage, EXPORTED, places([path], wanted))


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
        raise ConfigError(f"no row with an id like {row_id!r} in {store}")
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
            continue
        for row in read(part.places):
            yield _stored(part, row)


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
