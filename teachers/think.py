"""Reasoning and final answer taken apart, with knowledge of what the chat template writes by itself.

A template may write `<think>` at the end of the prompt, so that the text starts inside the reasoning and shows the end
tag alone; `Completion.prefill` says so. A text cut off inside the reasoning has no end tag: all of it is reasoning, and
there is no final answer.
"""

import re
from dataclasses import dataclass

from teachers.types import Completion, ThinkStyle

OPEN, CLOSE = "<think>", "</think>"
# An opening tag inside a line is talk about tags.
OPENING = re.compile(rf"^[ \t]*{OPEN}", re.MULTILINE)
HEADING = re.compile(r"^[ \t]*(?:\*\*|#+)[ \t]*final answer\b", re.MULTILINE | re.IGNORECASE)
PARAGRAPHS = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Thought:
    """`reasoning` is None where the teacher shows none apart from its answer; `final` is empty where none was given."""

    reasoning: str | None
    final: str


def thought_of(completion: Completion, *, style: ThinkStyle) -> Thought:
    """What the teacher thought, and what it then said, from all that is known of the answer.

    Reasoning that an endpoint gave apart stays so, whatever the style; what its parser missed in the text is added.
    """
    ended = completion.finish_reason == "stop"
    if completion.reasoning is None:
        return split(completion.text, style=style, prefill=completion.prefill, ended=ended)
    rest = split(completion.text, style="plain" if style == "plain" else "tagged")
    parts = [part for part in (completion.reasoning.strip(), rest.reasoning) if part]
    return Thought("\n\n".join(parts) or None, rest.final)


def split(text: str, *, style: ThinkStyle, prefill: str = "", ended: bool = True) -> Thought:
    """Reasoning and final answer in `text`; surrounding blank space is dropped from both.

    The last end tag counts: reasoning may speak of one, and a model may think again after it has answered. One that
    thinks again and does not come to an end has no final answer.

    prefill    -- what the template wrote before `text`
    ended      -- whether the teacher ended the text itself
    style:
    auto       -- by the tags in `prefill` and `text`; without any, a plain answer
    tagged     -- the same: the model writes both tags itself
    prefilled  -- the template wrote the opening tag, though `prefill` may not say so
    heading    -- no tags: a long chain and then a heading `**Final Answer**`, as QwQ-32B-Preview writes; the last
                  counts. Without one the last paragraph is the answer; of a text that was cut off there is none
    plain      -- no tags: everything is the answer, whatever it looks like
    """
    if style == "plain":
        return Thought(None, text.strip())
    if style == "heading":
        return _by_heading(text, ended=ended)
    whole = (prefill or (OPEN if style == "prefilled" else "")) + text
    before, _, after = whole.rpartition(CLOSE)
    if OPENING.search(after):
        return Thought(_untagged(whole), "")
    return Thought(_untagged(before), after.strip())


def _by_heading(text: str, *, ended: bool) -> Thought:
    starts = [match.start() for match in HEADING.finditer(text)]
    if not starts and ended:
        starts = [match.end() for match in PARAGRAPHS.finditer(text.rstrip())] or [0]
    start = starts[-1] if starts else len(text)
    return Thought(text[:start].strip() or None, text[start:].strip())


def _untagged(reasoning: str) -> str | None:
    """Without the opening tag, which a model may write once more after the template did."""
    bare = reasoning.strip()
    while bare.startswith(OPEN):
        bare = bare.removeprefix(OPEN).lstrip()
    return bare or None
