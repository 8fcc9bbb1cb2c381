"""The rewards of long reasoning for any trainer: `from tracemill import rewards`. Needs neither torch nor the trainer.

classic, cosine      -- by outcome, and by outcome and length
exceeded             -- whether a response came too near its budget
repetition_penalty   -- for each token, by repeated n-grams of tokens
word_repetition      -- for a response, by repeated n-grams of words
"""

from tracemill.rooms import check_rooms

check_rooms(("trainer",))

from trainer.rewards import classic, cosine, exceeded, repetition_penalty, word_repetition  # noqa: E402 -- checked first

__all__ = ["classic", "cosine", "exceeded", "repetition_penalty", "word_repetition"]
