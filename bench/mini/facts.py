"""What one run came to, by its metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import fmean
from typing import Any

from trainer.log import read_metrics

WINDOW = 10  # steps that a figure of a running training is the mean of


@dataclass(frozen=True)
class Facts:
    """What a run came to. Held-out figures are of 512 prompts, one answer each at temperature 1."""

    rows: Sequence[Mapping[str, Any]]

    def before(self, key: str) -> float:
        return float(self._held_out(key)[0])

    def after(self, key: str) -> float:
        return float(self._held_out(key)[-1])

    def last(self, key: str) -> float:
        """Mean over the last steps."""
        return self._means(key)[-1]

    def peak(self, key: str) -> float:
        """The highest mean over so many steps in a row."""
        return max(self._means(key))

    def _held_out(self, key: str) -> list[Any]:
        return [row[f"eval/{key}"] for row in self.rows if "eval/rows" in row]

    def _means(self, key: str) -> list[float]:
        values = [row[key] for row in self.rows if row.get(key) is not None]
        return [fmean(values[end - WINDOW : end]) for end in range(min(WINDOW, len(values)), len(values) + 1)]


@lru_cache
def facts(run: Path) -> Facts:
    return Facts(read_metrics(run))
