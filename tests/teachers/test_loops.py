import gzip
import json
import os
import random
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from teachers.loops import SHORTEST_TAIL, LoopWatch

START = list(range(1000, 1100))
# About as a tokenizer cuts: digits one by one, long words in parts.
PIECE = re.compile(r"\d|[^\W\d_]{1,6}|\s+|.")
WORD = re.compile(r"\d|[^\W\d_]+|[^\w\s]")


def first_alarm(text, *, step=1):
    """After how many tokens a watch that is shown `step` more at a time calls it a loop."""
    watch = LoopWatch()
    return next((end for end in range(step, len(text) + step, step) if watch.is_looping(text[:end])), None)


def counting(words: list[int], turns: int) -> list[int]:
    """The same words again and again, with a number that changes in their middle."""
    numbers = count(10_000)
    return [
        token for _ in range(turns) for token in [*words[: len(words) // 2], next(numbers), *words[len(words) // 2 :]]
    ]


@pytest.mark.parametrize("period", [1, 2, 3, 5, 7, 13, 50, 200, 400])
def test_a_text_that_repeats_itself_is_broken_off_after_four_times(period):
    text = START + list(range(period)) * 400
    assert first_alarm(text[:4000]) == len(START) + max(4 * period, SHORTEST_TAIL)


def test_a_pattern_that_repeats_parts_of_itself_is_one_pattern():
    assert first_alarm(START + ([7] * 9 + [8] + [1, 2, 3] * 4) * 20) <= len(START) + 200
    assert first_alarm(START + ([0] * 20 + [1]) * 20) <= len(START) + 200


@pytest.mark.parametrize("length", [30, 60, 90])
def test_a_loop_that_only_counts_on_is_recognised(length):
    alarm = first_alarm(START + counting(list(range(length)), 2000 // length))
    assert alarm
    assert alarm <= 2000


def test_it_does_not_matter_how_many_tokens_come_at_once():
    text = START + list(range(23)) * 20
    exact = first_alarm(text)
    for step in (2, 16, 33):
        assert first_alarm(text, step=step) == -(-exact // step) * step
    assert LoopWatch().is_looping(text)


def test_ordinary_text_tables_and_short_runs_are_not_loops():
    draw = random.Random(0)
    for text in (
        [draw.randrange(50) for _ in range(5000)],
        START + [0, 1] * 64,
        START + [1, 2, 3] * 40 + START,
        counting(list(range(12)), 200),
        START * 3,
        [1, 1, 1, 1],
        [],
    ):
        assert first_alarm(text) is None


def sieve(number: int) -> str:
    return (
        f"Now we check whether {number} divides it. We divide, a remainder is left, and so it is not a divisor of the "
        "number we are looking at, and we go on with the next one of our list.\n"
    )


def test_thirty_cases_told_in_the_same_words_are_no_loop_and_three_hundred_are():
    cases = [WORD.findall(sieve(number)) for number in range(11, 311)]
    assert first_alarm([word for case in cases[:30] for word in case], step=16) is None
    assert first_alarm([word for case in cases for word in case], step=16) <= 2000


def test_long_binary_numbers_and_matrices_of_noughts_and_ones_are_no_loops():
    draw = random.Random(0)
    binary = "".join(f"{number:b}" for number in range(1, 600))
    tosses = " ".join(draw.choices("HT", k=3000))
    rows = [" & ".join(draw.choices("01", k=8)) for _ in range(160)]
    matrices = " ".join(
        "\\begin{pmatrix}" + " \\\\ ".join(rows[start : start + 8]) + "\\end{pmatrix}" for start in range(0, 160, 8)
    )
    for text in (binary, tosses, matrices):
        assert len(PIECE.findall(text)) > 2000
        assert first_alarm(PIECE.findall(text), step=16) is None


def recorded() -> Iterator[str]:
    folder = os.environ.get("TRACEMILL_DATA")
    if not folder:
        pytest.skip("TRACEMILL_DATA does not name a folder of real data")
    for name, texts in (
        ("thought_anchors_r1distill_math_40.jsonl.gz", lambda row: [row["trace"]]),
        ("qwen25math_math100x8.jsonl.gz", lambda row: row["code"]),
    ):
        with gzip.open(Path(folder) / "traces" / name, "rt") as lines:
            for line in lines:
                yield from texts(json.loads(line))


def test_no_recorded_answer_that_came_to_an_end_is_called_a_loop():
    traces = [PIECE.findall(text) for text in recorded()]
    assert len(traces) == 840
    assert not [trace for trace in traces if LoopWatch().is_looping(trace)]


def test_recorded_answers_that_loop_are_recognised():
    traces = [PIECE.findall(text) for text in recorded()]
    rest = [trace[: len(trace) // 2] + trace[len(trace) // 2 :][:40] * 8 for trace in traces[:40]]
    assert all(LoopWatch().is_looping(trace) for trace in rest)
