"""What single rows of a version promise, and what its views promise together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl
import pyarrow.parquet as pq

from stages._card_limits import num_not_correct
from stages._contracts_view import NAMED, View, some
from stages._training_prompt import completion_text
from verifier import AnswerType, Outcome

# Each verified view and the unfiltered one that holds its rows too.
WITHIN = {"sft": "sft_all", "rl": "rl_all"}
BATCH_ROWS = 1_000


def _said(column: str) -> pl.Expr:
    """The last message of a chat."""
    return pl.col(column).list.last().struct.field("content")


def _is_empty(column: str) -> pl.Expr:
    return pl.col(column).fill_null("").str.strip_chars() == ""


@dataclass(frozen=True)
class Promise:
    """`broken` says which rows break it; it is asked of all views with the columns it names."""

    told: str
    broken: pl.Expr

    def is_asked(self, view: View) -> bool:
        return set(self.broken.meta.root_names()) - {"_split"} <= view.columns


PROMISES = (
    Promise("have no gold", _is_empty("answer")),
    Promise("have an empty question", _is_empty("question")),
    Promise("have a type of answer that there is not", ~pl.col("answer_type").is_in([one.value for one in AnswerType])),
    Promise("have an outcome that there is not", ~pl.col("outcome").is_in([one.value for one in Outcome])),
    Promise("stand in the file of another split than they say", pl.col("split") != pl.col("_split")),
    Promise(
        "have messages other than prompt and completion",
        pl.concat_list("prompt", "completion").ne_missing(pl.col("messages")),
    ),
    Promise(
        "do not ask their question in the prompt",
        ~_said("prompt").str.contains(pl.col("question").str.strip_chars(), literal=True),
    ),
)


def broken_promises(view: View) -> Iterator[str]:
    """All promises in one pass; the ids are looked up only where one is broken."""
    asked = [promise for promise in PROMISES if promise.is_asked(view)]
    if not asked:
        return
    counts = view.rows().select(promise.broken.sum().alias(promise.told) for promise in asked)
    for (told, count), promise in zip(
        counts.collect(engine="streaming").row(0, named=True).items(), asked, strict=True
    ):
        if count:
            ids = view.rows().filter(promise.broken).select("id").head(NAMED).collect()["id"]
            yield f"{view.name}: {some(ids, count)} that {told}"


def broken_outcomes(view: View) -> Iterator[str]:
    """Examples are correct, but for as many as the manifest tells of: a selection may keep others."""
    if view.name != "sft" or "outcome" not in view.columns:
        return
    wrong = (
        view.rows().filter(pl.col("outcome") != Outcome.CORRECT.value).select("id").collect(engine="streaming")["id"]
    )
    told = num_not_correct(view.manifest.get("statistics", {}).get(view.name))
    if wrong.len() != told:
        known = f"; the manifest tells of {told:,}" if told else ""
        yield f"{view.name}: {some(wrong)} that are not correct{known}"


def broken_completions(view: View) -> Iterator[str]:
    """The completion is reasoning and final answer in the words of every data set."""
    if not {"completion", "reasoning", "final"} <= view.columns:
        return
    for file in view.files:
        with pq.ParquetFile(file, pre_buffer=False) as opened:
            for batch in opened.iter_batches(BATCH_ROWS, columns=["id", "completion", "reasoning", "final"]):
                made = pl.Series(completion_text(batch.column("reasoning"), batch.column("final")))
                rows = pl.DataFrame(batch)
                said = rows["completion"].list.last().struct.field("content")
                other = rows["id"].filter(said.ne_missing(made))
                if other.len():
                    yield f"{view.name}/{file.name}: {some(other)} whose completion is not reasoning and final answer"
                    return


def shared_clusters(views: list[View]) -> Iterator[str]:
    """No cluster of near copies in two splits, be it of one view or of two."""
    cluster = pl.col("provenance").struct.field("cluster").alias("cluster")
    frames = [view.rows().select(cluster, "_split").unique() for view in views if _tells_clusters(view)]
    if not frames:
        return
    splits = pl.concat(frames).unique().group_by("cluster").len().filter(pl.col("len") > 1)
    shared = splits.collect(engine="streaming")["cluster"].sort()
    if shared.len():
        yield f"{some(shared, what='clusters')} in more than one split"


def _tells_clusters(view: View) -> bool:
    kind = view.rows().collect_schema().get("provenance")
    return isinstance(kind, pl.Struct) and "cluster" in {field.name for field in kind.fields}


def broken_subsets(views: Mapping[str, View]) -> Iterator[str]:
    for name, whole in WITHIN.items():
        if name in views and whole in views:
            ids, all_ids = (views[one].rows().select("id") for one in (name, whole))
            alone = ids.join(all_ids, on="id", how="anti").collect()["id"].sort()
            if alone.len():
                yield f"{name}: {some(alone)} that {whole} does not have"
