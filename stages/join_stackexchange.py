"""Joins the posts of StackExchange dumps to question-answer pairs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.context import Context
from pipeline.errors import ConfigError
from pipeline.stage import REJECT_REASON, TableStage
from stages._stack_pairs import names_of, pairs_of
from stages.records import QAPair, StackPost

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, kw_only=True)
class JoinStackexchange(TableStage[StackPost, QAPair]):
    """A pair for each question: its accepted answer, else the one with most votes; others are rejected with a reason.

    The pair takes the id of its question. With `answers: all` each further answer makes a pair of its own id.

    answers     -- "accepted": that one or none; "top": the accepted one, else the best; "all": also those that follow
    min_score   -- the votes that an answer needs which is not accepted
    max_answers -- how many pairs a question makes at most with "all"
    closed      -- whether questions that the site has closed are taken too
    users       -- the dump's Users.xml; without it those who kept their accounts are named by their address. It is that
                   of one site: posts of several are an error, since a number means another user in each
    """

    packages = ("polars",)

    answers: Literal["accepted", "top", "all"] = "top"
    min_score: int = 1
    max_answers: int = 5
    closed: bool = False
    users: Path | None = None

    def __post_init__(self) -> None:
        if self.max_answers < 1:
            raise ConfigError(f"join_stackexchange: max_answers is {self.max_answers}; it must be at least 1")

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return {} if self.users is None else {"users": digest(self.users)}

    def transform(self, rows: "pl.LazyFrame", ctx: Context) -> "pl.LazyFrame":
        import polars as pl

        if self.users is not None:
            self._check_one_site(rows)
        questions, answers = rows.filter("is_question"), rows.filter(~pl.col("is_question"))
        ranked = self._ranked(questions, answers)
        makes_none = pl.col(REJECT_REASON).is_not_null()
        dropped = pl.concat(
            [self._asked_in_vain(questions, ranked), ranked.filter(makes_none).select("id", REJECT_REASON)]
        )
        pairs = pairs_of(questions, answers, ranked.filter(~makes_none), names_of(self.users, ctx.scratch))
        return pl.concat([pairs, dropped], how="diagonal")

    def _check_one_site(self, rows: "pl.LazyFrame") -> None:
        sites = sorted(rows.select("site").unique().collect(engine="streaming")["site"])
        if len(sites) > 1:
            raise ConfigError(
                f"join_stackexchange: users {self.users} is the file of one site, and the posts are of "
                f"{', '.join(sites)}; join each site by itself, with its own Users.xml"
            )

    def _ranked(self, questions: "pl.LazyFrame", answers: "pl.LazyFrame") -> "pl.LazyFrame":
        """Every answer with its place among those of its question, best first, and why it makes no pair."""
        import polars as pl

        thread = ["site", "question_id"]
        asked = questions.select(*thread, "accepted_answer_id", "is_closed", _asked=pl.lit(True))
        return (
            answers.select("id", *thread, "post_id", "score")
            .join(asked, on=thread, how="left")
            .with_columns(is_accepted=(pl.col("post_id") == pl.col("accepted_answer_id")).fill_null(False))
            .sort([*thread, "is_accepted", "score", "post_id"], descending=[False, False, True, True, False])
            .with_columns(place=pl.int_range(pl.len()).over(thread))
            .with_columns(self._reason().alias(REJECT_REASON))
        )

    def _reason(self) -> "pl.Expr":
        import polars as pl

        most = self.max_answers if self.answers == "all" else 1
        is_voted = pl.lit(self.answers != "accepted") & (pl.col("score") >= self.min_score)
        return (
            pl.when(pl.col("_asked").is_null())
            .then(pl.lit("no_question"))
            .when(pl.col("is_closed") & pl.lit(not self.closed))
            .then(pl.lit("closed"))
            .when(~(pl.col("is_accepted") | is_voted))
            .then(pl.lit(self._unfit))
            .when(pl.col("place") >= most)
            .then(pl.lit("not_chosen"))
        )

    @property
    def _unfit(self) -> str:
        return "not_accepted" if self.answers == "accepted" else "low_score"

    def _asked_in_vain(self, questions: "pl.LazyFrame", ranked: "pl.LazyFrame") -> "pl.LazyFrame":
        """The questions that make no pair, with the reason."""
        import polars as pl

        thread = ["site", "question_id"]
        outcome = ranked.group_by(thread).agg(makes_pair=pl.col(REJECT_REASON).is_null().any())
        reason = (
            pl.when(pl.col("is_closed") & pl.lit(not self.closed))
            .then(pl.lit("closed"))
            .when(pl.col("makes_pair").is_null())
            .then(pl.lit("unanswered"))
            .when(~pl.col("makes_pair"))
            .then(pl.lit(self._unfit))
        )
        return (
            questions.select("id", *thread, "is_closed")
            .join(outcome, on=thread, how="left")
            .select("id", reason.alias(REJECT_REASON))
            .filter(pl.col(REJECT_REASON).is_not_null())
        )
