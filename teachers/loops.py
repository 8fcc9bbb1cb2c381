"""Recognises a text that has begun to repeat itself, so that no tokens are spent on it."""

from collections.abc import Sequence

LONGEST_PERIOD = 64
REPEATS = 4
SHORTEST_TAIL = 60
# Engines look after every so many tokens: looking costs more than a step saves.
CHECK_EVERY = 16


def is_looping(tokens: Sequence[int]) -> bool:
    """Whether the tail repeats one pattern at least `REPEATS` times, over at least `SHORTEST_TAIL` tokens.

    A pattern is at most `LONGEST_PERIOD` tokens long. The floor on the tail lets a table of zeros pass.
    """
    for period in range(1, min(LONGEST_PERIOD, len(tokens) // REPEATS) + 1):
        tail = max(period * REPEATS, SHORTEST_TAIL)
        if len(tokens) >= tail and tokens[-tail:-period] == tokens[len(tokens) - tail + period :]:
            return True
    return False
