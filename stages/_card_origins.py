"""Sections of the card on where rows come from: sources with their licences, teachers with their terms, the funnel."""

from collections.abc import Mapping
from typing import Any

from stages._card_text import code, link, plain, share, table
from stages._plots import FUNNEL, plots_of

MADE_UP = {"scripted": "played by a script: no model", "replay": "answers from a recording"}
MAX_REASONS = 6


def sources(manifest: Mapping[str, Any]) -> str:
    found = manifest["sources"]
    solved = {name: of["solved"] for name, of in manifest["statistics"].get("rl_all", {}).get("sources", {}).items()}
    columns = ["source", "licence", "answers by", "problems", "sampled", "solved", "yield", "in `rl`", "in `sft`"]
    explained = (
        "The licences are those of the rows; `provenance.licence` has each row's own. Sampled problems have at least "
        "one attempt that was decided, solved ones a right one; the yield is solved over sampled."
    )
    told = table(columns, [_source(name, facts, solved.get(name, 0)) for name, facts in found.items()])
    credits = [_credits(name, facts) for name, facts in found.items() if facts["attributions"]]
    return "\n\n".join([told, explained, *(["Credits:\n\n" + "\n".join(credits)] if credits else [])])


def _source(name: str, facts: Mapping[str, Any], solved: int) -> list[Any]:
    sampled = facts["sampled_problems"]
    licences, origins = (", ".join(map(plain, facts[key])) for key in ("licences", "origins"))
    rows = {view: given["rows"] for view, given in facts["views"].items()}
    problems = rows.get("rl_all", rows.get("rl", 0))
    counted = (problems, sampled, solved, share(solved, sampled), rows.get("rl", 0), rows.get("sft", 0))
    return [plain(name), licences, origins, *counted]


def _credits(source: str, facts: Mapping[str, Any]) -> str:
    named, left = facts["attributions"], facts["num_attributions"] - len(facts["attributions"])
    more = f"; and {left:,} more, in the column `provenance`" if left else ""
    return f"- {plain(source)}: {'; '.join(map(plain, named))}{more}"


def teachers(rows: Mapping[str, Mapping[str, int]], terms: Mapping[str, Any]) -> str:
    """Of `teacher_terms`, also who wrote no row but was asked on the way, as a judge for instance."""
    names = sorted({name for counts in rows.values() for name in counts} | terms.keys())
    if not names:
        return "No teacher was asked."
    counted = [[plain(name), *(counts.get(name, 0) for counts in rows.values())] for name in names]
    told = [[plain(name), *_teacher(terms.get(name, {}))] for name in names]
    return "\n\n".join(
        [
            table(["teacher", *(f"rows in {code(view)}" for view in rows)], counted),
            table(["teacher", "model", "asked at", "terms", "what follows"], told),
            "Terms are those of the model, as the recipe states them. A row that a teacher wrote stands under them "
            "beside the licence of its source.",
        ]
    )


def _teacher(facts: Mapping[str, Any]) -> list[str]:
    model = MADE_UP.get(facts.get("backend", ""), "") or plain(facts.get("model") or "weights of the recipe")
    model += f" at {code(facts['revision'][:12])}" if facts.get("model") and facts.get("revision") else ""
    nodes = ", ".join(f"{plain(node)} ({plain(stage)})" for node, stage in facts.get("nodes", {}).items()) or "-"
    licence = plain(facts["licence"]) if facts.get("licence") else "not stated"
    url = f" {link(facts['url'])}" if facts.get("url") else ""
    return [model, nodes, licence + url, plain(facts["note"]) if facts.get("note") else "-"]


def funnel(manifest: Mapping[str, Any]) -> str:
    """Every node above the export in run order, with the reasons for which it dropped rows."""
    steps = manifest["funnel"]
    if not steps:
        return "Not recorded."
    rows = [
        [
            *(plain(step[key]) for key in ("node", "stage")),
            *(step[key] for key in ("rows_in", "kept", "rows_out")),
            *(_reasons(step["rejected"]), step["quarantined"]),
        ]
        for step in steps
    ]
    told = table(["node", "stage", "rows in", "kept", "rows out", "rejected", "quarantined"], rows)
    picture = [f"![What each step kept]({FUNNEL})"] if FUNNEL in plots_of(manifest) else []
    return "\n\n".join([*picture, told])


def _reasons(rejected: Mapping[str, int]) -> str:
    ordered = sorted(rejected.items(), key=lambda item: (-item[1], item[0]))
    told = [f"{plain(reason)} {count:,}" for reason, count in ordered[:MAX_REASONS]]
    rest = sum(count for _, count in ordered[MAX_REASONS:])
    return ", ".join([*told, *([f"{len(ordered) - MAX_REASONS} other reasons {rest:,}"] if rest else [])]) or "-"
