"""Rewards of long reasoning, as functions of outcomes, lengths and token ids; also for other trainers, without torch.

The constants and the n-gram penalty are those of Yeo et al., Demystifying Long Chain-of-Thought Reasoning (arXiv
2502.03373, section 4 and appendix C). Lengths count the tokens of a response, its end token included; the budget is
that of a response, without its prompt.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

Ids = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
# An odd number with bits all over: 2^64 by the golden ratio.
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
HALF = np.uint64(32)


def classic(is_correct: bool, *, correct: float = 1.0, wrong: float = 0.0) -> float:
    """1 for a right answer, 0 for a wrong one. Raises `TypeError` for an outcome, which is neither."""
    return correct if _decided(is_correct) else wrong


def cosine(
    is_correct: bool,
    length: int,
    *,
    max_length: int,
    correct_at_0: float = 2.0,
    correct_at_max: float = 1.0,
    wrong_at_0: float = -10.0,
    wrong_at_max: float = 0.0,
) -> float:
    """From its value at length 0 to that at the budget `max_length` along half a cosine (the paper, equation 1).

    Short right answers are worth more than long ones, and long wrong answers lose less than short ones. Raises
    `TypeError` for an outcome, as `classic` does.
    """
    at_0, at_max = (correct_at_0, correct_at_max) if _decided(is_correct) else (wrong_at_0, wrong_at_max)
    return at_max + (at_0 - at_max) / 2 * (1 + math.cos(math.pi * length / max_length))


def _decided(is_correct: bool) -> bool:
    """Any outcome is a text, which is true: `incorrect` would be paid."""
    if isinstance(is_correct, str):
        raise TypeError(f"is_correct is {is_correct!r}; compare first, as in verdict.outcome is Outcome.CORRECT")
    return bool(is_correct)


def exceeded(length: int, *, max_length: int, margin: int = 0, truncated: bool = False) -> bool:
    """Whether a response was cut off or came within `margin` tokens of its budget, 16 in the paper's code.

    Where it was, the paper gives -10 with the cosine reward and 0 with the classic one, right answer or not.
    """
    return truncated or length + margin >= max_length


def repetition_penalty(ids: Sequence[int], *, ngram: int = 40, penalty: float = -0.05) -> np.ndarray[Any, Any]:
    """[T] of float64: `penalty` on every token of an n-gram that stood before, else 0 (the paper, algorithm 1).

    It is given once to a token, however many repeated n-grams hold it, and never to the first occurrence, though that
    may overlap the second. Raises `ValueError` for an `ngram` below 1.
    """
    if ngram < 1:
        raise ValueError(f"an n-gram has at least 1 token, not {ngram}")
    tokens = np.asarray(ids, dtype=np.int64)
    if len(tokens) < ngram:
        return np.zeros(len(tokens))
    starts = np.flatnonzero(_stood_before(sliding_window_view(tokens, ngram), _hashes(tokens, ngram)))
    borders = np.zeros(len(tokens) + 1, dtype=np.int64)
    borders[starts] += 1
    borders[starts + ngram] -= 1
    return np.where(np.cumsum(borders[:-1]) > 0, penalty, 0.0)


def _hashes(tokens: Ids, ngram: int) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """64 bits of each n-gram, from those of windows half as wide; the widest two overlap where they must."""
    hashes, width = tokens.astype(np.uint64) * MULTIPLIER, 1
    while width < ngram:
        step = min(width, ngram - width)
        hashes = hashes[:-step] * MULTIPLIER + hashes[step:]
        hashes ^= hashes >> HALF
        width += step
    return hashes


def _stood_before(windows: Ids, hashes: np.ndarray[Any, np.dtype[np.uint64]]) -> Flags:
    """Which windows equal an earlier one. Equal windows have equal hashes; the tokens decide about the converse.

    Numbers sort faster than an order of them, so positions are sorted along in the low bits of the hashes.
    """
    count = len(hashes)
    low = np.uint64((1 << count.bit_length()) - 1)
    keys = np.sort((hashes & ~low) | np.arange(count, dtype=np.uint64))
    places, kinds = (keys & low).astype(np.int64), keys & ~low
    before = np.full(count, -1)
    same = kinds[1:] == kinds[:-1]
    before[places[1:][same]] = places[:-1][same]
    again = np.flatnonzero(before >= 0)
    # Where the window before repeats the one before, only the last token is new.
    goes_on = np.zeros(len(again), dtype=np.bool_)
    goes_on[1:] = (np.diff(again) == 1) & (np.diff(before[again]) == 1)
    heads, rest = again[~goes_on], again[goes_on]
    if np.array_equal(windows[heads], windows[before[heads]]) and np.array_equal(
        windows[rest, -1], windows[before[rest], -1]
    ):
        return before >= 0
    first = np.unique(windows, axis=0, return_index=True)[1]
    found = np.ones(count, dtype=np.bool_)
    found[first] = False
    return found


def word_repetition(text: str, *, ngram: int = 20, max_penalty: float = -0.5) -> float:
    """`max_penalty` times the share of n-grams of words that stood before in `text`, a response without its prompt.

    The sparse variant of the paper's code, which adds it to the reward of wrong answers. Words are what stands between
    blanks, any case; 0 where there are fewer than `ngram`. Raises `ValueError` for an `ngram` below 1.
    """
    if ngram < 1:
        raise ValueError(f"an n-gram has at least 1 word, not {ngram}")
    words = text.lower().split()
    grams = [tuple(words[start : start + ngram]) for start in range(len(words) - ngram + 1)]
    return max_penalty * (1 - len(set(grams)) / len(grams)) if grams else 0.0
