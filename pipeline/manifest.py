"""What is written beside the rows: one report a shard, one manifest an artifact."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from pipeline.fingerprint import FORMAT, digest_of
from pipeline.schema import DIGEST_MODULUS

FRACTION_FROM_ROWS = 1000


def _sealed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """With a sum over them: a flipped bit may leave JSON that reads as something else."""
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False)
    return {**facts, "check": hashlib.sha256(text.encode()).hexdigest()[:16]}


def _unsealed(data: Mapping[str, Any]) -> dict[str, Any]:
    """Raises `ValueError` where they are not what was written; what was written before there were sums has none."""
    facts = {name: value for name, value in data.items() if name != "check"}
    if "check" in data and _sealed(facts) != data:
        raise ValueError("it is not what was written")
    return facts


@dataclass(frozen=True, kw_only=True)
class ShardReport:
    """Counts of one shard. `rows_in == kept + sum(rejected) + quarantined`; `rows_out` counts what `kept` became.

    `digest` is the sum of the row digests modulo 2**256 (hex), so it depends neither on row order nor on sharding.
    In a remote store a report also says what its shard's `files` are, bytes and sha256 by name, and of which cut of the
    input into shards it is one: `layout`.
    """

    index: int
    rows_in: int
    kept: int
    rows_out: int
    rejected: Mapping[str, int]
    quarantined: int
    digest: str
    seconds: float
    counters: Mapping[str, float] = field(default_factory=dict)
    layout: str = ""
    files: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        accounted = self.kept + sum(self.rejected.values()) + self.quarantined
        assert self.rows_in == accounted, f"shard {self.index}: {self.rows_in} rows in, {accounted} accounted for"

    def to_json(self) -> dict[str, Any]:
        facts = asdict(self)
        return _sealed({name: fact for name, fact in facts.items() if fact or name not in ("layout", "files")})

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ShardReport":
        return cls(**_unsealed(data))


@dataclass(frozen=True, kw_only=True)
class Totals:
    """The counts of all shards of a node together, as funnels show them."""

    rows_in: int = 0
    kept: int = 0
    rows_out: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)
    quarantined: int = 0
    seconds: float = 0.0
    counters: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, reports: Iterable[ShardReport]) -> "Totals":
        reports = list(reports)
        rejected: Counter[str] = Counter()
        counters: Counter[str] = Counter()
        for report in reports:
            rejected.update(report.rejected)
            counters.update(report.counters)
        return cls(
            rows_in=sum(report.rows_in for report in reports),
            kept=sum(report.kept for report in reports),
            rows_out=sum(report.rows_out for report in reports),
            rejected=dict(sorted(rejected.items(), key=lambda item: (-item[1], item[0]))),
            quarantined=sum(report.quarantined for report in reports),
            seconds=sum(report.seconds for report in reports),
            counters=dict(counters),
        )

    def over_budget(self, max_errors: float, *, finished: bool) -> bool:
        """Whether more rows failed than allowed; a share means little before the first thousand rows."""
        if not self.quarantined:
            return False
        judged = finished or max_errors == 0 or self.rows_in >= FRACTION_FROM_ROWS
        return judged and self.quarantined > max_errors * self.rows_in


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """Written last: its presence says that the artifact is whole. `digest` identifies the content."""

    stage: str
    key: str
    digest: str
    num_shards: int
    totals: Totals
    guard: Mapping[str, Any]
    pins: Mapping[str, str]
    environment: Mapping[str, Any]
    format: int = FORMAT

    def to_json(self) -> dict[str, Any]:
        return _sealed(asdict(self))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Manifest":
        facts = _unsealed(data)
        return cls(**{**facts, "totals": Totals(**facts["totals"])})


class Fate(StrEnum):
    """Of rows that can be made again: they are on their way out, gone, or being made again."""

    GOING = "going"
    GONE = "gone"
    COMING = "coming"


@dataclass(frozen=True, kw_only=True)
class Spent:
    """Says that rows were dropped on purpose, and what they were: those made again must have this digest."""

    fate: Fate
    digest: str
    shards: int
    bytes: int

    def to_json(self) -> dict[str, Any]:
        return _sealed(asdict(self))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Spent":
        facts = _unsealed(data)
        return cls(**{**facts, "fate": Fate(facts["fate"])})


def content_digest(reports: Iterable[ShardReport]) -> str:
    """Digest of an artifact's rows as a multiset: number of rows and sum of their 256-bit digests."""
    total, rows = 0, 0
    for report in reports:
        total = (total + int(report.digest, 16)) % DIGEST_MODULUS
        rows += report.rows_out
    return digest_of({"rows": rows, "sum": f"{total:064x}"})
