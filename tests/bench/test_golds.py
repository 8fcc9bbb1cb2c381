from bench.quality.golds import Score
from bench.quality.golds_planted import asked, corrupted, planted
from bench.traces import Trace
from tests.stages.training_rows import problem


def traces(name: str, gold: str) -> list[Trace]:
    return [Trace(f"{name}/{number}", gold, rf"\boxed{{{gold}}}", "How many?", True) for number in range(3)]


def test_a_gold_is_corrupted_in_its_last_number_its_sign_and_by_another() -> None:
    assert dict(corrupted(r"-\frac{3}{8} m", "7")) == {
        "off by one": r"-\frac{3}{9} m",
        "factor": r"-\frac{3}{16} m",
        "sign": r"\frac{3}{8} m",
        "other's answer": "7",
    }
    assert dict(corrupted("x", "7")) == {"sign": "-x", "other's answer": "7"}


def test_what_is_no_other_value_is_not_planted() -> None:
    rows = asked([*traces("a", "0"), *traces("b", "0")], attempts=2, every=1)
    assert [len(row.traces) for row in rows] == [2, 2]
    # Twice nothing, the other sign of it and the other's answer are all the same.
    assert {row.problem.id: row.problem.answer for row in planted(rows)} == {"a+off by one": "1", "b+off by one": "1"}
    assert {row.true_gold for row in planted(rows)} == {"0"}


def test_precision_is_that_where_one_gold_in_twenty_is_wrong() -> None:
    score = Score(
        planted=10, caught=8, own=100, all_wrong=5, alarms=[problem("x"), problem("gsm8k/454")],
        repaired=0, repaired_right=0, spoilt=0,
    )  # fmt: skip
    assert score.recall == 0.8
    # 0.8 of 5 % against one alarm in a hundred of the other 95 %; the known wrong gold is no false alarm.
    assert abs(score.precision - 0.04 / (0.04 + 0.0095)) < 1e-12
