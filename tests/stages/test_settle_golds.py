"""What becomes of problems after the audit, and that repaired golds are verified anew."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ConfigError
from pipeline.stage import Reject
from stages.audit_golds import AuditGolds
from stages.keep_attempts import KeepAttempts
from stages.records import Attempt, GoldAudit, GoldStatus, Problem
from stages.select_rl import SelectRl
from stages.select_sft import SelectSft
from stages.settle_golds import SettleGolds
from stages.verify import Verify
from tests.limits import bounded
from tests.stages.training_rows import attempt, problem
from tests.support import MemorySide, context, run_batch, run_table
from verifier.types import AnswerType

SUSPECT = GoldAudit(
    status=GoldStatus.SUSPECT_GOLD,
    num_attempts=8,
    num_correct=0,
    num_undecided=1,
    consensus="40 cm",
    num_consensus=6,
    consensus_teachers=["one", "two"],
)


def audited(**changes: Any) -> Problem:
    return problem("a", audit=replace(SUSPECT, **changes), reference_solution="So it is 4.")


def settled(row: Problem, **options: Any) -> Problem | Reject:
    return SettleGolds(**options).process(row)


CASES = {
    "suspect_gold": audited(),
    "hard": audited(status=GoldStatus.HARD),
    "no_answer_given": audited(status=GoldStatus.HARD, consensus=None, num_consensus=0, consensus_teachers=[]),
    "undecided": audited(status=GoldStatus.UNDECIDED),
}


@pytest.mark.parametrize("reason", CASES)
def test_each_reason_has_its_own_name_in_the_funnel(reason: str) -> None:
    result = settled(CASES[reason])
    assert isinstance(result, Reject)
    assert result.reason == reason


def test_the_detail_has_the_counts() -> None:
    result = settled(audited())
    assert isinstance(result, Reject)
    assert result.detail == "0 of 8 decided attempts correct, 1 undecided; 6 say '40 cm', the gold is '4'"


@pytest.mark.parametrize("reason", CASES)
def test_whatever_is_asked_to_be_kept_stays_as_it_is(reason: str) -> None:
    row = CASES[reason]
    assert settled(row, suspect="keep", hard="keep", undecided="keep") == row


@pytest.mark.parametrize("status", [GoldStatus.SOLVED, GoldStatus.UNSAMPLED])
def test_solved_and_unsampled_problems_stay(status: GoldStatus) -> None:
    row = audited(status=status)
    assert settled(row, suspect="repair") == row


def test_disputed_problems_leave_where_that_is_asked_for() -> None:
    row = replace(audited(status=GoldStatus.SOLVED, num_correct=1), signals=["majority_disagrees"])
    assert settled(row) == row
    result = settled(row, disputed="reject")
    assert isinstance(result, Reject)
    assert result.reason == "majority_disagrees"


def test_a_repaired_problem_has_the_consensus_as_its_gold_and_keeps_the_former_one_on_record() -> None:
    row = audited()
    result = settled(row, suspect="repair")
    assert result == replace(
        row,
        answer="40 cm",
        answer_type=AnswerType.UNITS,
        unit="cm",
        reference_solution=None,
        signals=["gold_repaired"],
        audit=replace(SUSPECT, given_answer="4"),
    )
    assert isinstance(result, Problem)
    assert settled(result, suspect="repair") == result


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"consensus_teachers": ["one"]}, "not repaired: 2 teachers must agree, these do: one"),
        ({"consensus_teachers": []}, "not repaired: 2 teachers must agree, these do: none"),
        ({"consensus": "10^{10^{10^{10}}}"}, "not repaired: as expression it could not be checked"),
        ({"consensus": "cannot be determined"}, "not repaired: it says that there is no answer"),
        ({"consensus": "none"}, "not repaired: it says that there is no answer"),
        ({"consensus": "(" * 1_000 + "1" + ")" * 1_000}, "not repaired: too long, 2001 characters"),
        ({"consensus": "[" * 3_000}, "not repaired: too long, 3000 characters"),
    ],
)
def test_a_gold_is_not_replaced_without_a_second_teacher_or_by_what_cannot_be_checked(
    changes: dict[str, Any], why: str
) -> None:
    result = settled(audited(**changes), suspect="repair")
    assert isinstance(result, Reject)
    assert result.reason == "suspect_gold"
    assert why in result.detail


@pytest.mark.parametrize(
    "unit", [("(", ")"), ("[", "]"), ("{", "}"), (r"\{", r"\}"), (r"\frac{", "}{2}"), (r"\sqrt{", "}")]
)
def test_a_deeply_nested_answer_is_settled_in_no_time(unit: tuple[str, str]) -> None:
    depth = (400 - 1) // len("".join(unit))
    with bounded():
        for answer in (unit[0] * depth + "1" + unit[1] * depth, unit[0] * (400 // len(unit[0]))):
            result = settled(audited(consensus=answer), suspect="repair")
            assert isinstance(result, Problem) or result.reason == "suspect_gold"


def test_one_teacher_is_enough_where_the_recipe_says_so() -> None:
    result = settled(audited(consensus_teachers=["one"]), suspect="repair", min_teachers=1)
    assert isinstance(result, Problem)


def test_a_problem_without_an_audit_is_an_error() -> None:
    with pytest.raises(ValueError, match="put audit_golds before settle_golds"):
        settled(problem("a"))


def test_fewer_than_one_teacher_is_refused() -> None:
    with pytest.raises(ConfigError, match="min_teachers"):
        SettleGolds(min_teachers=0)


PROBLEMS = [
    problem("right"),
    problem("wrong", answer="5"),
    problem("hard", answer="9"),
]
# Of `wrong` the attempts say 4 where the gold is 5; on `hard` they agree on nothing.
FINALS = {"right": ["4", "4", "7"], "wrong": ["4", "4", "6"], "hard": ["1", "2", "3"]}


def sampled() -> list[Attempt]:
    return [
        attempt(name, sample, teacher=teacher, final=rf"So \boxed{{{final}}}.")
        for name, finals in FINALS.items()
        for teacher in ("one", "two")
        for sample, final in enumerate(finals)
    ]


def test_attempts_at_repaired_problems_are_judged_by_the_new_gold(tmp_path: Path) -> None:
    attempts = sampled()
    verdicts = run_batch(Verify(), attempts, context(tmp_path, problems=MemorySide(PROBLEMS)))
    sides = {"verdicts": MemorySide(verdicts), "attempts": MemorySide(attempts)}
    rows, _ = run_table(AuditGolds(), PROBLEMS, context(tmp_path, **sides))
    results = [SettleGolds(suspect="repair").process(row) for row in rows]
    kept = [row for row in results if isinstance(row, Problem)]
    assert {row.id: row.answer for row in kept} == {"right": "4", "wrong": "4"}

    problems = MemorySide(kept)
    stay, dropped = run_table(KeepAttempts(), attempts, context(tmp_path, problems=problems))
    assert set(dropped.values()) == {"problem_dropped"}
    again = run_batch(Verify(), stay, context(tmp_path, problems=problems))

    rl, _ = run_table(SelectRl(validation_share=0.0), kept, context(tmp_path, verdicts=MemorySide(again)))
    assert {row.id: (row.answer, row.pass_rate) for row in rl} == {"right": ("4", 2 / 3), "wrong": ("4", 2 / 3)}
    sides = {"attempts": MemorySide(stay), "problems": problems}
    sft, _ = run_table(SelectSft(), again, context(tmp_path, **sides))
    assert len(sft) == 8
    # Against the former gold nothing would have been learnt from `wrong`.
    stale, _ = run_table(SelectRl(), kept, context(tmp_path, verdicts=MemorySide(verdicts)))
    assert {row.id: row.pass_rate for row in stale}["wrong"] == 0.0
