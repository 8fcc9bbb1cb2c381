"""What the page is told, as one JSON value: nodes, distributions, the lives of the rows shown. No markup."""

import platform
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import orjson

from pipeline.report.distributions import facet_counts, histograms
from pipeline.report.lives import FATES, Lives, Sight, lives_of
from pipeline.report.sampling import Sample, ancestors, sample
from pipeline.report.steps import Step, label_of
from pipeline.stage import FileStage

DATA_BYTES = 6_000_000
CUTS = (6000, 3000, 1500, 700)  # characters of a text that are shown; the first with which the page is small enough
REPEATED = 40  # characters from which on a text that stands there twice is stored once
ITEMS = 60  # of a list


@dataclass(frozen=True)
class Subject:
    """What a report is about: a recipe's results, or what lies above one data set.

    `versions` are told as they are; `pending` are nodes without a result, as recipe and code stand now.
    """

    title: str
    steps: tuple[Step, ...]
    versions: tuple[Mapping[str, Any], ...] = ()
    pending: tuple[str, ...] = ()


def gathered(subject: Subject) -> bytes:
    """The JSON, no longer than `DATA_BYTES` by much: first texts are cut shorter, then rows are left out."""
    found = sample(subject.steps)
    lives = lives_of(subject.steps, found)
    out = {step.node: step.totals.rows_out for step in subject.steps}
    told = {
        "title": subject.title,
        "made": _made(),
        "pending": list(subject.pending),
        "dropped": [step.node for step in subject.steps if step.is_spent],
        "versions": [dict(one) for one in subject.versions],
        "nodes": [_node(step, found, out) for step in subject.steps],
        "facets": facet_counts(subject.steps),
        "histograms": histograms(subject.steps),
    }
    shown = list(lives.shown)
    for most in CUTS:
        text = orjson.dumps(told | _rows(lives, shown, found, most))
        if len(text) <= DATA_BYTES:
            return text
    while len(text) > DATA_BYTES and len(shown) > 1:
        shown = shown[: len(shown) // 2]
        text = orjson.dumps(told | _rows(lives, shown, found, CUTS[-1]))
    return text


def _made() -> dict[str, str]:
    try:
        release = version("tracemill")
    except PackageNotFoundError:
        release = "?"
    return {
        "at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "tracemill": release,
        "python": platform.python_version(),
        "system": platform.platform(terse=True),
    }


def _node(step: Step, found: Sample, out: Mapping[str, int]) -> dict[str, Any]:
    """`out` has the rows that each node gave: what a node that still runs has taken in is not on record."""
    totals, shown = step.totals, step.shown
    at = step.artifact.finished_at() if step.state == "complete" else None
    return {
        "name": step.node,
        "stage": step.uses,
        "about": _about(step),
        "state": step.state,
        "needs": list(step.needs),
        "side": {role: list(names) for role, names in step.side.items()},
        "is_folder": isinstance(step.stage, FileStage),
        "in": totals.rows_in or sum(out.get(name, 0) for name in step.needs),
        "kept": totals.kept,
        "out": totals.rows_out,
        "rejected": dict(totals.rejected),
        "failed": totals.quarantined,
        "seconds": totals.seconds,
        "counters": dict(totals.counters),
        "key": step.artifact.key,
        "finished": datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC") if at else "",
        "flagged": found.flagged.get(step.node, {}),
        "texts": list(shown.texts),
        "facets": {label_of(path): path for path in shown.facets},
        "numbers": {label_of(path): path for path in shown.numbers},
    }


def _about(step: Step) -> str:
    """What the module says it is there for."""
    lines = (sys.modules[type(step.stage).__module__].__doc__ or "").strip().splitlines()
    return lines[0] if lines else ""


def _rows(lives: Lives, shown: Sequence[str], found: Sample, most: int) -> dict[str, Any]:
    """The rows shown and all of their kin, texts cut to `most` characters."""
    wanted = {row_id: lives.sights[row_id] for row_id in _with_kin(shown, lives)}
    seen = Counter(text for sights in wanted.values() for sight in sights for text in _texts(sight.changes))
    shelf = Shelf(most, frozenset(text for text, times in seen.items() if times > 1))
    return {
        "fates": FATES,
        "rows": {row_id: [shelf.line(sight) for sight in sights] for row_id, sights in wanted.items()},
        "shown": list(shown),
        "flags": {row_id: [[flag.why, flag.node] for flag in found.chosen[row_id]] for row_id in shown},
        "texts": shelf.texts,
    }


@dataclass
class Shelf:
    """Folds values as `data.js` unfolds them: `{"=": place}` is a text on the shelf, `{"~": ...}` one that was cut."""

    most: int
    repeated: frozenset[str]
    places: dict[str, int] = field(default_factory=dict)
    texts: list[Any] = field(default_factory=list)

    def line(self, sight: Sight) -> list[Any]:
        changes = {name: self.folded(value) for name, value in sight.changes.items()}
        return [sight.node, FATES.index(sight.fate), sight.reason, self.cut(sight.detail), changes]

    def folded(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, Mapping):
            return {"{": {name: self.folded(item) for name, item in value.items() if item is not None}}
        return [self.folded(item) for item in value[:ITEMS]] if isinstance(value, list) else value

    def _text(self, text: str) -> Any:
        """A text that stands there twice is stored once."""
        if text not in self.repeated:
            return self.cut(text)
        if text not in self.places:
            self.places[text] = len(self.texts)
            self.texts.append(self.cut(text))
        return {"=": self.places[text]}

    def cut(self, text: str) -> Any:
        return text if len(text) <= self.most else {"~": text[: self.most], "of": len(text)}


def _with_kin(shown: Sequence[str], lives: Lives) -> list[str]:
    below = tuple(f"{row_id}/" for row_id in shown)
    wanted = {name for row_id in shown for name in (row_id, *ancestors(row_id))}
    return [row_id for row_id in sorted(lives.sights) if row_id in wanted or row_id.startswith(below)]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if len(value) >= REPEATED:
            yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value[:ITEMS]:
            yield from _texts(item)
