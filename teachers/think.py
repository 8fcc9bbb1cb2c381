"""Reasoning and final answer taken apart, with knowledge of what the chat template writes by itself.

A template may prefill `<think>`, so that the text starts inside the reasoning and shows the end tag alone. A text cut
off inside the reasoning has no end tag: all of it is reasoning, and there is no final answer.
"""

from dataclasses import dataclass

from teachers.types import ThinkStyle

OPEN, CLOSE = "<think>", "</think>"


@dataclass(frozen=True, slots=True)
class Thought:
    """`reasoning` is None where the teacher shows none apart from its answer."""

    reasoning: str | None
    final: str


def split(text: str, *, style: ThinkStyle) -> Thought:
    """What the teacher thought, and what it then said; surrounding blank space is dropped from both.

    auto       -- tagged where a tag occurs, else plain
    tagged     -- the model writes both tags itself; a text without any is a plain answer
    prefilled  -- the template wrote the opening tag: without an end tag everything is reasoning
    plain      -- no tags: everything is the answer, whatever it looks like
    """
    if style == "plain":
        return Thought(None, text.strip())
    before, closed, after = text.rpartition(CLOSE)
    if closed:
        return Thought(_untagged(before), after.strip())
    if style == "prefilled" or text.lstrip().startswith(OPEN):
        return Thought(_untagged(text), "")
    return Thought(None, text.strip())


def _untagged(reasoning: str) -> str:
    return reasoning.strip().removeprefix(OPEN).strip()
