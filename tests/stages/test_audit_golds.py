"""Consensus of the attempts against the gold, with the verifier itself."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ConfigError
from pipeline.schema import schema_of, schema_problems
from stages._consensus import Consensus, Quorum, Said, consensus
from stages.audit_golds import AuditGolds
from stages.records import Attempt, GoldAudit, GoldStatus, Problem, VerdictRow
from tests.stages.training_rows import attempt, problem, verdict
from tests.support import MemorySide, context, run_table
from verifier.types import Outcome

RIGHT, OPEN = "+", "?"
Answers = Sequence[str | None]


def rows_of(name: str, answers: Answers, teacher: str = "small") -> list[tuple[Attempt, VerdictRow]]:
    """`+` is a right answer, `?` an undecided one, None none at all; anything else is wrong and says that."""
    numbers = count()
    rows = []
    for answer in answers:
        given = attempt(name, next(numbers), teacher=teacher)
        outcome = {RIGHT: Outcome.CORRECT, OPEN: Outcome.UNDECIDED}.get(answer or "", Outcome.INCORRECT)
        extracted = {RIGHT: "4", OPEN: r"\int"}.get(answer or "", answer)
        rows.append((given, replace(verdict(given, outcome), extracted=extracted)))
    return rows


def audit_all(
    tmp_path: Path, problems: Sequence[Problem], rows: Sequence[tuple[Attempt, VerdictRow]], **options: Any
) -> dict[str, Problem]:
    sides = {"verdicts": MemorySide([pair[1] for pair in rows]), "attempts": MemorySide([pair[0] for pair in rows])}
    kept, dropped = run_table(AuditGolds(**options), problems, context(tmp_path, **sides))
    assert dropped == {}
    return {row.id: row for row in kept}


def audited(tmp_path: Path, answers: Answers, *, asked: Problem | None = None, **options: Any) -> Problem:
    row = audit_all(tmp_path, [asked or problem("a")], rows_of("a", answers), **options)["a"]
    assert row.audit is not None
    return row


def audit_of(row: Problem) -> GoldAudit:
    assert row.audit is not None
    return row.audit


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        (["5", "5", "5", "5"], GoldStatus.SUSPECT_GOLD),
        (["5", "5", "5", "6"], GoldStatus.SUSPECT_GOLD),
        (["5", "5", "6", "7"], GoldStatus.HARD),
        (["5", "5", "5", "6", "6", "6"], GoldStatus.HARD),
        (["5", "5", "5", "6", "7", "8", "9"], GoldStatus.HARD),
        (["5", "5", "5", "5", "6", "6", "6", "6"], GoldStatus.HARD),
        (["5", "5", "5", None, None, None], GoldStatus.SUSPECT_GOLD),
        (["5", "5", "5", None, None, None, None], GoldStatus.HARD),
        ([None, None, None, None], GoldStatus.HARD),
        ([OPEN, OPEN], GoldStatus.UNDECIDED),
        (["5", "5", OPEN, OPEN], GoldStatus.HARD),
        (["5", "5", "5", RIGHT], GoldStatus.SOLVED),
    ],
)
def test_attempts_that_agree_on_another_answer_make_the_gold_suspect(
    tmp_path: Path, answers: Answers, status: GoldStatus
) -> None:
    assert audit_of(audited(tmp_path, answers)).status is status


def test_the_counts_stand_in_the_audit(tmp_path: Path) -> None:
    found = audit_of(audited(tmp_path, ["5", "5", "5.0", "6", None, OPEN]))
    assert found == GoldAudit(
        status=GoldStatus.SUSPECT_GOLD,
        num_attempts=5,
        num_correct=0,
        num_undecided=1,
        consensus="5",
        num_consensus=3,
        consensus_teachers=["small"],
    )


@pytest.mark.parametrize(
    ("answers", "agreed"),
    [
        ([r"\frac{1}{2}", "1/2", "0.5"], "0.5"),
        ([r"x^2-1", "(x-1)(x+1)", r"(x+1)\cdot(x-1)"], "x^2-1"),
        (["5 km", "5000 m", "5000\\text{ m}"], "5 km"),
        (["{1, 2}", r"\{2,1\}", "2, 1"], "2, 1"),
        ([r"\int_0^1 2x\,dx", r"\sum_{k=1}^{1} k", "1"], "1"),
        (["Paris", "paris", r"\text{Paris}"], "Paris"),
    ],
)
def test_spellings_of_one_answer_agree_and_the_shortest_stands_for_them(
    tmp_path: Path, answers: Answers, agreed: str
) -> None:
    found = audit_of(audited(tmp_path, answers))
    assert (found.status, found.consensus, found.num_consensus) == (GoldStatus.SUSPECT_GOLD, agreed, 3)


@pytest.mark.parametrize(
    "answers",
    [
        ["5", "5 cm", "5 m"],  # the bare number agrees with both, they with one another do not
        ["0.3", "1/3", "0.33"],  # coarser than its gold
        ["(1,2)", r"\{1,2\}", "[1,2]"],
        ["1e3", "1e4", "1e5"],
    ],
)
def test_answers_that_differ_make_no_consensus(tmp_path: Path, answers: Answers) -> None:
    assert audit_of(audited(tmp_path, answers)).status is GoldStatus.HARD


def test_the_order_of_attempts_changes_nothing(tmp_path: Path) -> None:
    answers = ["5", "5 cm", "6", "5 m", "6.0", "5 cm"]
    found = [audit_of(audited(tmp_path, order)) for order in (answers, answers[::-1], sorted(answers))]
    assert found[0] == found[1] == found[2]


def test_a_solved_problem_with_a_majority_against_its_gold_says_so_and_stays_solved(tmp_path: Path) -> None:
    problems = [problem(name, signals=["boxed"]) for name in ("clear", "even", "few")]
    rows = [
        *rows_of("clear", ["5", "5", "5", RIGHT]),
        *rows_of("even", ["5", "5", "5", RIGHT, RIGHT, RIGHT]),
        *rows_of("few", ["5", "5", RIGHT]),
    ]
    found = audit_all(tmp_path, problems, rows)
    assert {row.id: row.signals for row in found.values()} == {
        "clear": ["boxed", "majority_disagrees"],
        "even": ["boxed"],
        "few": ["boxed"],
    }
    assert {audit_of(row).status for row in found.values()} == {GoldStatus.SOLVED}
    assert (audit_of(found["clear"]).consensus, audit_of(found["clear"]).num_consensus) == ("5", 3)


def test_problems_nobody_tried_are_unsampled(tmp_path: Path) -> None:
    found = audit_all(tmp_path, [problem("a"), problem("b")], rows_of("a", [RIGHT]))
    assert audit_of(found["b"]) == GoldAudit(
        status=GoldStatus.UNSAMPLED, num_attempts=0, num_correct=0, num_undecided=0
    )


def test_a_teacher_counts_as_agreeing_only_if_most_of_its_own_attempts_do(tmp_path: Path) -> None:
    rows = [
        *rows_of("a", ["5", "5", "5", "5"], "one"),
        *rows_of("a", ["5", "5", "6"], "two"),
        *rows_of("a", ["5", "5", "8", None], "three"),
    ]
    found = audit_of(audit_all(tmp_path, [problem("a")], rows)["a"])
    assert (found.num_consensus, found.num_attempts) == (8, 11)
    assert found.consensus_teachers == ["one", "two"]


def test_without_attempts_no_teacher_is_named(tmp_path: Path) -> None:
    verdicts = MemorySide([pair[1] for pair in rows_of("a", ["5", "5", "5"])])
    (row,), _ = run_table(AuditGolds(), [problem("a")], context(tmp_path, verdicts=verdicts))
    assert (row.audit.status, row.audit.consensus_teachers) == (GoldStatus.SUSPECT_GOLD, [])


def test_a_verdict_without_its_attempt_is_an_error(tmp_path: Path) -> None:
    sides = {
        "verdicts": MemorySide([pair[1] for pair in rows_of("a", ["5", "5", "5"])]),
        "attempts": MemorySide([attempt("b", 0)]),
    }
    with pytest.raises(ConfigError, match=r"3 verdicts have no attempt in side input `attempts` \(first: a/small-00\)"):
        run_table(AuditGolds(), [problem("a")], context(tmp_path, **sides))


def test_the_former_gold_of_a_repaired_problem_survives_another_audit(tmp_path: Path) -> None:
    before = GoldAudit(
        status=GoldStatus.SUSPECT_GOLD, num_attempts=3, num_correct=0, num_undecided=0, given_answer="39"
    )
    row = audited(tmp_path, [RIGHT, RIGHT], asked=problem("a", audit=before))
    assert (audit_of(row).status, audit_of(row).given_answer) == (GoldStatus.SOLVED, "39")


def test_the_table_has_the_schema_of_problems(tmp_path: Path) -> None:
    ctx = context(tmp_path, verdicts=MemorySide([pair[1] for pair in rows_of("a", ["5", RIGHT, OPEN])]))
    frame = AuditGolds().transform(MemorySide([problem("a"), problem("b")]).lazy(), ctx).collect()
    assert frame.columns == schema_of(Problem).names
    assert schema_problems(frame.to_arrow().schema, Problem) == []


def test_what_hangs_on_a_comparison_left_open_is_open() -> None:
    said = [Said(text, None, 2, False) for text in ("5", "6")]
    assert consensus(said, lambda left, right: None, Quorum(3, 0.5)) == Consensus("5", 2, (), False, True)
    assert not consensus(said, lambda left, right: False, Quorum(3, 0.5)).is_open
    # With one more on either side the comparison no longer matters.
    more = [*said, Said("6", None, 1, False), Said(None, None, 1, False)]
    found = consensus(more, lambda left, right: None, Quorum(3, 0.5))
    assert (found.answer, found.count, found.is_clear, found.is_open) == ("6", 3, True, False)


@pytest.mark.parametrize(
    ("left_open", "is_open"),
    [
        ([("C1", "C2")], True),
        # That another joins the answer that was found does not hide that its rivals may be one.
        ([("C1", "C2"), ("AA", "D1")], True),
        ([("C1", "C2"), ("AA", "C1"), ("AA", "C2")], True),
        ([("AA", "C1")], False),
        ([("C1", "D1")], True),
        ([("D1", "D2")], False),
    ],
)
def test_a_clear_answer_is_open_where_rivals_may_be_one(left_open: list[tuple[str, str]], is_open: bool) -> None:
    counts = {"AA": 3, "C1": 2, "C2": 2, "D1": 1} if left_open != [("D1", "D2")] else {"AA": 4, "D1": 1, "D2": 1}
    said = [Said(text, None, count, False) for text, count in counts.items()]

    def same(left: str, right: str) -> bool | None:
        return None if (left, right) in left_open or (right, left) in left_open else False

    found = consensus(said, same, Quorum(3, 0.3))
    assert (found.answer, found.is_clear, found.is_open) == ("AA", True, is_open)


@pytest.mark.parametrize(("option", "value"), [("min_agree", 0), ("min_share", 0.0), ("min_share", 1.1)])
def test_options_out_of_range_are_refused(option: str, value: float) -> None:
    with pytest.raises(ConfigError, match=option):
        AuditGolds(**{option: value})  # type: ignore[arg-type]
