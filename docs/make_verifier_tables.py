"""Writes the measured tables of docs/verifier.md; the rest of the page stays as it is.

    tracemill audit --json > audit.json
    python bench/verify.py --json bench.json
    python docs/make_verifier_tables.py audit.json [bench.json]

A place whose figures are not given keeps what it holds.
"""

import json
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from verifier.audit.hostile import hostile_cases
from verifier.audit.scores import COLUMNS

PAGE = Path(__file__).parent / "verifier.md"
# Figures of bench/verify.py: what is measured, ours, math-verify's.
COMPARED = (
    ("precision on the test split", "precision", "math_verify_precision"),
    ("recall on the test split", "recall", "math_verify_recall"),
)
SPEEDS = (
    ("natural answers, from the real traces", "speedup_vs_math_verify"),
    ("all types, from the labelled cases", "speedup_typed_mix"),
)


def measured(audit: Mapping[str, Any], bench: Mapping[str, float] | None) -> dict[str, str]:
    """The text of each place that can be filled, by its name on the page."""
    places = {"audit": _setting(audit) + "\n\n" + _splits(audit), "types": _types(audit["splits"]["test"])}
    if "attacks" in audit:
        places["attacks"] = _attacks(audit["attacks"])
    if bench:
        places |= {"peer": _peer(bench), "hostile": _hostile(bench)}
    return places


def filled(page: str, places: Mapping[str, str]) -> str:
    """Raises `ValueError` if the page lacks a place."""
    for name, text in places.items():
        place = re.compile(rf"(<!-- measured: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        if not place.search(page):
            raise ValueError(f"{PAGE.name} has no place `<!-- measured: {name} -->` ... `<!-- end -->`")
        page = place.sub(lambda match, text=text: f"{match[1]}{text}\n{match[2]}", page)  # type: ignore[misc]
    return page


def _setting(audit: Mapping[str, Any]) -> str:
    packages = ", ".join(f"{name} {version}" for name, version in audit["packages"].items())
    return (
        f"Measured on {audit['date']}: verifier version {audit['version']}, policy `{audit['policy']}`,\n{packages}.\n"
        f"SHA-256 of the test split: `{audit['splits']['test']['sha256']}`."
    )


def _splits(audit: Mapping[str, Any]) -> str:
    rows = [(name, *_rates(split["scores"]["rules"]["all"])) for name, split in audit["splits"].items()]
    return _table(("split", *COLUMNS), rows)


def _types(split: Mapping[str, Any]) -> str:
    scores = split["scores"]["rules"]
    return _table(("kind", *COLUMNS), [(kind, *_rates(rates)) for kind, rates in scores.items()])


def _rates(rates: Mapping[str, float | int | None]) -> list[str]:
    return [_cell(rates[column]) for column in COLUMNS]


def _attacks(splits: Mapping[str, Any]) -> str:
    """By pattern for the development golds, in sum for those of the test split."""
    found = splits["development"]
    patterns = found["rules"]["patterns"]
    rows = [
        (name, f"{counts['tried']:,}", *(str(each["patterns"][name]["accepted"]) for each in found.values()))
        for name, counts in patterns.items()
    ]
    shares = (f"{each['accepted']} ({each['share']:.2%})" for each in found.values())
    unseen = [f"{each['accepted']} ({each['share']:.2%})" for each in splits["test"].values()]
    last = [
        ("all", f"{found['rules']['tried']:,}", *shares),
        ("all, on golds of the test split", f"{splits['test']['rules']['tried']:,}", *unseen),
    ]
    return _table(("pattern", "tried", *found), [*rows, *last])


def _peer(bench: Mapping[str, float]) -> str:
    compared = [(what, _cell(bench[ours]), _cell(bench[theirs])) for what, ours, theirs in COMPARED]
    speeds = [(what, f"{bench[name]:.1f}") for what, name in SPEEDS if name in bench]
    return (
        _table(("", "tracemill", "math-verify"), compared)
        + "\n\n"
        + _table(("speed, one core", "math-verify's seconds over ours"), speeds)
    )


def _hostile(bench: Mapping[str, float]) -> str:
    kinds = Counter(case.kind for case in hostile_cases())
    families = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
    return textwrap.fill(
        f"{kinds.total():,} inputs, of which {bench['hostile_ok_share']:.2%} were right or undecided, in time, and "
        f"within 1 GB of memory. By family: {families}.",
        width=120,
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _cell(value: float | int | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else f"{value:,}"


if __name__ == "__main__":
    audit_of, *bench_of = [json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:]]
    tables = measured(audit_of, bench_of[0] if bench_of else None)
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), tables), encoding="utf-8")
