import random

from teachers.loops import is_looping


def test_a_text_that_repeats_itself_is_recognised():
    start = list(range(1000, 1100))
    assert is_looping(start + [1, 2, 3] * 30)
    assert is_looping(start + [7] * 60)
    assert is_looping(start + list(range(50)) * 4)


def test_ordinary_text_short_runs_and_short_texts_are_not_loops():
    draw = random.Random(0)
    assert not is_looping([draw.randrange(50) for _ in range(2000)])
    assert not is_looping(list(range(200)) + [0] * 40)
    assert not is_looping(list(range(100)) + [1, 2, 3] * 30 + [4])
    assert not is_looping([1, 1, 1, 1])
    assert not is_looping([])
