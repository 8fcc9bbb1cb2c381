"""Which rows a report shows: a few of every node, fate, reason and source, more of those to look at first.

A row is chosen by the digest of its root, the first part of its id, and then of each longer part. So one choice tends
to serve all nodes, whole lives come into the page, and equal stores give equal samples.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from zlib import crc32

import polars as pl

from pipeline.errors import ConfigError
from pipeline.report.steps import Step, column_of

ROOTS = 24  # a stratum
ROOTS_FLAGGED = 60
MOST = 1200  # of the whole page
GROUP = ("fate", "reason", "is_flagged")
STRATUM = (*GROUP, "stratum")


@dataclass(frozen=True)
class Flag:
    """Why a row is to be looked at first, and the node that says so."""

    why: str
    node: str


@dataclass
class Sample:
    """The ids that are shown, each with its flags, and how many rows of all each node flagged, by why."""

    chosen: dict[str, list[Flag]] = field(default_factory=dict)
    flagged: dict[str, dict[str, int]] = field(default_factory=dict)


def sample(steps: Sequence[Step]) -> Sample:
    by_name = {step.node: step for step in steps}
    found, tables = Sample(), [_keyed(_nothing()).with_columns(node=pl.lit(""))]
    for step in steps:
        table, flagged = _candidates(step, by_name)
        tables.append(table.with_columns(node=pl.lit(step.node)))
        found.flagged[step.node] = flagged
    for row in _most_telling(pl.concat(tables)).iter_rows(named=True):
        flags = found.chosen.setdefault(row["id"], [])
        if row["is_flagged"]:
            flags.append(Flag(row["reason"], row["node"]))
    return found


def _most_telling(candidates: pl.DataFrame) -> pl.DataFrame:
    """The first of every group, then the second, and so on; flagged ones come eight times as early."""
    group = ["node", *GROUP]
    in_stratum = pl.col("key").rank("ordinal").over(["node", *STRATUM])
    spread = candidates.with_columns(turn=in_stratum).sort("turn", "key", "id")
    place = pl.int_range(pl.len()).over(group) // pl.when("is_flagged").then(8).otherwise(1)
    return spread.with_columns(place=place).sort("place", *group, "key", "id").head(MOST)


def _candidates(step: Step, by_name: Mapping[str, Step]) -> tuple[pl.DataFrame, dict[str, int]]:
    """The few rows of each stratum of a node, and how many of all rows it flags, by why."""
    kept, flagged = _nothing(), dict[str, int]()
    for part in _kept(step):
        for why, count in part.filter("is_flagged").group_by("reason").len().sort("reason").iter_rows():
            flagged[why] = flagged.get(why, 0) + count
        kept = _few(pl.concat([kept, part]))
    for part in (*_rejected(step, by_name), *_failed(step), *_exported(step)):
        kept = _few(pl.concat([kept, part]))
    return _keyed(kept), flagged


def _nothing() -> pl.DataFrame:
    texts = {name: pl.String for name in ("id", "fate", "reason", "stratum")}
    return pl.DataFrame(schema={**texts, "is_flagged": pl.Boolean})


def _line(stratum: pl.Expr, *, fate: str, reason: pl.Expr, flagged: bool = False) -> list[pl.Expr]:
    return [
        pl.col("id").fill_null(""),
        pl.lit(fate).alias("fate"),
        reason.cast(pl.String).fill_null("").alias("reason"),
        stratum.cast(pl.String).alias("stratum"),
        pl.lit(flagged).alias("is_flagged"),
    ]


def _stratum(step: Step) -> pl.Expr:
    facets = step.shown.facets
    return column_of(facets[0]) if facets else pl.lit(None)


def _kept(step: Step) -> Iterator[pl.DataFrame]:
    for frame in step.scans("data"):
        yield frame.select(_line(_stratum(step), fate="kept", reason=pl.lit(""))).collect(engine="streaming")
        for why, condition in step.stage.suspicious().items():
            line = _line(_stratum(step), fate="kept", reason=pl.lit(why), flagged=True)
            try:
                yield frame.filter(condition).select(line).collect(engine="streaming")
            except pl.exceptions.PolarsError as error:
                said = str(error).splitlines()[0]
                raise ConfigError(f"{step.node}: `suspicious` of {step.uses} cannot tell {why!r}: {said}") from error


def _rejected(step: Step, by_name: Mapping[str, Step]) -> Iterator[pl.DataFrame]:
    """A dropped row stands in no column of its own, so what it was spread by is looked up in the node it came from."""
    above = [by_name[name] for name in step.needs if name in by_name and by_name[name].shown.facets]
    came = [
        frame.select("id", _stratum(one).cast(pl.String).alias("stratum"))
        for one in above
        for frame in one.scans("data")
    ]
    for frame in step.scans("rejects"):
        gone = frame.select("id", "reason")
        stratum = pl.lit(None)
        if came:
            origin = pl.concat(came).join(gone.select("id"), on="id", how="semi").unique("id", keep="any")
            gone, stratum = gone.join(origin, on="id", how="left"), pl.col("stratum")
        yield gone.select(_line(stratum, fate="rejected", reason=pl.col("reason"))).collect(engine="streaming")


def _failed(step: Step) -> Iterator[pl.DataFrame]:
    kind = pl.col("error").str.extract(r"^(\w+)")
    for frame in step.scans("quarantine"):
        line = _line(kind, fate="quarantined", reason=pl.lit("quarantined"), flagged=True)
        yield frame.select(line).collect(engine="streaming")


def _exported(step: Step) -> Iterator[pl.DataFrame]:
    for path in step.files("exported"):
        frame = pl.scan_parquet(path, glob=False)
        split = pl.col("split") if "split" in frame.collect_schema().names() else pl.lit(None)
        line = _line(split, fate="exported", reason=pl.lit(path.stem))
        yield frame.select(line).collect(engine="streaming")


def _few(rows: pl.DataFrame) -> pl.DataFrame:
    """Of each stratum the rows of the roots whose digests are smallest."""
    root = pl.col("id").str.extract(r"^([^/]*)")
    roots = rows.select(root.unique().alias("root"))
    ranks = pl.Series("rank", [crc32(name.encode()) for name in roots["root"]], pl.UInt32)
    ranked = rows.with_columns(root=root).join(roots.with_columns(ranks), on="root", how="left")
    limit = pl.when("is_flagged").then(ROOTS_FLAGGED).otherwise(ROOTS)
    return ranked.filter(pl.col("rank").rank("dense").over(STRATUM) <= limit).select(rows.columns)


def _keyed(rows: pl.DataFrame) -> pl.DataFrame:
    """One row of each root and stratum, by a key that chooses the same branch of a family at every node."""
    keys = pl.Series("key", [key_of(row_id) for row_id in rows["id"]], pl.String)
    keyed = rows.with_columns(keys, root=pl.col("id").str.extract(r"^([^/]*)"))
    return keyed.sort("key", "id").unique([*STRATUM, "root"], keep="first", maintain_order=True).drop("root")


def _mark(part: str) -> str:
    return f"{crc32(part.encode()):08x}"


def key_of(row_id: str) -> str:
    """Digests of the beginnings of an id, so that kin lie together."""
    parts = row_id.split("/")
    return "".join(_mark("/".join(parts[:end])) for end in range(1, len(parts) + 1))


def ancestors(row_id: str) -> Iterable[str]:
    """The ids an id extends, the longest first."""
    while (cut := row_id.rfind("/")) > 0:
        row_id = row_id[:cut]
        yield row_id
