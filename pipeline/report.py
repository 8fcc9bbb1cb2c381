"""One self-contained HTML page: the funnel, why rows left, samples of what stayed and of what went."""

import html
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from pipeline import files
from pipeline.config import Recipe
from pipeline.lineage import Located
from pipeline.look import survey_of
from pipeline.manifest import Totals
from pipeline.show import cut
from pipeline.versions import versions

SAMPLES = 4
STYLE = """
:root { color-scheme: light dark; --line: #8884; --bar: #3b82f6; --drop: #f59e0b; --soft: #8882; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; border-bottom: 1px solid var(--line); }
table { border-collapse: collapse; width: 100%; } .scroll { overflow-x: auto; }
th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.bar { display: flex; height: .9rem; min-width: 8rem; background: var(--soft); }
.bar i { background: var(--bar); } .bar b { background: var(--drop); opacity: .6; }
details { margin: .4rem 0; } summary { cursor: pointer; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--soft); padding: .5rem; margin: .2rem 0; }
.field { color: #888; font-size: .85em; }
.sample { border-left: 3px solid var(--bar); padding-left: .7rem; margin: .7rem 0; }
.sample.gone { border-color: var(--drop); }
"""


def write_report(recipe: Recipe, *, out: Path | None = None, fresh: bool) -> Path:
    """Writes the page to `out`, or beside the recipe's exports; an existing page is kept unless `fresh`."""
    path = out or recipe.exports / recipe.name / "report.html"
    if fresh or not path.exists():
        files.write_text(path, "".join(_page(recipe)))
    return path


def _page(recipe: Recipe) -> Iterator[str]:
    _, found = survey_of(recipe)
    title = html.escape(f"{recipe.name}: funnel and samples")
    yield "<!doctype html><html lang=en><meta charset=utf-8>"
    yield "<meta name=viewport content='width=device-width, initial-scale=1'>"
    yield f"<title>{title}</title><style>{STYLE}</style><h1>{title}</h1>"
    yield from _versions(recipe)
    yield "<h2>Funnel</h2><div class=scroll><table><tr><th>node<th>stage<th>kept and dropped"
    yield "<th class=n>in<th class=n>out<th class=n>rejected<th class=n>failed<th>why rows left</tr>"
    totals = {name: Totals.of(one.artifact.reports()) for name, one in found.items() if one}
    widest = max((total.rows_in + total.rows_out for total in totals.values()), default=1) or 1
    for name, total in totals.items():
        yield _funnel_row(name, type(recipe.nodes[name].stage).uses(), total, widest)
    yield "</table></div>"
    for name, one in found.items():
        if one and one.state == "complete":
            yield from _node(name, one, totals[name])


def _versions(recipe: Recipe) -> Iterator[str]:
    names = {
        str(getattr(node.stage, "name", ""))
        for node in recipe.nodes.values()
        if getattr(node.stage, "publishes", False)
    }
    for name in sorted(names):
        for version in reversed(versions(recipe.exports / name)):
            digest = str(version.manifest()["digest"])[:16]
            yield f"<p>Data set <b>{html.escape(version.label)}</b>, digest <code>{html.escape(digest)}</code></p>"
            break


def _funnel_row(name: str, stage: str, total: Totals, widest: int) -> str:
    rejected = sum(total.rejected.values())
    reasons = ", ".join(f"{html.escape(reason)} {count:,}" for reason, count in total.rejected.items())
    kept_share, gone_share = (100 * part / widest for part in (total.rows_out, rejected + total.quarantined))
    bar = f"<div class=bar><i style='width:{kept_share:.2f}%'></i><b style='width:{gone_share:.2f}%'></b></div>"
    link = f"<a href='#{html.escape(name)}'>{html.escape(name)}</a>"
    numbers = "".join(f"<td class=n>{n:,}" for n in (total.rows_in, total.rows_out, rejected, total.quarantined))
    return f"<tr><td>{link}<td>{html.escape(stage)}<td>{bar}{numbers}<td>{reasons}</tr>"


def _node(name: str, one: Located, total: Totals) -> Iterator[str]:
    kept, gone = _sample(one, "data"), _rejects(one)
    if not kept and not gone:
        return
    yield f"<h2 id='{html.escape(name)}'>{html.escape(name)}</h2>"
    if kept:
        yield f"<details><summary>{total.rows_out:,} rows, {len(kept)} shown</summary>"
        yield from (_record(row, "") for row in kept)
        yield "</details>"
    for reason, rows in gone.items():
        yield f"<details><summary>{html.escape(reason)}: {total.rejected[reason]:,} rows, {len(rows)} shown</summary>"
        yield from (_record(row, "gone") for row in rows)
        yield "</details>"


def _sample(one: Located, kind: str) -> list[dict[str, Any]]:
    paths = sorted((one.artifact.path / kind).glob("*.parquet"))
    return pl.read_parquet(paths[0], n_rows=SAMPLES).to_dicts() if paths else []


def _rejects(one: Located) -> dict[str, list[dict[str, Any]]]:
    """The first few rejects of each reason, the dropped row unfolded; rows that are not shown are not read.

    They are chosen by place: rejects of a source may share an id.
    """
    shown: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((one.artifact.path / "rejects").glob("*.parquet")):
        left = {reason: SAMPLES - len(rows) for reason, rows in shown.items()}
        names = pl.read_parquet(path, columns=["reason"], row_index_name="place")
        chosen = [
            place
            for (reason,), group in names.group_by("reason", maintain_order=True)
            for place in group["place"].head(left.get(str(reason), SAMPLES))
        ]
        if not chosen:
            continue
        lines = pl.scan_parquet(path, glob=False, row_index_name="place").filter(pl.col("place").is_in(chosen))
        for line in lines.sort("reason", "id", "place").collect().to_dicts():
            row = orjson.loads(line["row"] or "{}")
            shown.setdefault(line["reason"], []).append({"id": line["id"], "detail": line["detail"], **row})
    return dict(sorted(shown.items()))


def _record(row: Mapping[str, Any], kind: str) -> str:
    fields = [
        f"<div class=field>{html.escape(name)}</div><pre>{html.escape(cut(value, 1500))}</pre>"
        for name, value in row.items()
        if value not in (None, "", []) and name != "html"
    ]
    return f"<div class='sample {kind}'>{''.join(fields)}</div>"
