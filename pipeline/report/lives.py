"""The lives of the rows that are shown: where each of their ids was seen, and what every node changed about it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import polars as pl

from pipeline.report.sampling import Sample, ancestors, key_of
from pipeline.report.steps import Step

FATES = ("kept", "rejected", "quarantined", "exported")
KINDS = {"data": "kept", "rejects": "rejected", "quarantine": "quarantined", "exported": "exported"}
BELOW = 12  # of what came from a row, so many rows are shown
SEEN = 6  # rows of one id at one node: rejects of a source may share an id


@dataclass(frozen=True)
class Sight:
    """One appearance of an id. `changes` are the fields that differ from what its last appearance showed."""

    node: str
    fate: str
    reason: str
    detail: str
    changes: Mapping[str, Any]


@dataclass
class Lives:
    """By id what was seen of it, in run order; `shown` are the ids that stand in the list of rows."""

    sights: dict[str, list[Sight]] = field(default_factory=lambda: defaultdict(list))
    shown: list[str] = field(default_factory=list)


def lives_of(steps: Sequence[Step], sample: Sample) -> Lives:
    roots = sorted({row_id.partition("/")[0] for row_id in sample.chosen})
    families = set[str]()
    for step in steps:
        for kind in KINDS:
            families.update(_ids(step, kind, roots))
    shown = _shown(sample)
    kin = _kin(shown, families)
    lives = Lives()
    states: dict[str, dict[str, Any]] = defaultdict(dict)
    for step in steps:
        for row_id, sight in _sights(step, kin, states):
            if sum(one.node == step.node and one.fate == sight.fate for one in lives.sights[row_id]) < SEEN:
                lives.sights[row_id].append(sight)
    lives.shown = sorted(shown, key=lambda row_id: _place(row_id, lives, sample))
    return lives


def _place(row_id: str, lives: Lives, sample: Sample) -> tuple[Any, ...]:
    """What is flagged comes first, then who came far."""
    line = (row_id, *ancestors(row_id))
    nodes = {sight.node for name in line for sight in lives.sights.get(name, ())}
    return -len(sample.chosen[row_id]), -len(nodes), key_of(row_id), row_id


def _shown(sample: Sample) -> list[str]:
    """Who is seen in the life of a row below needs no place of its own, if nothing flags it."""
    above = {name for row_id in sample.chosen for name in ancestors(row_id)}
    return [row_id for row_id, flags in sample.chosen.items() if flags or row_id not in above]


def _ids(step: Step, kind: str, roots: Sequence[str]) -> Iterator[str]:
    root = pl.col("id").fill_null("").str.extract(r"^([^/]*)")
    for frame in step.scans(kind):
        yield from frame.filter(root.is_in(roots)).select("id").unique().collect(engine="streaming")["id"]


def _kin(shown: Iterable[str], families: set[str]) -> list[str]:
    """The rows shown, all they came from, and some of what came from them."""
    below: dict[str, list[str]] = defaultdict(list)
    for row_id in sorted(families, key=lambda row_id: (key_of(row_id), row_id)):
        for name in ancestors(row_id):
            below[name].append(row_id)
    kin = set[str]()
    for row_id in shown:
        kin.update((row_id, *ancestors(row_id)))
        for child in below[row_id][:BELOW]:
            kin.update((child, *ancestors(child)))
    return sorted(kin)


def _sights(step: Step, kin: Sequence[str], states: dict[str, dict[str, Any]]) -> Iterator[tuple[str, Sight]]:
    for kind, fate in KINDS.items():
        for line in _lines(step, kind, kin):
            row_id = line["id"] or ""
            row, reason, detail = _told(step, kind, line)
            state = states[row_id]
            changes = {name: value for name, value in row.items() if state.get(name, _absent(value)) != value}
            state.update(changes)
            yield row_id, Sight(step.node, fate, reason, detail, changes)


def _absent(value: Any) -> Any:
    """What is empty from the beginning is not shown."""
    return value if value in (None, "", []) else None


def _told(step: Step, kind: str, line: Mapping[str, Any]) -> tuple[dict[str, Any], str, str]:
    """The row, why it left, and the particulars."""
    if kind == "data":
        return {name: line[name] for name in step.columns if name != "id"}, "", ""
    if kind == "exported":
        return {}, str(line["_file"]), str(line.get("split") or "")
    row = orjson.loads(line["row"] or "{}")
    shown = {name: value for name, value in row.items() if name not in ("id", *_bulky(step))}
    if kind == "rejects":
        return shown, line["reason"], line["detail"] or ""
    return shown, "quarantined", line["error"] or ""


def _bulky(step: Step) -> tuple[str, ...]:
    taken = type(step.stage).row_in
    return taken.shown.bulky if taken else ()


def _lines(step: Step, kind: str, kin: Sequence[str]) -> Iterator[dict[str, Any]]:
    wanted = pl.col("id").fill_null("").is_in(kin)
    if kind == "exported":
        for path in step.files(kind):
            frame = pl.scan_parquet(path, glob=False).filter(wanted)
            told = frame.select(pl.col("^(id|split)$"), pl.lit(path.stem).alias("_file"))
            yield from told.collect(engine="streaming").iter_rows(named=True)
        return
    columns = {"data": step.columns, "rejects": ["id", "reason", "detail", "row"]}.get(kind, ["id", "error", "row"])
    for frame in step.scans(kind):
        yield from frame.filter(wanted).select(columns).collect(engine="streaming").iter_rows(named=True)
