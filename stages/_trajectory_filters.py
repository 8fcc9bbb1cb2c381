"""Filters over the marks of trajectories: each has a reason of its own, and each is off unless asked for."""

from dataclasses import dataclass, field, fields
from typing import Literal

import polars as pl

from pipeline.errors import ConfigError
from stages.records import Trajectory

COUNTED = [mark.name for mark in fields(Trajectory) if mark.type is int]


@dataclass(frozen=True, kw_only=True)
class TrajectoryFilters:
    """Options of a selection over the side input `trajectories`.

    max_repetition, max_longest_repeat -- else `repetitive`
    max_foreign                        -- else `language_mix`
    min_boxes, max_boxes               -- of the final answer, else `format`
    leak                               -- "reject": `leaked_answer` where the reasoning speaks of a known answer
    at_least                           -- {mark: least count}, such as {wait: 1}, else `few_wait`
    """

    max_repetition: float | None = None
    max_longest_repeat: int | None = None
    max_foreign: float | None = None
    min_boxes: int | None = None
    max_boxes: int | None = None
    leak: Literal["keep", "reject"] = "keep"
    at_least: dict[str, int] = field(default_factory=dict)

    def check_filters(self) -> None:
        """Raises `ConfigError`."""
        unknown = [name for name in self.at_least if name not in COUNTED]
        if unknown:
            raise ConfigError(f"at_least names {unknown[0]!r}, which is not counted; counts: {', '.join(COUNTED)}")
        if self.min_boxes is not None and self.max_boxes is not None and self.min_boxes > self.max_boxes:
            raise ConfigError(f"min_boxes is {self.min_boxes} and max_boxes {self.max_boxes}; nothing has both")

    def filters(self) -> dict[str, pl.Expr]:
        """What speaks against a row with the struct column `trajectory`, by reason, in the order in which it counts."""
        cases: dict[str, pl.Expr] = {}
        for reason, case, bound in self._bounds():
            if bound is not None:
                cases[reason] = cases[reason] | case if reason in cases else case
        return cases

    def _bounds(self) -> list[tuple[str, pl.Expr, float | None]]:
        """Reasons with what each is for and the option behind it; of one that is None the case never holds."""
        marks = pl.col("trajectory").struct
        return [
            ("repetitive", marks.field("repetition") > pl.lit(self.max_repetition), self.max_repetition),
            ("repetitive", marks.field("longest_repeat") > pl.lit(self.max_longest_repeat), self.max_longest_repeat),
            ("language_mix", marks.field("foreign") > pl.lit(self.max_foreign), self.max_foreign),
            ("format", marks.field("num_boxes") < pl.lit(self.min_boxes), self.min_boxes),
            ("format", marks.field("num_boxes") > pl.lit(self.max_boxes), self.max_boxes),
            ("leaked_answer", marks.field("leak").is_not_null(), 0 if self.leak == "reject" else None),
            *((f"few_{name}", marks.field(name) < least, least) for name, least in sorted(self.at_least.items())),
        ]
