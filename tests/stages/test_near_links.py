"""Linking against a comparison of all with all, and the union of components."""

import numpy as np
import pytest

from stages._forest import Forest
from stages._near_links import LARGE, Linker
from stages._near_sets import Sets


def drawn_sets(count: int, vocabulary: int, seed: int) -> Sets:
    rng = np.random.default_rng(seed)
    sets = [np.sort(rng.choice(vocabulary, rng.integers(1, 12), replace=False)) for _ in range(count)]
    return Sets(np.concatenate([[0], np.cumsum([one.size for one in sets])]), np.concatenate(sets).astype(np.uint64))


def brute_force(sets: Sets, threshold: float) -> np.ndarray:  # type: ignore[type-arg]
    count = sets.starts.size - 1
    members = [set(sets.members[sets.starts[row] : sets.starts[row + 1]].tolist()) for row in range(count)]
    forest = Forest(count)
    for one in range(count):
        for other in range(one):
            if len(members[one] & members[other]) >= threshold * len(members[one] | members[other]):
                forest.join(np.array([one]), np.array([other]))
    return forest.roots(np.arange(count))


@pytest.mark.parametrize("threshold", [0.5, 0.8, 1.0])
@pytest.mark.parametrize(("count", "vocabulary"), [(LARGE // 2, 14), (5 * LARGE, 14), (5 * LARGE, 40)])
def test_a_bucket_small_or_large_is_linked_as_if_all_were_compared(
    threshold: float, count: int, vocabulary: int
) -> None:
    sets, forest = drawn_sets(count, vocabulary, seed=count), Forest(count)
    rows = np.arange(count)
    Linker(sets, threshold).link(rows, np.zeros(count, np.uint64), forest)
    assert (forest.roots(rows) == brute_force(sets, threshold)).all()


@pytest.mark.parametrize("threshold", [0.2, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("vocabulary", [14, 400])
def test_parities_take_no_near_pair_for_another(threshold: float, vocabulary: int) -> None:
    sets = drawn_sets(80, vocabulary, seed=3)
    left, right = (rows.ravel() for rows in np.meshgrid(np.arange(80), np.arange(80)))
    jaccard = sets.jaccard(left, right)
    assert (sets.near(left, right, threshold) == np.where(jaccard >= threshold, jaccard, 0)).all()


def test_rows_that_were_compared_before_are_not_compared_again() -> None:
    linker = Linker(Sets(np.arange(5), np.arange(4, dtype=np.uint64)), 0.8)
    rows, keys = np.arange(4), np.zeros(4, np.uint64)
    linker.link(rows, keys, Forest(4), met=np.array([7, 7, 7, 7], np.uint64))
    assert linker.compared == 0
    linker.link(rows, keys, Forest(4), met=np.array([7, 7, 7, 8], np.uint64))
    assert linker.compared > 0


def test_problems_of_one_template_are_not_compared_all_with_all() -> None:
    count, common, own = 20 * LARGE, 40, 9  # a similarity of 0.69
    numbers = common + np.arange(count * own).reshape(count, own)
    members = np.hstack([np.tile(np.arange(common), (count, 1)), numbers])
    sets = Sets(np.arange(count + 1) * (common + own), members.ravel().astype(np.uint64))
    linker = Linker(sets, 0.8)
    linker.link(np.arange(count), np.zeros(count, np.uint64), Forest(count))
    assert linker.compared == 0


def test_a_large_bucket_whose_rows_are_joined_already_is_not_looked_into() -> None:
    count = 20 * LARGE
    unread = Sets(np.arange(count + 1) * 9, np.empty(0, np.uint64))
    rows, forest, linker = np.arange(count), Forest(count), Linker(unread, 0.8)
    forest.join_equal(rows, rows % 2)
    linker.link(rows, (rows % 2).astype(np.uint64) << np.uint64(60), forest)
    assert linker.compared == 0


def template_sets(count: int, slots: int, fillings: int) -> Sets:
    """40 members that all have, and for each slot three members of one of its fillings."""
    drawn = np.random.default_rng(0).integers(0, fillings, (count, slots))
    own = 40 + 3 * (np.arange(slots) * fillings + drawn)[..., None] + np.arange(3)
    members = np.sort(np.hstack([np.tile(np.arange(40), (count, 1)), own.reshape(count, -1)]))
    return Sets(np.arange(count + 1) * members.shape[1], members.ravel().astype(np.uint64))


def test_problems_of_a_template_are_linked_as_if_all_were_compared() -> None:
    count = 400
    sets, forest, rows = template_sets(count, 6, 10), Forest(count), np.arange(count)
    linker = Linker(sets, 0.8)
    linker.link(rows, np.zeros(count, np.uint64), forest)
    expected = brute_force(sets, 0.8)
    assert 1 < np.unique(expected).size < count
    assert (forest.roots(rows) == expected).all()


def test_rows_of_a_template_are_not_compared_with_all_that_fill_one_slot_alike() -> None:
    count = 4000  # of which each shares a filling with 0.18 of the others
    linker = Linker(template_sets(count, 6, 30), 0.8)
    linker.link(np.arange(count), np.zeros(count, np.uint64), Forest(count))
    assert linker.compared < 50 * count


def test_rows_of_different_buckets_are_not_compared() -> None:
    sets = Sets(np.arange(4), np.zeros(3, np.uint64))
    forest, linker = Forest(3), Linker(sets, 0.8)
    linker.link(np.arange(3), np.array([1 << 60, 1 << 60, 3 << 60], np.uint64), forest)
    assert forest.roots(np.arange(3)).tolist() == [0, 0, 2]
    assert (linker.compared, linker.joined) == (1, 1)


def test_a_small_bucket_of_unlike_rows_is_compared_once() -> None:
    sets = Sets(np.arange(3), np.arange(2, dtype=np.uint64))
    linker = Linker(sets, 0.8)
    linker.link(np.arange(2), np.zeros(2, np.uint64), Forest(2))
    assert linker.compared == 1


def test_a_component_is_called_by_its_smallest_row() -> None:
    forest = Forest(6)
    forest.join(np.array([5, 3, 4]), np.array([4, 2, 3]))
    assert forest.roots(np.arange(6)).tolist() == [0, 1, 2, 2, 2, 2]
    forest.join_equal(np.array([0, 1, 5]), np.array([7, 8, 7]))
    assert forest.roots(np.arange(6)).tolist() == [0, 1, 0, 0, 0, 0]
    forest.join(np.empty(0, np.int64), np.empty(0, np.int64))
