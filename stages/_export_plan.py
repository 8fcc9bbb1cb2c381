"""Which attempts an export writes into which view and split, decided on ids before any text is read.

Everything here is thin: a few numbers and short words per attempt. What the views have in common is found here too, so
that a row that stands in both is put together and digested once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pipeline.context import SideInput
from pipeline.errors import ConfigError
from pipeline.schema import schema_of
from stages._export_problems import TOLD
from stages._splits import cluster_or_key
from stages._views import SPLITS
from stages.records import SelectedAttempt

SELECTED = schema_of(SelectedAttempt).names


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be written.

    `rows` stand in the order of the attempts: `place` of the attempt among all of them, `problem`, the place of its
    problem in `problems`, a flag for each of the `views`, `split`, what `SelectedAttempt` says of the attempt itself,
    `finish_reason`, and `trajectory` where marks are given. `problems` are the ids of those that a row refers to, and
    `told` says more of them, from where they are stored.
    """

    views: Sequence[str]
    rows: pl.DataFrame
    problems: pl.Series
    told: pl.LazyFrame

    def view(self, name: str) -> pl.LazyFrame:
        """Its rows without texts, with what the provenance of the problem says in columns of its own."""
        problems = self.problems.alias("problem_id").to_frame().lazy().with_row_index("problem")
        told = problems.join(self.told, on="problem_id", how="left")
        return self.rows.lazy().filter(pl.col(name)).join(told, on="problem", how="left")


def make_plan(views: Mapping[str, SideInput], side: Mapping[str, SideInput], splits: pl.DataFrame) -> Plan:
    """`views` hold `SelectedAttempt` rows by the name of the view; `splits` has a row `cluster`, `split` per cluster.

    Raises `ConfigError` naming the first row that comes twice or whose text, problem, marks or split is missing.
    """
    selected = _together(views)
    rows = _with_attempts(selected, side["attempts"].lazy())
    del selected
    if "trajectories" in side:
        rows = _with_marks(rows, side["trajectories"].lazy())
    stored = side["problems"].lazy()
    problems = _problems(rows["problem_id"], stored, splits)
    rows = rows.join(problems, on="problem_id", how="left").drop("id", "problem_id", "source", "cluster")
    told = stored.select(pl.col("id").alias("problem_id"), "answer_type", cluster_or_key(), *TOLD)
    return Plan(views=list(views), rows=rows.sort("place", *views), problems=problems["problem_id"], told=told)


def _together(views: Mapping[str, SideInput]) -> pl.DataFrame:
    """The rows of all views, each once, with a flag per view. One that two views tell differently stands twice."""
    frames = []
    for view, given in views.items():
        frame = given.lazy().select(SELECTED).collect()
        refuse(_repeated(frame["id"]), f"attempts stand more than once in the rows of view {view}")
        frames.append(frame.with_columns(pl.lit(view == name).alias(name) for name in views))
    return pl.concat(frames).group_by(SELECTED).agg(pl.col(name).any() for name in views)


def _problems(wanted: pl.Series, problems: pl.LazyFrame, splits: pl.DataFrame) -> pl.DataFrame:
    """`problem_id`, `problem`, its place among them, and `split` of those that are wanted."""
    ids = wanted.unique().to_frame()
    found = (
        problems.select(pl.col("id").alias("problem_id"), cluster_or_key())
        .join(ids.lazy(), on="problem_id", how="semi")
        .sort("problem_id")
        .collect()
    )
    lost = ids.join(found, on="problem_id", how="anti")
    refuse(lost["problem_id"], "problems of selected attempts are not in side input `problems`")
    refuse(_repeated(found["problem_id"]), "problems stand more than once in side input `problems`")
    place = pl.int_range(pl.len(), dtype=pl.UInt32).alias("problem")
    split = pl.col("split").cast(pl.Categorical)
    return with_splits(found.lazy(), splits).select("problem_id", place, split).collect()


def _with_attempts(selected: pl.DataFrame, attempts: pl.LazyFrame) -> pl.DataFrame:
    places = attempts.select("id", "finish_reason").with_row_index("place")
    rows = selected.lazy().join(places, on="id", how="left").collect()
    lost = rows.filter(pl.col("place").is_null())
    refuse(lost["id"], "selected attempts are not in side input `attempts`")
    if rows.height > selected.height:
        refuse(_repeated(rows.unique("place")["id"]), "attempts stand more than once in side input `attempts`")
    return rows


def _with_marks(rows: pl.DataFrame, marks: pl.LazyFrame) -> pl.DataFrame:
    found = rows.lazy().join(marks.select("id", "trajectory"), on="id", how="left").collect()
    lost = found.filter(pl.col("trajectory").is_null())
    refuse(lost["id"], "selected attempts are not in side input `trajectories`")
    if found.height > rows.height:
        refuse(_repeated(found["id"]), "attempts stand more than once in side input `trajectories`")
    return found


def check_prompts(prompts: pl.LazyFrame, view: str) -> None:
    """Raises `ConfigError` where `RlRow` rows come twice."""
    refuse(_repeated(prompts.select("id").collect()["id"]), f"problems stand more than once in the rows of view {view}")


def splits_of(prompts: pl.LazyFrame, given: str = "side input `rl_all`") -> pl.DataFrame:
    """The split of each cluster, of `RlRow` rows that were `given` as errors tell."""
    cluster = pl.col("provenance").struct.field("cluster")
    splits = prompts.select(cluster, "split").unique().collect()
    unknown = splits.filter(~pl.col("split").is_in(SPLITS))
    refuse(unknown["cluster"], f"clusters are in splits other than {' and '.join(SPLITS)} in {given}")
    refuse(_repeated(splits["cluster"]), f"clusters have problems in several splits in {given}")
    return splits


def with_splits(problems: pl.LazyFrame, splits: pl.DataFrame) -> pl.LazyFrame:
    """Problems with the `split` of their cluster, in their order."""
    known = problems.join(splits.lazy(), on="cluster", how="left", maintain_order="left")
    lost = known.filter(pl.col("split").is_null()).select("problem_id").collect()
    refuse(lost["problem_id"], "problems are of no cluster in side input `rl_all`, from which every row has its split")
    return known


def refuse(ids: pl.Series, fact: str) -> None:
    """Raises `ConfigError` with the number and the first of the ids that something is wrong with, if there are any."""
    if ids.len():
        raise ConfigError(f"{ids.n_unique()} {fact} (first: {ids.sort()[0]}); check what the export is given")


def _repeated(ids: pl.Series) -> pl.Series:
    return ids.filter(ids.is_duplicated())
