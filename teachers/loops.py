"""Recognises a text that has begun to repeat itself, so that no tokens are spent on it.

Two signs, both far beyond what was seen in recorded answers that came to an end: one pattern over and over, token by
token; and a stretch of many hundred tokens made of nearly nothing but what stood there several times before, where
something small changes, such as a counter. A proof that goes through thirty cases in the same words is no loop yet.
"""

from collections import deque
from collections.abc import Hashable, Sequence

# The longest exact repetition in a recorded answer that ended well is 82 tokens, a pattern of 13 told six times.
REPEATS = 4
SHORTEST_TAIL = 160
# There, at most 47 of 100 tokens in so long a window end a run of tokens that stood in it as often before. Where cases
# are gone through in the same words it is 70 to 80, and then the length tells: forty cases of 40 tokens.
WINDOW = 512
GRAM = 6
STALE_SHARE = 0.75
LASTING = 1024
# Binary digits, tosses of a coin and matrices of noughts repeat every short run of theirs, whatever they say.
VARIED = 4
# Engines look after every so many tokens: waking up for each costs more than it saves.
CHECK_EVERY = 16


class LoopWatch:
    """Follows one growing text, at a cost for each new token that does not grow with the text."""

    def __init__(self) -> None:
        self._seen = 0
        self._looping = False
        self._period = 0  # 0: no pattern under suspicion
        self._run = 0  # last tokens that equal those one period before
        self._grams: deque[tuple[int, bool]] = deque()
        self._known: dict[int, tuple[int, int]] = {}  # of the window's grams: how often, and where last
        self._stale = 0
        self._lasted = 0  # tokens since the window was fresher than it may be

    def is_looping(self, text: Sequence[Hashable]) -> bool:
        """Whether `text` is a loop by now; it must begin with what was shown before."""
        for end in range(self._seen + 1, len(text) + 1):
            self._follow(text, end)
        self._seen = len(text)
        return self._looping

    def _follow(self, text: Sequence[Hashable], end: int) -> None:
        if end < GRAM:
            return
        gram = hash(tuple(text[end - GRAM : end]))
        times, place = self._known.get(gram, (0, 0))
        if self._period and text[end - 1] == text[end - 1 - self._period]:
            self._run += 1
        else:
            self._period = end - place if times else 0
            self._run = self._matching(text, end)
        is_stale = times >= REPEATS and len(set(text[end - GRAM : end])) >= VARIED
        self._remember(gram, times, end, stale=is_stale)
        exact = self._period and self._run >= self._wanted()
        self._lasted = self._lasted + 1 if self._stale >= STALE_SHARE * WINDOW else 0
        self._looping = self._looping or bool(exact) or self._lasted > LASTING

    def _wanted(self) -> int:
        return max(self._period * (REPEATS - 1), SHORTEST_TAIL - self._period)

    def _matching(self, text: Sequence[Hashable], end: int) -> int:
        """How many of the last tokens equal those one period before, as far as it matters."""
        period, most = self._period, min(self._wanted(), end - self._period)
        if not period:
            return 0
        return next((run for run in range(most) if text[end - 1 - run] != text[end - 1 - run - period]), most)

    def _remember(self, gram: int, times: int, end: int, *, stale: bool) -> None:
        self._grams.append((gram, stale))
        self._known[gram] = (times + 1, end)
        self._stale += stale
        if len(self._grams) > WINDOW:
            old, was_stale = self._grams.popleft()
            self._stale -= was_stale
            left, place = self._known[old]
            if left == 1:
                del self._known[old]
            else:
                self._known[old] = (left - 1, place)
