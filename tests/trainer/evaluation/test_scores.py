import math
from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from trainer.evaluation.scores import Sample, accuracy, difference, ladder, majority_at, pass_at, score


def sample(question: str, correct: bool | None, group: int | None = 0, **changes: object) -> Sample:
    facts = {"tokens": 10, "finish": "stop", "keywords": {"wait": 0}} | changes
    return Sample(question=question, correct=correct, group=group, **facts)  # type: ignore[arg-type]


def brute_majority(k: int, votes: list[int | None], right: set[int]) -> float:
    won = []
    for chosen in combinations(votes, k):
        counted = Counter(vote for vote in chosen if vote is not None)
        best = [vote for vote, count in counted.items() if count == max(counted.values())]
        won.append(sum(vote in right for vote in best) / len(best) if best else 0.0)
    return sum(won) / len(won)


def test_pass_at_k_is_the_share_of_choices_with_a_right_answer() -> None:
    for total in range(1, 8):
        for right in range(total + 1):
            answers = [index < right for index in range(total)]
            for k in range(1, total + 1):
                choices = [any(chosen) for chosen in combinations(answers, k)]
                assert pass_at(k, total=total, right=right) == pytest.approx(sum(choices) / len(choices))


def test_majority_at_k_is_the_share_of_choices_it_wins_with_ties_split() -> None:
    draw = np.random.default_rng(0)
    for _ in range(60):
        votes = [None if vote == 4 else int(vote) for vote in draw.integers(0, 5, size=draw.integers(1, 9))]
        for k in range(1, len(votes) + 1):
            assert majority_at(k, votes, {0}) == pytest.approx(brute_majority(k, votes, {0}))


def test_majority_of_64_answers_all_different_is_quick_and_exact() -> None:
    assert majority_at(32, list(range(64)), {0}) == pytest.approx(1 / 64)


@pytest.mark.parametrize(
    ("questions", "samples", "strength"), [(30, 16, 1.0), (200, 4, 0.5), (40, 1, 1.0), (500, 4, 8.0)]
)
def test_the_interval_holds_the_truth_as_often_as_it_says(questions: int, samples: int, strength: float) -> None:
    """Questions of beta-distributed difficulty; the smaller `strength`, the more they differ."""
    draw, held, rounds, mean = np.random.default_rng(1), 0, 1500, 0.2
    for _ in range(rounds):
        chance = draw.beta(strength * mean, strength * (1 - mean), size=questions)
        answers = draw.random((questions, samples)) < chance[:, None]
        found = accuracy([list(map(bool, row)) for row in answers])
        assert found is not None
        held += found.low <= mean <= found.high
    assert 0.93 <= held / rounds <= 0.985


def test_answers_that_ignored_their_question_would_give_too_narrow_an_interval() -> None:
    alike = accuracy([[True] * 16] * 10 + [[False] * 16] * 20)
    once = accuracy([[True]] * 10 + [[False]] * 20)
    assert alike is not None
    assert once is not None
    assert (alike.low, alike.high) == pytest.approx((once.low, once.high), abs=1e-9)


def test_no_right_answer_at_all_is_not_certainty() -> None:
    found = accuracy([[False]] * 30)
    assert found is not None
    assert found.mean == found.low == 0
    assert found.high == pytest.approx(0.1135, abs=1e-4)  # Wilson at 0 of 30


def test_the_difference_of_pairs_is_narrower_than_that_of_strangers_and_holds_the_truth() -> None:
    draw, held, rounds = np.random.default_rng(2), 0, 1500
    for _ in range(rounds):
        chance = draw.beta(0.5, 0.5, size=100)
        first = {str(at): float(draw.random() < p) for at, p in enumerate(chance)}
        second = {str(at): float(draw.random() < p) for at, p in enumerate(chance)}
        found = difference(first, second)
        assert found is not None
        assert found.high - found.low < 2 * 1.96 * math.sqrt(2 * 0.25 / 100)
        held += found.low <= 0 <= found.high
    assert 0.935 <= held / rounds <= 0.985


def test_only_questions_that_both_were_asked_are_compared() -> None:
    found = difference({"a": 1.0, "b": 0.0}, {"a": 0.0, "c": 1.0})
    assert found is not None
    assert found.mean == 1.0
    assert difference({"a": 1.0}, {"b": 1.0}) is None


def test_undecided_answers_count_neither_as_right_nor_as_wrong() -> None:
    told = score([sample("a", True), sample("a", None, 7), sample("b", False, 1), sample("b", None, None)])
    assert (told["accuracy"], told["undecided"], told["no_answer"]) == (0.5, 0.5, 0.25)
    assert told["pass"] == {"1": 0.5}  # nobody has two decided answers


def test_a_set_nobody_decided_has_no_accuracy() -> None:
    told = score([sample("a", None)])
    assert (told["accuracy"], told["low"], told["pass"]) == (None, None, {})


def test_lengths_ends_and_keywords() -> None:
    told = score(
        [
            sample("a", True, tokens=10, keywords={"wait": 2}),
            sample("b", False, 1, tokens=30, finish="length"),
            sample("c", False, None, tokens=50, finish="loop"),
            sample("d", False, None, tokens=0, finish="prompt_too_long"),
        ]
    )
    lengths = {"mean": 22.5, "p50": 20, "p95": 47, "correct": 10, "incorrect": 80 / 3, "undecided": None}
    assert told["length"] == pytest.approx(lengths)
    assert (told["truncated"], told["looping"], told["prompt_too_long"], told["no_answer"]) == (0.25, 0.25, 0.25, 0.5)
    assert told["keywords"] == {"wait": {"share": 0.25, "per_response": 0.5}}


def test_the_ladder_ends_with_all_samples() -> None:
    assert [ladder(count) for count in (1, 4, 6)] == [[1], [1, 2, 4], [1, 2, 4, 6]]
