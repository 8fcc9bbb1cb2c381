"""Which of several copies stays, and why: what the dedup stages share.

The rows of a table are numbered in a column `_row`, for an id may come twice. A stage finds out who leaves in favour of
whom; the reasons, the copies' ids and what else the winner is to know are worked out here.
"""

import operator
import re
from collections.abc import Sequence
from fractions import Fraction
from functools import reduce

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.errors import ConfigError
from pipeline.stage import REJECT_DETAIL, REJECT_REASON
from stages._forest import Forest
from stages._splits import cluster_or_key
from stages._text import normalise_question
from stages.records import Origin
from verifier.extract import boxed

PREFER = ("human", "accepted", "solution", "longest", "votes", "score")
EARLIEST = "earliest"  # what is alike by all rules goes by the smallest id
OTHER_QUESTION = "duplicate_id"  # who leaves so is no copy of the row in whose favour it leaves
DISAGREE = "copies_disagree"
KEPT = "near_duplicate_kept"  # rows of a cluster are near copies that no rule lets leave
SOLUTION_WORDS = 15  # an answer of so many words is worked out, not only stated
_DIGITS = r"(?:\d+(?:\.\d+)?|\.\d+)"
_REMARK = re.compile(r"\s*\([^()\d]*\)\s*$")
_NUMBER = re.compile(
    r"(?:[a-z] = )?(?P<minus>(?:- )?)(?:"
    rf"\\frac \{{ (?P<above>{_DIGITS}) \}} \{{ (?P<below>{_DIGITS}) \}}"
    rf"|(?P<whole>{_DIGITS})(?: / (?P<part>{_DIGITS}))?)",
    re.ASCII,
)
BARE_CHARS = 40  # an answer no longer than that states nothing but itself


def check_rules(prefer: Sequence[str], stage: str) -> None:
    """Raises `ConfigError` for a rule there is none of, or one that stands there twice."""
    for rule in prefer:
        if rule not in PREFER:
            raise ConfigError(f"{stage}: prefer has no rule {rule!r}; rules: {', '.join(PREFER)}")
    if len(set(prefer)) < len(prefer):
        raise ConfigError(f"{stage}: prefer names a rule twice: {', '.join(prefer)}")


def criterion(rule: str) -> pl.Expr:
    """What the rule counts, the more the better, as column `_RULE`."""
    found = {
        "human": pl.col("origin") == Origin.HUMAN,
        "accepted": pl.col("is_accepted").fill_null(False),
        "solution": pl.col("answer_text").str.count_matches(r"\S+") >= SOLUTION_WORDS,
        "longest": pl.col("answer_text").str.len_chars(),
        "votes": pl.col("votes").fill_null(0),
        "score": pl.col("score"),
    }[rule]
    return found.cast(pl.Float64).alias(f"_{rule}")


def in_common(rows: pl.LazyFrame, *keys: pl.Expr, groups: NDArray[np.int64] | None = None) -> pl.LazyFrame:
    """The rows that share a key, the name of their cluster or their group with another: of the rest all is known.

    Keys are compared by 64 bits, which is all that a row takes of memory: who looks closer tells apart what falls
    together by chance.

    groups -- of each row by its number, any number that it shares with those it belongs together with
    """
    hashes = [key.hash().alias(f"_{place}") for place, key in enumerate((*keys, cluster_or_key()))]
    found = rows.select("_row", *hashes).collect(engine="streaming")
    shared = [hashed.is_duplicated() for hashed in found.drop("_row").iter_columns()]
    if groups is not None:
        shared.append(pl.Series(np.bincount(groups)[groups[found["_row"].to_numpy()]] > 1))
    return of_rows(found.filter(reduce(operator.or_, shared)).select("_row"), rows)


def ranked(rows: pl.LazyFrame, prefer: Sequence[str]) -> pl.DataFrame:
    """`_row`, `id`, `content_key`, `cluster` and the criteria of the rows, the best first.

    Rows alike in all of these go by what they hold, so that where a row stands decides nothing.
    """
    criteria = [f"_{rule}" for rule in prefer]
    keys = rows.select("_row", "id", "content_key", "cluster", *map(criterion, prefer)).collect(engine="streaming")
    told_by = [*criteria, "id", "content_key"]
    descending = [True] * len(criteria) + [False, False]
    tied = keys.filter(pl.struct(told_by).is_duplicated()).select("_row")
    if not tied.height:
        return keys.sort(told_by, descending=descending)
    held = rows.select("_row", pl.struct(pl.exclude("_row")).struct.json_encode().alias("_held"))
    held_by_tied = of_rows(tied, held).collect(engine="streaming")
    keys = keys.join(held_by_tied, on="_row", how="left")
    return keys.sort(*told_by, "_held", descending=[*descending, False]).drop("_held")


def settled(
    rows: pl.LazyFrame, keys: pl.DataFrame, leaving: pl.DataFrame, clusters: pl.DataFrame, prefer: Sequence[str]
) -> pl.LazyFrame:
    """The rows with what was decided on them.

    keys     -- as `ranked` gives them, of all the rows `in_common`
    leaving  -- `_row`, `_winner` (the `_row` in whose favour it leaves), `reason`, `note` (None or what else to say)
    clusters -- `_row`, `_cluster` of the rows whose cluster is now known
    """
    losers = _with_why(leaving, keys, prefer)
    winners = _winners(rows, losers.filter(pl.col("reason") != OTHER_QUESTION))
    left = losers.select("_row", pl.col("reason").alias(REJECT_REASON), _detail().alias(REJECT_DETAIL))
    signals = pl.col("signals")
    disagree = pl.col("_disagree").fill_null(False) & ~signals.list.contains(DISAGREE)
    return (
        rows.join(left.lazy(), on="_row", how="left", maintain_order="left")
        .join(winners.lazy(), on="_row", how="left", maintain_order="left")
        .join(clusters.lazy(), on="_row", how="left", maintain_order="left")
        .with_columns(
            pl.when(disagree).then(pl.concat_list(signals, pl.lit(DISAGREE))).otherwise(signals).alias("signals"),
            pl.coalesce("_cluster", "cluster").alias("cluster"),
            pl.coalesce("_copies", "copies").alias("copies"),
            pl.coalesce("_because", "kept_because").alias("kept_because"),
        )
        .drop("_row", "_cluster", "_copies", "_because", "_disagree")
    )


def _with_why(leaving: pl.DataFrame, keys: pl.DataFrame, prefer: Sequence[str]) -> pl.DataFrame:
    """`leaving` with the winner's id and the first rule by which it is the better one, rivals in order."""
    numbered = keys.with_row_index("_rank")
    both = leaving.join(numbered, on="_row").join(
        numbered.drop("content_key", "cluster"), left_on="_winner", right_on="_row", suffix="_won"
    )
    better = [pl.when(pl.col(f"_{rule}_won") > pl.col(f"_{rule}")).then(pl.lit(rule)) for rule in prefer]
    return both.with_columns(pl.coalesce(*better, pl.lit(EARLIEST)).alias("_because")).sort("_rank")


def _detail() -> pl.Expr:
    return pl.concat_str("id_won", pl.lit(": "), "_because", pl.col("note").fill_null(""))


def _winners(rows: pl.LazyFrame, losers: pl.DataFrame) -> pl.DataFrame:
    """Of each winner: its copies with theirs, the rule by which it beats the next best, whether answers differ."""
    told = pl.concat([losers.select("_row"), losers.select(pl.col("_winner").alias("_row"))]).unique()
    answers = pl.col("answer_text").hash().alias("answer")
    known = of_rows(told, rows.select("_row", "copies", answers)).collect(engine="streaming")
    of_winner = known.select(pl.all().name.replace("^_row$", "_winner"))
    both = losers.select("_row", "_winner", "id").join(known, on="_row")
    copies = pl.concat(
        [
            both.select("_winner", pl.col("id").alias("_copies")),
            both.select("_winner", pl.col("copies").alias("_copies")).explode("_copies"),
            of_winner.join(losers, on="_winner", how="semi")
            .select("_winner", pl.col("copies").alias("_copies"))
            .explode("_copies"),
        ]
    )
    because = losers.group_by("_winner", maintain_order=True).agg(pl.col("_because").first())
    return (
        copies.drop_nulls()
        .join(losers.select("_winner", "id_won").unique(), on="_winner")
        .filter(pl.col("_copies") != pl.col("id_won"))
        .group_by("_winner")
        .agg(pl.col("_copies").unique().sort())
        .join(because, on="_winner", how="right")
        .join(_disagreeing(rows, both, of_winner), on="_winner", how="left")
        .rename({"_winner": "_row"})
    )


def _disagreeing(rows: pl.LazyFrame, losers: pl.DataFrame, winners: pl.DataFrame) -> pl.DataFrame:
    """The winners one of whose copies states another value; only what differs in spelling is read."""
    both = losers.join(winners, on="_winner", suffix="_won").filter(pl.col("answer") != pl.col("answer_won"))
    differing = pl.concat([both["_row"], both["_winner"]]).unique().to_frame("_row")
    answers = of_rows(differing, rows.select("_row", "answer_text"))
    values = answers.select("_row", value=pl.col("answer_text").map_batches(_values, pl.String, is_elementwise=True))
    known = values.collect(engine="streaming")
    both = both.select("_row", "_winner").join(known, on="_row")
    both = both.join(known, left_on="_winner", right_on="_row", suffix="_won")
    differ = both.filter(pl.col("value") != pl.col("value_won"))
    return differ.select("_winner").unique().with_columns(pl.lit(True).alias("_disagree"))


def of_rows(meant: pl.DataFrame, rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rows with these numbers."""
    return rows.join(meant.lazy(), on="_row", how="semi", maintain_order="left")


def _values(answers: pl.Series) -> pl.Series:
    return pl.Series([stated(text) for text in answers], dtype=pl.String)


def stated(answer: str) -> str | None:
    """What the answer states, where a rule can tell: its box, what follows `####`, or a bare answer.

    Numbers and fractions are given by their value, also behind "x = " and before "(apples)", anything else in its
    normal form.
    """
    value = boxed(answer) or answer.rpartition("####")[2]
    if len(value) > BARE_CHARS:
        return None
    normal = normalise_question(_REMARK.sub("", value))
    number = _NUMBER.fullmatch(normal)
    if not number:
        return normal
    minus, above, below = number["minus"], number["above"] or number["whole"], number["below"] or number["part"] or "1"
    return str(Fraction(minus.strip() + above) / Fraction(below)) if Fraction(below) else normal


def merged_clusters(keys: pl.DataFrame, groups: NDArray[np.int64]) -> pl.DataFrame:
    """`_row` and `_cluster` of the rows that share a group, where the clusters that rows had before are merged.

    keys   -- as `ranked` gives them, of all the rows `in_common`
    groups -- of each of these, any number that it shares with those it belongs together with

    A cluster is called by the smallest name that its rows had, and where none had one by their smallest `content_key`:
    the order of rows does not matter. A row that has no cluster belongs to the one its `content_key` names.
    """
    named = keys.select("_row", cluster_or_key().alias("name"), "cluster", pl.Series("_group", groups)).sort("_row")
    forest, rows = Forest(named.height), np.arange(named.height)
    forest.join_equal(rows, named["_group"].to_numpy())
    if named["cluster"].count():
        forest.join_equal(rows, named["name"].rank("dense").to_numpy())
    found = named.with_columns(pl.Series("_group", forest.roots(rows)))
    found = found.filter(pl.len().over("_group") > 1)
    names = found.group_by("_group").agg(pl.coalesce(pl.col("cluster").min(), pl.col("name").min()).alias("_cluster"))
    return found.join(names, on="_group").select("_row", "_cluster")
