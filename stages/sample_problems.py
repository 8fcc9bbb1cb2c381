"""A draw of problems with a fixed seed, for runs that cannot afford all of them."""

from dataclasses import dataclass

import polars as pl

from pipeline.context import Context
from pipeline.errors import ConfigError
from pipeline.stage import REJECT_REASON, TableStage
from stages._draw import unit_interval
from stages.records import Problem


@dataclass(frozen=True, kw_only=True)
class SampleProblems(TableStage[Problem, Problem]):
    """Keeps `count` problems in all, or `per_source` problems of each source named there and none of the others.

    Each problem has a place in line that depends on `seed` and its id alone, so the draw does not change with the order
    of the rows, and a problem that joins or leaves moves at most one other in or out.
    """

    count: int | None = None
    per_source: dict[str, int] | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if (self.count is None) == (self.per_source is None):
            raise ConfigError("sample_problems: give either `count` or `per_source`")
        if self.count is not None and self.count < 1:
            raise ConfigError(f"sample_problems: count is {self.count}; it must be at least 1")
        for source, number in (self.per_source or {}).items():
            if number < 0:
                raise ConfigError(f"sample_problems: per_source has {number} of {source}; it must be 0 or more")

    def transform(self, rows: pl.LazyFrame, ctx: Context) -> pl.LazyFrame:
        drawn = self._draw(rows.select("id", "source").collect())
        reason = pl.when(~pl.col("id").is_in(drawn)).then(pl.lit("not_sampled"))
        return rows.with_columns(reason.alias(REJECT_REASON))

    def _draw(self, problems: pl.DataFrame) -> list[str]:
        line = sorted(problems.iter_rows(), key=lambda row: (unit_interval(str(self.seed), row[0]), row[0]))
        left = dict(self.per_source or {})
        total = self.count
        drawn: list[str] = []
        for problem_id, source in line:
            quota = left.get(source, 0) if total is None else total - len(drawn)
            if quota > 0:
                drawn.append(problem_id)
                left[source] = quota - 1
        return drawn
