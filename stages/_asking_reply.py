"""Pairs in a model's reply, whatever it made of the form it was asked for.

Understood are the labels of the prompts, the same in Markdown, in other words (`**Problem 2:**`, `A:`) or numbered, and
JSON, also with backslashes that are none of JSON's; chatter before, between and after is left out.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.stage import Reject

_LEAD = r"^[ \t>#*_(\[•-]*(?:\d+[.)][ \t]*[*_]*)?"
_TAIL = r"[ \t]*#?\d*[ \t]*[*_)\]]*[ \t]*(?:[:：][ \t]*[*_]*[ \t]*|(?=\n|\Z))"
# Plainest first: only where a reply lacks the labels it was asked for do others count, since what is copied from a
# page may have lines that begin with "Problem" or "A:".
_LABELS = tuple(
    re.compile(f"{_LEAD}(?:(?P<question>{question})|(?P<answer>{answer})){tail}", re.MULTILINE | flags)
    for question, answer, tail, flags in (
        ("QUESTION", "ANSWER", _TAIL, 0),
        ("question|problem|exercise", "(?:final )?answer|solution", _TAIL, re.IGNORECASE),
        ("Q", "A", r"[ \t]*#?\d*[ \t]*[*_)\]]*[ \t]*[:：.][ \t]*[*_]*[ \t]*", 0),
    )
)
_END = re.compile(r"^[ \t*_#-]*END(?: OF PAIR)?[ \t*_.]*$|^[ \t]*(?:-{3,}|\*{3,}|={3,})[ \t]*$", re.MULTILINE)
_CHATTER = re.compile(
    r"^(?:I hope|Let me know|Note that I|Please (?:let|note)|These are (?:all|the)|There (?:are|is) no (?:other|more)|"
    r"If you (?:need|have|would)|Is there anything)\b",
    re.MULTILINE,
)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[ \t]*\w*[ \t]*$\n?", re.MULTILINE)
_VOID = re.compile(r"[\W_]*(?i:void)[\W_]*(?:\n|\Z)|.*\bVOID\b", re.DOTALL)
_NOTHING = re.compile(
    r"[\W_]*(?:void|n/?a|none given|no answer|\(?the (?:new )?question\)?|\(?(?:its|the new) answer\)?|"
    r"not (?:given|provided|available|stated|found|specified|on the page|answered).{0,40})?[\W_]*",
    re.IGNORECASE | re.DOTALL,
)

_OPENING = re.compile(r"[\[{]")
_JSON_KEY = re.compile(r'"(?:question|problem|exercise|q)"\s*:', re.IGNORECASE)
_KEYS = {"question": ("question", "problem", "exercise", "q"), "answer": ("answer", "solution", "final_answer", "a")}
# What a backslash of JSON's own may look like; before a letter `\f` is the beginning of `\frac`.
_ESCAPE = re.compile(
    r"(\\\\|\\[\"/]|\\u[0-9a-fA-F]{4}|\\[bfrt](?![A-Za-z])"
    r"|\\n(?!(?:eq|u|abla|e|i|ot|otin|mid|leq|geq|ewline)(?![A-Za-z])))|\\"
)
_MAX_TRIES = 2_000


@dataclass(frozen=True, slots=True)
class Said:
    """The final text of a reply; `is_whole` unless it was cut off or went round in circles."""

    text: str
    is_whole: bool


def pairs_in(said: Said) -> list[tuple[str, str]] | Reject:
    """Questions with their answers, or why there are none; what a cut-off reply ends with is left out."""
    text = _FENCE.sub("", said.text)
    found = list(_from_json(text)) if _JSON_KEY.search(text) else []
    found = found or list(_labelled(text, is_whole=said.is_whole))
    asked = [(question, answer) for question, answer in found if not _NOTHING.fullmatch(question)]
    pairs = [(question, answer) for question, answer in asked if not _NOTHING.fullmatch(answer)]
    if pairs:
        return pairs
    if not said.is_whole:
        return Reject("truncated", f"cut off before the first whole pair: {_start(text)}")
    if asked:
        return Reject("no_pairs", f"{len(asked)} questions without an answer")
    if found or _VOID.match(text):
        return Reject("void", "the model finds nothing to take")
    return Reject("unparsable", f"no pair in: {_start(text)}")


def _start(text: str) -> str:
    return " ".join(text[:400].split())[:160]


def _labelled(text: str, *, is_whole: bool) -> Iterator[tuple[str, str]]:
    for label in _LABELS:
        marks = list(label.finditer(text))
        if any(mark["question"] for mark in marks) and any(mark["answer"] for mark in marks):
            yield from _between(text, marks, is_whole=is_whole)
            return


def _between(text: str, marks: list[re.Match[str]], *, is_whole: bool) -> Iterator[tuple[str, str]]:
    """Each question with all that follows its first answer label up to the end of the pair."""
    starts = [index for index, mark in enumerate(marks) if mark["question"]]
    for number, index in enumerate(starts):
        is_last = number + 1 == len(starts)
        end = len(text) if is_last else marks[starts[number + 1]].start()
        answer = next((mark for mark in marks[index + 1 :] if mark["answer"] and mark.start() < end), None)
        question = _ended(text[marks[index].end() : answer.start() if answer else end])[0]
        said, is_closed = _ended(text[answer.end() : end]) if answer else ("", True)
        if is_last and not is_whole and not is_closed:
            return
        yield question, said


def _ended(text: str) -> tuple[str, bool]:
    """The text before its end line, and whether it has one; remarks to the reader are left out."""
    closing = _END.search(text)
    if closing:
        return text[: closing.start()].strip(), True
    chatter = _CHATTER.search(text)
    return (text[: chatter.start()] if chatter and chatter.start() else text).strip(), chatter is not None


def _from_json(text: str) -> Iterator[tuple[str, str]]:
    """The pairs of every JSON value in the text; of an array that is not closed, those that are."""
    text = _ESCAPE.sub(lambda escape: escape[1] or r"\\", text)
    decoder, at = json.JSONDecoder(strict=False), 0
    for _ in range(_MAX_TRIES):
        opening = _OPENING.search(text, at)
        if opening is None:
            return
        try:
            value, at = decoder.raw_decode(text, opening.start())
        except (json.JSONDecodeError, RecursionError):
            at = opening.start() + 1
        else:
            yield from _pairs_of(value)


def _pairs_of(value: Any, depth: int = 0) -> Iterator[tuple[str, str]]:
    if isinstance(value, list) and depth < 4:
        for item in value:
            yield from _pairs_of(item, depth + 1)
    if not isinstance(value, dict) or depth >= 4:
        return
    keyed = {str(key).casefold().replace(" ", "_"): item for key, item in value.items()}
    question, answer = (next((keyed[key] for key in keys if key in keyed), None) for keys in _KEYS.values())
    if isinstance(question, str):
        yield question.strip(), _plain(answer)
        return
    for item in value.values():
        yield from _pairs_of(item, depth + 1)


def _plain(answer: Any) -> str:
    """The text of an answer; a number is one, nothing else is."""
    if isinstance(answer, bool) or not isinstance(answer, (str, int, float)):
        return ""
    return str(answer).strip()
