"""One row of a recording of traces, whatever its columns are called."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from teachers.types import Completion, FinishReason

PIECE = re.compile(r"\w+|[^\w\s]")

PROBLEM = ("problem", "question", "prompt", "instruction")
REASONING = ("reasoning", "reasoning_content", "thinking")
# `solution` comes last: beside another column of these it is the reference's.
TEXT = ("text", "final", "response", "generation", "generations", "completion", "output", "solution")
OTHERS = ("messages", "sample", "finish_reason", "num_tokens", "num_prompt_tokens")
COLUMNS = (*PROBLEM, *REASONING, *TEXT, *OTHERS)


@dataclass(frozen=True, slots=True)
class RecordedRow:
    """The traces of one problem in one row: one, or as many as its list of generations holds.

    `reasoning` is what the row gives apart from its text. Counts of tokens are None where the row has none.
    """

    problem: str
    texts: tuple[str, ...]
    reasoning: str | None
    sample: int | None
    finish_reason: FinishReason
    num_tokens: int | None
    num_prompt_tokens: int | None

    @classmethod
    def of(cls, row: Any) -> "RecordedRow":
        """Raises `ValueError` saying what is missing and what was found."""
        if not isinstance(row, Mapping):
            raise ValueError(f"wanted an object with a problem and a text, found {row!r:.60}")
        problem, text = _turns(row)
        reasoning = _first(row, REASONING)
        if reasoning is not None and row.get("final") is not None:
            text = row["final"]
        return cls(
            problem=_text(problem, "a problem", PROBLEM, row),
            texts=_texts(text, row),
            reasoning=None if reasoning is None else _text(reasoning, "reasoning", REASONING, row),
            sample=_whole(row, "sample"),
            finish_reason=_finish_reason(row),
            num_tokens=_whole(row, "num_tokens"),
            num_prompt_tokens=_whole(row, "num_prompt_tokens"),
        )

    def completion(self, part: int = 0) -> Completion:
        """Where no tokens were counted, words and symbols are, which for mathematics comes near a tokenizer's count."""
        text = self.texts[part]
        counted = self.num_tokens if len(self.texts) == 1 else None
        return Completion(
            text=text,
            reasoning=self.reasoning,
            finish_reason=self.finish_reason,
            num_prompt_tokens=self.num_prompt_tokens or len(PIECE.findall(self.problem)),
            num_tokens=counted or len(PIECE.findall(text)) + len(PIECE.findall(self.reasoning or "")),
        )


def _turns(row: Mapping[str, Any]) -> tuple[Any, Any]:
    """Problem and text by name, or from the last answer of a chat and the turn before it."""
    problem, text = _first(row, PROBLEM), _first(row, TEXT)
    turns = row.get("messages")
    if text is not None or not isinstance(turns, list) or not all(isinstance(turn, Mapping) for turn in turns):
        return problem, text
    roles = [turn.get("role") for turn in turns]
    if "assistant" not in roles[1:]:
        return problem, text
    last = len(roles) - 1 - roles[::-1].index("assistant")
    return problem if problem is not None else turns[last - 1].get("content"), turns[last].get("content")


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _text(value: Any, what: str, names: tuple[str, ...], row: Mapping[str, Any]) -> str:
    if isinstance(value, str):
        return value
    found = ", ".join(f"{name} ({type(row[name]).__name__})" for name in row) or "nothing"
    raise ValueError(f"wanted {what} as text, in one of the columns {', '.join(names)}; found {found}")


def _texts(value: Any, row: Mapping[str, Any]) -> tuple[str, ...]:
    members = value if isinstance(value, list) and value else [value]
    return tuple(_text(member, "a text", TEXT, row) for member in members)


def _whole(row: Mapping[str, Any], name: str) -> int | None:
    value = row.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    raise ValueError(f"wanted a whole number as {name}, found {value!r:.60}")


def _finish_reason(row: Mapping[str, Any]) -> FinishReason:
    given = row.get("finish_reason") or "stop"
    for known in get_args(FinishReason):
        if given == known:
            return known  # type: ignore[no-any-return]
    raise ValueError(f"wanted {', '.join(get_args(FinishReason))} as finish_reason, found {given!r:.60}")
