import json
from typing import Any

import polars as pl

from stages._reasoning_rates import COUNTS
from stages._statistics import rl_statistics, sft_statistics

PLAIN: dict[str, Any] = {name: 0 for name in (*COUNTS, "longest_repeat", "num_boxes")} | {
    "num_words": 10,
    "repetition": 0.0,
    "foreign": 0.0,
    "has_code": False,
    "leak": None,
}


def sft(problem_id: str, *, marks: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    row = {
        "id": f"{problem_id}/small-00",
        "problem_id": problem_id,
        "teacher": "small",
        "sample": 0,
        "outcome": "correct",
        "num_tokens": 100,
        "source": "pages",
        "cluster": problem_id,
        "pass_rate": 0.5,
        "difficulty": None,
        "finish_reason": "stop",
    }
    return row | changes | ({"trajectory": PLAIN | marks} if marks is not None else {})


def frame(rows: list[dict[str, Any]]) -> pl.LazyFrame:
    return pl.DataFrame(rows, schema_overrides={"difficulty": pl.String, "pass_rate": pl.Float64}).lazy()


ROWS = [
    sft("a", marks={"wait": 2, "repetition": 0.25, "num_boxes": 1}),
    sft("a", marks={"wait": 0, "leak": "the given answer is 4", "num_boxes": 1}, num_tokens=300, outcome="incorrect"),
    sft("b", marks={"branching": 4, "has_code": True}, teacher="large", num_tokens=600, pass_rate=1.0),
    sft("c", marks={"foreign": 0.5, "num_boxes": 3}, source="words", pass_rate=None, difficulty="hard"),
]


def group(statistics: dict[str, Any], teacher: str | None, outcome: str | None) -> dict[str, Any]:
    (found,) = [one for one in statistics["groups"] if (one["teacher"], one["outcome"]) == (teacher, outcome)]
    return dict(found)


def test_groups_are_all_then_teachers_outcomes_and_both() -> None:
    groups = [(one["teacher"], one["outcome"], one["rows"]) for one in sft_statistics(frame(ROWS))["groups"]]
    assert groups == [
        (None, None, 4),
        ("large", None, 1),
        ("small", None, 3),
        (None, "correct", 3),
        (None, "incorrect", 1),
        ("large", "correct", 1),
        ("small", "correct", 2),
        ("small", "incorrect", 1),
    ]


def test_lengths_of_all_groups_share_their_edges_and_add_up() -> None:
    found = sft_statistics(frame(ROWS))
    edges, whole = found["length_edges"], group(found, None, None)
    assert edges[0] <= 100 < edges[1]
    assert edges[-2] <= 600 < edges[-1]
    assert {len(one["length_counts"]) for one in found["groups"]} == {len(edges) - 1}
    assert whole["length_counts"][0] == 2
    assert whole["length_counts"] == [
        sum(of) for of in zip(*(group(found, name, None)["length_counts"] for name in ("large", "small")), strict=True)
    ]
    assert whole["length"] == {"mean": 275.0, "p5": 100, "p25": 100, "p50": 300, "p75": 300, "p95": 600, "max": 600}


def test_words_count_per_response_and_per_thousand_tokens() -> None:
    reasoning = group(sft_statistics(frame(ROWS)), None, None)["reasoning"]
    assert reasoning["keywords"]["wait"] == {"share": 0.25, "per_1k_tokens": round(2 / 1100 * 1000, 6)}
    assert reasoning["moves"]["branching"] == {
        "share": 0.25,
        "per_response": 1.0,
        "per_1k_tokens": round(4 / 1100 * 1000, 6),
    }
    assert (reasoning["leaks"], reasoning["coding_rate"], reasoning["foreign_share"]) == (1, 0.25, 0.25)
    assert reasoning["boxes"] == {"none": 0.25, "one": 0.5, "several": 0.25}
    assert reasoning["repetition"]["max"] == 0.25
    assert reasoning["repetition"]["mean"] == 0.0625


def test_rates_of_rows_weigh_problems_by_their_attempts_and_those_of_problems_do_not() -> None:
    rates = sft_statistics(frame(ROWS))["pass_rates"]
    assert (rates["rows"]["counts"][5], rates["rows"]["always"], rates["rows"]["unsampled"]) == (2, 1, 1)
    assert (rates["problems"]["counts"][5], rates["problems"]["always"], rates["problems"]["unsampled"]) == (1, 1, 1)


def test_sources_bands_and_endings_are_counted() -> None:
    found = sft_statistics(frame(ROWS))
    assert (found["rows"], found["problems"], found["tokens"]) == (4, 3, 1100)
    assert found["sources"]["pages"] == {"rows": 3, "problems": 2, "tokens": 1000}
    assert found["difficulty"] == {"hard": {"rows": 1, "problems": 1}, "none": {"rows": 3, "problems": 2}}
    assert found["finish_reasons"] == {"stop": 4}
    assert found["attempts_per_problem"]["max"] == 2


def test_rows_in_another_order_give_the_same_json() -> None:
    rows = [
        sft(f"p{at % 40}", marks={"repetition": at / 977, "wait": at % 3}, num_tokens=at * 7 + 1, teacher=f"t{at % 3}")
        for at in range(500)
    ]
    assert json.dumps(sft_statistics(frame(rows))) == json.dumps(sft_statistics(frame(rows[::-1])))


def test_without_marks_there_is_no_reasoning_to_tell_of_and_null_marks_are_left_out() -> None:
    bare = [{name: value for name, value in row.items() if name != "trajectory"} for row in ROWS]
    assert {one["reasoning"] for one in sft_statistics(frame(bare))["groups"]} == {None}
    half = [ROWS[0], ROWS[1] | {"trajectory": None}]
    reasoning = group(sft_statistics(frame(half)), None, None)["reasoning"]
    assert (reasoning["rows"], reasoning["leaks"]) == (1, 0)
    assert reasoning["keywords"]["wait"] == {"share": 1.0, "per_1k_tokens": 20.0}


def rl(name: str, **changes: Any) -> dict[str, Any]:
    row = {
        "id": name,
        "question": f"What is {name}?",
        "answer": "12",
        "answer_type": "integer",
        "num_attempts": 4,
        "pass_rate": 0.25,
        "difficulty": None,
        "split": "train",
        "provenance": {"source": "pages", "cluster": name},
    }
    return row | changes


def test_problems_that_were_never_sampled_stand_apart_from_those_never_solved() -> None:
    rows = [
        rl("a", pass_rate=0.0),
        rl("b", pass_rate=1.0, split="validation"),
        rl("c", pass_rate=0.3, answer="x^2 + 1", answer_type="expression"),
        rl("d", pass_rate=None, num_attempts=0, question="What is a?", provenance={"source": "words", "cluster": "a"}),
    ]
    found = rl_statistics(frame(rows))
    rates = found["pass_rates"]
    assert (rates["never"], rates["always"], rates["unsampled"]) == (1, 1, 1)
    assert (rates["counts"][3], sum(rates["counts"])) == (1, 1)
    assert (found["rows"], found["sampled"], found["clusters"], found["repeated_questions"]) == (4, 3, 3, 1)
    assert found["sources"] == {
        "pages": {"rows": 3, "sampled": 3, "solved": 2},
        "words": {"rows": 1, "sampled": 0, "solved": 0},
    }
    assert found["splits"] == {"train": 3, "validation": 1}
    assert found["answer_types"] == {"expression": 1, "integer": 3}
    assert (found["gold_chars"]["max"], found["gold_chars_histogram"]["counts"][0]) == (7, 3)


def test_a_view_without_rows_has_statistics_too() -> None:
    none = sft_statistics(frame(ROWS).limit(0))
    assert (none["rows"], none["groups"][0]["length"]["mean"], none["groups"][0]["reasoning"]) == (0, None, None)
    assert rl_statistics(frame([rl("a")]).limit(0))["gold_chars"]["mean"] is None
