"""The columns of a pair out of a StackExchange question and its answer, and whom their licence wants named."""

from pathlib import Path
from typing import TYPE_CHECKING

from stages._stack_users import write_users
from stages.records import Origin

if TYPE_CHECKING:
    import polars as pl


def names_of(users: Path | None, scratch: Path) -> "pl.LazyFrame | None":
    """`author_id` and `user_name` of the dump's users, put into `scratch` first."""
    import polars as pl

    if users is None:
        return None
    table = scratch / "users.parquet"
    write_users(users, table)
    return pl.scan_parquet(table).group_by("author_id").agg(pl.col("user_name").min())


def pairs_of(
    questions: "pl.LazyFrame", answers: "pl.LazyFrame", chosen: "pl.LazyFrame", names: "pl.LazyFrame | None"
) -> "pl.LazyFrame":
    """A `QAPair` for each chosen answer; the best one takes the id of its question."""
    import polars as pl

    asked = _credited(questions, names).select(
        "site", "question_id", "url", "title", "content_key", "removal_key",
        *(pl.col(name).alias(f"asked_{name}") for name in ("id", "text", "licence", "credit")),
    )  # fmt: skip
    answered = _credited(answers, names).select("id", "text", "licence", "credit", "author")
    chosen = chosen.select("id", "site", "question_id", "place", "score", "is_accepted")
    rows = answered.join(chosen, on="id", maintain_order="left")
    return rows.join(asked, on=["site", "question_id"], maintain_order="left").select(
        id=pl.when(pl.col("place") == 0).then("asked_id").otherwise("id"),
        question=pl.concat_str("title", "asked_text", separator="\n\n", ignore_nulls=True),
        answer_text="text",
        question_span=_no_span(),
        answer_span=_no_span(),
        origin=pl.lit(Origin.HUMAN.value),
        extractor=pl.lit("stackexchange"),
        score=pl.lit(1.0),
        url="url",
        source="site",
        licence=_licence(),
        attribution=pl.format("question by {}, answer by {}, {}", "asked_credit", "credit", "url"),
        content_key="content_key",
        removal_key="removal_key",
        author="author",
        votes="score",
        is_accepted="is_accepted",
        signals=pl.lit([], dtype=pl.List(pl.String)),
        cluster=pl.lit(None, dtype=pl.String),
        copies=pl.lit([], dtype=pl.List(pl.String)),
        kept_because=pl.lit(None, dtype=pl.String),
        rescued=pl.lit(None, dtype=pl.String),
    )


def _credited(posts: "pl.LazyFrame", names: "pl.LazyFrame | None") -> "pl.LazyFrame":
    """With `author` as a name, or an address where there is none, and `credit` as name and address."""
    import polars as pl

    address = pl.format("https://{}/users/{}", "site", "author_id")
    if names is not None:
        posts = posts.join(names, on="author_id", how="left").with_columns(author=pl.coalesce("author", "user_name"))
    credit = (
        pl.when(pl.col("author").is_not_null() & pl.col("author_id").is_not_null())
        .then(pl.format("{} ({})", "author", address))
        .otherwise(pl.coalesce("author", address, pl.lit("an unnamed user")))
    )
    return posts.with_columns(credit=credit, author=pl.coalesce("author", address))


def _licence() -> "pl.Expr":
    import polars as pl

    both = pl.format("{} (question), {} (answer)", "asked_licence", "licence")
    return pl.when(pl.col("licence") == pl.col("asked_licence")).then("licence").otherwise(both)


def _no_span() -> "pl.Expr":
    import polars as pl

    return pl.lit(None, dtype=pl.Struct({"start": pl.Int64, "end": pl.Int64}))
