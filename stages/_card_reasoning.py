"""The section of the card on lengths, pass rates and words of reasoning, out of the statistics of the views."""

from collections.abc import Mapping, Sequence
from typing import Any

from stages._card_text import code, plain, share, table
from stages._plots import KEYWORDS, LENGTHS, PASS_RATES, plots_of

CAPTIONS = {LENGTHS: "Lengths of attempts", PASS_RATES: "Pass rates", KEYWORDS: "Words of reasoning"}
# Beside all rows together: each teacher with each outcome.
MAX_GROUPS = 24


def reasoning(manifest: Mapping[str, Any]) -> str:
    statistics = manifest["statistics"]
    drawn = [f"![{caption}]({name})" for name, caption in CAPTIONS.items() if name in plots_of(manifest)]
    views = {view: statistics[view] for view in ("sft", "sft_all") if statistics.get(view, {}).get("rows")}
    parts = [part for view, facts in views.items() for part in _attempts(view, facts)]
    parts += [_problems(view, statistics[view]) for view in ("rl", "rl_all") if statistics.get(view, {}).get("rows")]
    return "\n\n".join([*drawn, *parts])


def _attempts(view: str, facts: Mapping[str, Any]) -> list[str]:
    groups = [each for each in facts["groups"] if (each["teacher"] is None) == (each["outcome"] is None)][:MAX_GROUPS]
    ended = ", ".join(f"{plain(name)} {count:,}" for name, count in facts["finish_reasons"].items())
    marked = [each for each in groups if each["reasoning"]]
    counted = f"{facts['rows']:,} rows on {facts['problems']:,} problems"
    return [
        f"**{code(view)}**: {counted}; ended by {ended}. Tokens of an attempt:",
        _lengths(groups),
        *([_words(marked), _form(marked)] if marked else []),
    ]


def _lengths(groups: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [*_who(group), group["rows"], _rounded(group), *(group["length"][name] for name in ("p5", "p50", "p95", "max"))]
        for group in groups
    ]
    return table(["teacher", "outcome", "rows", "mean", "5 %", "median", "95 %", "longest"], rows)


def _rounded(group: Mapping[str, Any]) -> float | None:
    mean = group["length"]["mean"]
    return None if mean is None else round(mean, 1)


def _who(group: Mapping[str, Any]) -> list[str]:
    return [plain(group["teacher"] or "all"), plain(group["outcome"] or "all")]


def _words(groups: Sequence[Mapping[str, Any]]) -> str:
    """Keywords and moves: share of responses, and times per thousand tokens."""
    first = groups[0]["reasoning"]
    names = [*((f"“{name}”", "keywords", name) for name in first["keywords"])]
    names += [(name, "moves", name) for name in first["moves"]]
    rows = [[*_who(group), *(_rate(group["reasoning"][kind][name]) for _, kind, name in names)] for group in groups]
    told = table(["teacher", "outcome", *(title for title, _, _ in names)], rows)
    return "Share of responses that hold the word or make the move, and how often per 1,000 tokens:\n\n" + told


def _rate(rates: Mapping[str, float | None]) -> str:
    often = rates["per_1k_tokens"]
    return f"{share(rates['share'])}, {'-' if often is None else f'{often:.2f}'}"


def _form(groups: Sequence[Mapping[str, Any]]) -> str:
    rows = []
    for group in groups:
        of = group["reasoning"]
        shares = (*(of["repetition"][name] for name in ("p50", "p95")), of["boxes"]["one"], of["coding_rate"])
        rows.append([*_who(group), of["rows"], *map(share, (*shares, of["foreign_share"])), of["leaks"]])
    columns = [
        "teacher",
        "outcome",
        "marked",
        "repetition, median",
        "95 %",
        "one box",
        "code",
        "foreign letters",
        "leaks",
    ]
    return table(columns, rows)


def _problems(view: str, facts: Mapping[str, Any]) -> str:
    rates = facts["pass_rates"]
    bands = ", ".join(f"{plain(name)} {count:,}" for name, count in facts["difficulty"].items())
    types = ", ".join(f"{plain(name)} {count:,}" for name, count in facts["answer_types"].items())
    solved = (
        f", {facts['sampled']:,} of them sampled: never solved {rates['never']:,}, always {rates['always']:,}, between "
        f"{sum(rates['counts']):,}"
    )
    return (
        f"**{code(view)}**: {facts['rows']:,} problems{solved if facts['sampled'] else ', none of them sampled'}. "
        f"Difficulty: {bands}. Answer types: {types}."
    )
