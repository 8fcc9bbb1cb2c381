import random

import numpy as np
import pytest

from stages._sketches import BINS, BYTES_AT_ONCE, EMPTY, farthest_first, sketch

WORDS = [f"word{number}" for number in range(3000)]


def text(seed: int, length: int = 1500) -> list[str]:
    return random.Random(seed).choices(WORDS, k=length)


def runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[place : place + 4]) for place in range(len(words) - 3)}


@pytest.mark.parametrize("share", [1.0, 0.8, 0.4, 0.0])
def test_the_share_of_equal_bins_estimates_the_jaccard_similarity_of_runs(share: float) -> None:
    one, cut = text(1), int(1500 * share)
    other = one[:cut] + text(2)[cut:]
    exact = len(runs(one) & runs(other)) / len(runs(one) | runs(other))
    first, second = sketch([" ".join(one), " ".join(other)])
    assert (first != EMPTY).all()
    assert (first == second).mean() == pytest.approx(exact, abs=3 * 0.0625)


def test_a_sketch_depends_on_words_alone_and_not_on_what_is_read_beside_it() -> None:
    texts = [" ".join(text(seed)) for seed in range(200)]
    assert sum(map(len, texts)) > 2 * BYTES_AT_ONCE
    together = sketch(texts)
    assert together.shape == (200, BINS)
    assert (together[[3, 150]] == sketch([texts[3].upper(), "  " + texts[150].replace(" ", "\n")])).all()


def test_short_texts_are_one_run_and_empty_ones_none() -> None:
    filled = (sketch(["So 4.", "", " \n", "x"]) != EMPTY).sum(axis=1)
    assert filled.tolist() == [1, 0, 0, 1]
    assert (sketch([]).shape, sketch(["", ""]).shape) == ((0, BINS), (2, BINS))


@pytest.mark.parametrize("words", [1, 2, 3])
def test_one_short_text_alone_is_sketched_as_beside_others(words: int) -> None:
    short = " ".join(text(1, words))
    assert (sketch([short]) == sketch([short, " ".join(text(2))])[0]).all()


def test_the_farthest_come_first_and_copies_last() -> None:
    one, two, three = (" ".join(text(seed)) for seed in range(3))
    half = " ".join(text(0)[:750] + text(1)[:750])
    sketches = sketch([one, one, half, two, three, two])
    order = farthest_first(sketches, 6)
    assert set(order[:3]) == {0, 3, 4}
    assert order[3] == 2
    assert farthest_first(sketches, 2) == order[:2]
    assert farthest_first(sketches[:2], 5) == [0, 1]


def test_texts_without_words_are_all_the_same() -> None:
    assert farthest_first(np.full((3, BINS), EMPTY), 2) == [0, 1]
