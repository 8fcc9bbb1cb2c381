import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest

from pipeline.errors import ConfigError
from stages._winner import stated
from stages.dedup_exact import DedupExact
from stages.dedup_near import DedupNear
from stages.records import Origin, QAPair
from tests.pipeline.workshop import rows
from tests.stages.near_rows import pair
from tests.stages.recipes import run_nodes
from tests.support import MemorySide, context, run_table


def details(stage: DedupExact, pairs: list[QAPair], tmp_path: Path) -> dict[str, str | None]:
    frame = stage.transform(MemorySide(pairs).lazy(), context(tmp_path)).collect()
    return dict(zip(frame["id"], frame["_reject_detail"], strict=True))


def test_of_equal_questions_one_stays_with_the_ids_of_its_copies(tmp_path: Path) -> None:
    rows = [
        pair("d", "What is  $1+1$?"),
        pair("b", "what is 1 + 1"),
        pair("a", "What is 1+1?", score=0.5),
        pair("c", "What is 1-1?"),
    ]
    kept, dropped = run_table(DedupExact(), rows, context(tmp_path))
    assert [(row.id, row.copies, row.kept_because) for row in kept] == [("b", ["a", "d"], "earliest"), ("c", [], None)]
    assert dropped == {"a": "duplicate", "d": "duplicate"}
    assert details(DedupExact(), rows, tmp_path) == {"a": "b: score", "b": None, "c": None, "d": "b: earliest"}


def test_each_rule_decides_where_those_before_it_do_not(tmp_path: Path) -> None:
    worked = "Multiply both sides by two, then subtract one from each of them and you will find 3."
    rows = [
        pair("earliest", "q"),
        pair("score", "q", score=2.0),
        pair("votes", "q", score=2.0, votes=3),
        pair("longest", "q", "It is 1.", score=2.0, votes=3),
        pair("solution", "q", worked, score=2.0, votes=3),
        pair("accepted", "q", worked, score=2.0, votes=3, is_accepted=True),
    ]
    rows = [pair("machine", "q", worked * 2, score=3.0, is_accepted=True, origin=Origin.LLM_INVENTED), *rows]
    for count, better in enumerate(["human", "earliest", "score", "votes", "longest", "solution", "accepted"]):
        (winner, *_), _ = run_table(DedupExact(), rows[: count + 1], context(tmp_path))
        if count > 1:
            assert (winner.id, winner.kept_because) == (better, better)
    assert details(DedupExact(), rows, tmp_path)["machine"] == "accepted: human"


def test_the_order_of_the_rules_is_an_option(tmp_path: Path) -> None:
    rows = [pair("a", "q", "a longer answer"), pair("b", "q", votes=9)]
    assert run_table(DedupExact(prefer=["votes"]), rows, context(tmp_path))[0][0].id == "b"
    assert run_table(DedupExact(prefer=[]), rows, context(tmp_path))[0][0].kept_because == "earliest"
    with pytest.raises(ConfigError, match="dedup_exact: prefer has no rule 'vote'; rules: human, accepted"):
        DedupExact(prefer=["vote"])
    with pytest.raises(ConfigError, match="names a rule twice"):
        DedupExact(prefer=["votes", "votes"])


def test_copies_of_copies_are_handed_on(tmp_path: Path) -> None:
    rows = [pair("a", "q", copies=["x"]), pair("b", "q", copies=["y", "a"])]
    (row,), _ = run_table(DedupExact(), rows, context(tmp_path))
    assert row.copies == ["b", "x", "y"]


def test_a_row_that_comes_twice_is_one_row_and_no_copy_of_itself(tmp_path: Path) -> None:
    (row,), dropped = run_table(DedupExact(), [pair("a", "q"), pair("a", "q")], context(tmp_path))
    assert (row.id, row.copies) == ("a", [])
    assert dropped == {"a": "duplicate"}


def test_two_questions_of_one_id_are_told_apart_and_one_of_them_stays(tmp_path: Path) -> None:
    rows = [pair("a", "one question", "a long answer"), pair("a", "another question"), pair("b", "a third")]
    for order in (rows, rows[::-1]):
        kept, dropped = run_table(DedupExact(), order, context(tmp_path))
        assert [row.question for row in kept] == ["one question", "a third"]
        assert dropped == {"a": "duplicate_id"}


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("4", "5", True),
        ("$4$", "4", False),
        (r"$\frac{1}{2}$", "1/2", False),
        (r"\dfrac12", "0.50", False),
        (r"$x = -\frac{6}{4}$", "-1.5", False),
        ("1/3", "0.33", True),
        ("-2", "2", True),
        ("1/0", "0/1", True),
        ("4 km", "4 m", True),
        (r"So we get \boxed{4}.", "4", False),
        ("Two and two.\n#### 4", r"A long way round, but in the end it is \boxed{5}", True),
        ("Somebody explains at great length how this is done.", "Somebody else says nothing about any value.", False),
    ],
)
def test_copies_whose_answers_state_different_values_are_marked(
    tmp_path: Path, one: str, other: str, *, differ: bool
) -> None:
    (row,), _ = run_table(DedupExact(), [pair("a", "q", one), pair("b", "q", other)], context(tmp_path))
    assert row.signals == (["copies_disagree"] if differ else [])


def test_an_answer_of_prose_states_nothing_that_a_rule_can_find() -> None:
    assert stated("Somebody explains at great length how this is done.") is None
    assert stated(r"\boxed{\frac12}") == stated(r"#### \frac{1}{2}")


def test_no_question_is_lost_with_a_row_whose_id_names_another_one(tmp_path: Path) -> None:
    rows = [
        pair("a", "question one", "a much longer answer"),
        pair("a", "question two", "longish", copies=["z"]),
        pair("b", "question two", "x"),
    ]
    for order in (rows, rows[::-1]):
        kept, dropped = run_table(DedupExact(), order, context(tmp_path))
        assert sorted((row.id, row.question) for row in kept) == [("a", "question one"), ("b", "question two")]
        assert all((row.copies, row.kept_because, row.signals) == ([], None, []) for row in kept)
        assert dropped == {"a": "duplicate_id"}


def test_other_questions_of_an_id_do_not_disagree_with_it(tmp_path: Path) -> None:
    rows = [pair("a", "one question", "44"), pair("a", "another question", "5")]
    (row,), _ = run_table(DedupExact(), rows, context(tmp_path))
    assert (row.answer_text, row.signals, row.copies) == ("44", [], [])


@pytest.mark.parametrize("stage", [DedupExact(), DedupNear()], ids=["exact", "near"])
@pytest.mark.parametrize("fields", [{}, {"url": "https://a"}, {"source": "r"}, {"answer_text": "0"}])
def test_rows_alike_by_all_rules_go_by_what_they_hold(
    tmp_path: Path, stage: DedupExact | DedupNear, fields: dict[str, Any]
) -> None:
    twins = [pair("a", "what is it", "1", licence="x"), replace(pair("a", "what is it", "1"), **fields)]
    others = [pair("b", "another", "1"), pair("c", "what is it", "2")]
    orders = [[*twins, *others], [*others, *twins[::-1]]]
    one, other = (sorted(run_table(stage, rows, context(tmp_path))[0], key=lambda row: row.id) for rows in orders)
    assert one == other


def test_clusters_are_merged_where_their_rows_ask_the_same(tmp_path: Path) -> None:
    rows = [
        pair("a", "q", cluster="k2"),
        pair("b", "q", cluster="k1"),
        pair("c", "another", cluster="k1"),
        pair("d", "a third", cluster="k2"),
        pair("e", "a fourth"),
    ]
    kept, _ = run_table(DedupExact(), rows, context(tmp_path))
    assert {row.id: row.cluster for row in kept} == {"a": "k1", "c": "k1", "d": "k1", "e": None}


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    rows = [pair(f"{n:02d}", f"question {n % 7}", "x" * (n % 3)) for n in range(40)]
    forward = run_table(DedupExact(), rows, context(tmp_path))
    assert run_table(DedupExact(), rows[::-1], context(tmp_path)) == forward
    assert len(forward[0]) == 7


def test_an_empty_table_stays_empty(tmp_path: Path) -> None:
    empty = MemorySide([pair("a", "q")]).lazy().head(0)
    assert DedupExact().transform(empty, context(tmp_path)).collect().height == 0


def test_ids_that_come_from_two_files_are_settled_and_each_reject_shows_its_own_row(tmp_path: Path) -> None:
    nodes: dict[str, Any] = {"unique": {"uses": "dedup_exact", "needs": ["one", "two"]}}
    for name, question in (("one", "What is 1+1?"), ("two", "What is 2+2?")):
        lines = [{"id": "7", "question": question, "answer": "4"}, {"id": "8", "question": "Why?", "answer": "4"}]
        path = tmp_path / f"{name}.jsonl"
        path.write_text("\n".join(map(json.dumps, lines)))
        nodes[name] = {"uses": "read_jsonl", "with": {"paths": [str(path)], "source": "s", "id_field": "id"}}
    unique = run_nodes(tmp_path / "run", nodes)["unique"]
    assert unique.manifest.totals.rejected == {"duplicate": 1, "duplicate_id": 1}
    frame = pl.concat([pl.read_parquet(path) for path in unique.artifact.data_files()])
    dropped = [orjson.loads(row["row"]) for row in rows(unique.artifact, "rejects")]
    found = sorted([*frame["question"].to_list(), *(row["question"] for row in dropped)])
    assert found == ["What is 1+1?", "What is 2+2?", "Why?", "Why?"]


@pytest.mark.parametrize("stage", [DedupExact(), DedupNear()])
def test_a_row_without_a_cluster_is_in_the_one_that_its_question_names(
    tmp_path: Path, stage: DedupExact | DedupNear
) -> None:
    named = pair("b", "where the cluster has its name from")
    alone = pair("d", "what has nothing to do with any of them")
    rows = [
        pair("a", "some quite other question", cluster=named.content_key),
        named,
        pair("c", "why", cluster="c"),
        alone,
    ]
    kept, _ = run_table(stage, rows, context(tmp_path))
    assert [row.cluster for row in kept] == [named.content_key, named.content_key, "c", None]
