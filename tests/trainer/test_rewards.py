"""Rewards against the seed paper's tables and, for repetition, against its algorithm word for word."""

import random
from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from bench.training.penalty import by_definition
from trainer.rewards import _stood_before, classic, cosine, exceeded, repetition_penalty, word_repetition
from verifier.types import Outcome

BUDGET = 14_336
LENGTHS = (0, 1024, 2048, 4096, 7168, 8192, 10752, 12288, 14000, 14319)
RIGHT = (2.0000, 1.9875, 1.9505, 1.8117, 1.5000, 1.3887, 1.1464, 1.0495, 1.0014, 1.0000)
WRONG = (-10.0000, -9.8746, -9.5048, -8.1174, -5.0000, -3.8874, -1.4645, -0.4952, -0.0135, -0.0000)


def test_classic() -> None:
    assert (classic(True), classic(False), classic(False, wrong=-0.5)) == (1.0, 0.0, -0.5)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_outcome_is_no_truth_value(outcome: Outcome) -> None:
    for reward in (classic, partial(cosine, length=1, max_length=2)):
        with pytest.raises(TypeError, match="compare first"):
            reward(outcome)


def test_the_papers_table_of_the_cosine_reward() -> None:
    for is_correct, expected in ((True, RIGHT), (False, WRONG)):
        found = [round(cosine(is_correct, length, max_length=BUDGET), 4) for length in LENGTHS]
        assert found == [pytest.approx(value, abs=1e-9) for value in expected]
    assert [exceeded(length, max_length=BUDGET, margin=16) for length in (14_319, 14_320)] == [False, True]


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_longer_is_worse_for_right_answers_and_better_for_wrong_ones(one: int, other: int) -> None:
    short, long = sorted((one, other))
    assert 2 >= cosine(True, short, max_length=1000) >= cosine(True, long, max_length=1000) >= 1
    assert -10 <= cosine(False, short, max_length=1000) <= cosine(False, long, max_length=1000) <= 1e-12


def test_a_reward_for_length_alone_rises() -> None:
    """The paper's reward A."""
    constants = {"correct_at_0": 0.0, "correct_at_max": 10.0, "wrong_at_0": 0.0, "wrong_at_max": 0.0}
    found = [cosine(True, length, max_length=100, **constants) for length in (0, 50, 100)]
    assert found == pytest.approx([0.0, 5.0, 10.0])
    assert cosine(False, 50, max_length=100, **constants) == 0.0


def test_what_was_cut_off_exceeds_whatever_its_length() -> None:
    assert exceeded(3, max_length=100, truncated=True)
    assert not exceeded(99, max_length=100)
    assert exceeded(100, max_length=100)


def test_300_random_sequences_are_penalised_as_the_algorithm_says() -> None:
    draw = random.Random(0)
    for _ in range(300):
        ids = [draw.randrange(4) for _ in range(draw.randint(1, 40))]
        assert repetition_penalty(ids, ngram=3, penalty=-0.05).tolist() == by_definition(ids, 3, -0.05)


@given(st.lists(st.integers(-2, 2), max_size=70), st.integers(1, 45))
@settings(deadline=None)
def test_any_sequence_is_penalised_as_the_algorithm_says(ids: list[int], ngram: int) -> None:
    assert repetition_penalty(ids, ngram=ngram, penalty=-1.0).tolist() == by_definition(ids, ngram, -1.0)


@pytest.mark.parametrize("period", [1, 7, 39, 40, 41, 400])
def test_loops_are_penalised_from_the_second_round_on(period: int) -> None:
    ids = [token % period for token in range(1000)]
    found = repetition_penalty(ids)
    assert found.tolist() == by_definition(ids, 40, -0.05)
    assert found[:period].max() == found[:period].min() == 0
    assert set(found[period:].tolist()) == {-0.05}


def test_hashes_that_collide_mislead_nobody() -> None:
    draw = random.Random(1)
    for _ in range(100):
        ids = np.array([draw.randrange(3) for _ in range(30)])
        windows = sliding_window_view(ids, 4)
        grams = [tuple(window) for window in windows.tolist()]
        expected = [gram in grams[:place] for place, gram in enumerate(grams)]
        low_bit = (windows[:, -1] % 2).astype(np.uint64) << np.uint64(32)
        for hashes in (np.zeros(len(windows), dtype=np.uint64), low_bit):
            assert _stood_before(windows, hashes).tolist() == expected


def test_ids_may_be_a_list_an_array_or_a_tensor() -> None:
    ids = [5, 6, 5, 6, 7]
    for given_ids in (ids, np.array(ids, dtype=np.int32), torch.tensor(ids), list(torch.tensor(ids))):
        assert repetition_penalty(given_ids, ngram=2, penalty=-1.0).tolist() == [0, 0, -1, -1, 0]


def test_a_response_shorter_than_the_ngram_repeats_nothing() -> None:
    assert repetition_penalty([], ngram=3).tolist() == []
    assert repetition_penalty([1, 1], ngram=3).tolist() == [0, 0]
    assert word_repetition("", ngram=3) == 0.0
    assert word_repetition("one two", ngram=3) == 0.0


def test_words_repeat_in_any_case() -> None:
    assert word_repetition("Wait no wait NO", ngram=2, max_penalty=-0.5) == pytest.approx(-0.5 / 3)
    assert word_repetition("a b c d", ngram=2, max_penalty=-0.5) == 0.0
    assert word_repetition("a " * 100, ngram=1, max_penalty=-1.0) == pytest.approx(-0.99)


@pytest.mark.parametrize("ngram", [0, -1])
def test_an_ngram_has_tokens(ngram: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        repetition_penalty([1, 2], ngram=ngram)
    with pytest.raises(ValueError, match="at least 1"):
        word_repetition("a b", ngram=ngram)
