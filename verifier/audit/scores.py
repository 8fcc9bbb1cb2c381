"""Precision, recall and F1 by type, of verdicts against labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from verifier.types import Outcome

if TYPE_CHECKING:
    from rich.table import Table

Rates = Mapping[str, float | int | None]
COLUMNS = ("n", "precision", "recall", "f1", "accuracy", "undecided")


@dataclass
class Scores:
    """Counts by type. What is undecided is not accepted: it costs recall, never precision."""

    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, kind: str, *, expected: bool, outcome: Outcome) -> None:
        accepted = outcome is Outcome.CORRECT
        cell = ("tp" if accepted else "fn") if expected else ("fp" if accepted else "tn")
        for key in (kind, "all"):
            counts = self.counts.setdefault(key, dict.fromkeys(("tp", "fp", "fn", "tn", "undecided"), 0))
            counts[cell] += 1
            counts["undecided"] += outcome is Outcome.UNDECIDED

    def table(self) -> dict[str, Rates]:
        """Rates by type, `all` last; a rate whose denominator is 0 is None."""
        return {name: _rates(self.counts[name]) for name in sorted(self.counts, key=lambda key: (key == "all", key))}


def _rates(counts: Mapping[str, int]) -> Rates:
    tp, fp, fn, tn = (counts[key] for key in ("tp", "fp", "fn", "tn"))
    return {
        "n": tp + fp + fn + tn,
        "precision": tp / (tp + fp) if tp + fp else None,
        "recall": tp / (tp + fn) if tp + fn else None,
        "f1": 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else None,
        "accuracy": (tp + tn) / (tp + fp + fn + tn),
        **counts,
    }


def scores_table(rates: Mapping[str, Rates], *, title: str) -> Table:
    from rich.table import Table

    shown = Table("type", *COLUMNS, title=title)
    for name, row in rates.items():
        shown.add_row(name, *(_cell(row[column]) for column in COLUMNS), end_section=name == "all")
    return shown


def _cell(value: float | int | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
