"""The table of trainers' own rewards: what it counts, and that each trainer's reward is really asked."""

import pytest

from bench.exports.stock_rewards import INSTALLED, TRAINERS, Asked, asked_of, failures, our_scores, stock_scores
from verifier.audit.cases import load_cases
from verifier.types import AnswerType


def asked(kind: str, gold: str, answer: str) -> Asked:
    return Asked(kind=kind, type="integer", gold=gold, answer=answer, question=None)


LONG = {"swift": [pytest.mark.long]}
PAIRS = [asked("itself", "42", "42"), asked("wrong", "42", "43"), asked("form", "2048", "2{,}048")]


# ms-swift takes longest to import.
@pytest.mark.parametrize("trainer", [pytest.param(name, marks=LONG.get(name, [])) for name in TRAINERS])
def test_every_trainer_tells_a_number_from_another(trainer: str) -> None:
    if trainer != "trl" and not (INSTALLED / trainer).is_dir():
        pytest.skip(f"{trainer} is not in {INSTALLED}; `make trainers` installs it there")
    scores = stock_scores(trainer, PAIRS)
    assert scores
    assert {tuple(found[:2]) for found in scores.values()} == {(True, False)}


def test_ours_has_no_failure_on_these() -> None:
    counts = failures(PAIRS, our_scores(PAIRS))
    assert {failed for failed, _ in counts.values()} == {0}


def test_a_sample_left_out_fails_a_right_answer_and_no_wrong_one() -> None:
    counts = failures(PAIRS, {"stock": [None, None, True]})
    assert counts == {
        ("stock", "itself", "integer"): (1, 1),
        ("stock", "wrong", "integer"): (0, 1),
        ("stock", "form", "integer"): (0, 1),
    }


def test_answers_of_every_type_are_asked_in_every_way() -> None:
    made = asked_of(load_cases("development"), of_each=3)
    assert {(one.kind, one.type) for one in made} == {
        (kind, str(type)) for kind in ("itself", "form", "wrong") for type in AnswerType
    }
    assert all(one.gold != one.answer for one in made if one.kind != "itself")
