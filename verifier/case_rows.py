"""Rows of golds and answers as `tracemill verify` reads them, and under which keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from verifier import Pair

MAX_LINE_BYTES = 64 << 20
MAX_SHOWN = 40
MAX_KEYS = 20


class CasesError(ValueError):
    """The cases are not what the command needs; the message names the file and, where one is to blame, the line."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Where a row holds what; `response` is a whole output, `pred` an answer already extracted. None: not looked for.

    expected -- None: the rows bear no labels
    """

    gold: str = "gold"
    response: str | None = "response"
    pred: str | None = "pred"
    question: str = "question"
    expected: str | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        """What is read of a row besides its id and type."""
        return tuple(key for key in (self.gold, self.response, self.pred, self.question) if key)

    def pair(self, row: Mapping[str, Any]) -> Pair:
        """Of a row without a `problem`."""
        from verifier import AnswerType, Pair

        kind = row.get("answer_type")
        extracted = self.pred is not None and row.get(self.pred) is not None
        answer = row[self.pred] if extracted else row[self.response]  # type: ignore[index]
        gold, answer = _written(row[self.gold]), _written(answer)
        return Pair(gold, answer, row.get(self.question), AnswerType(kind) if kind else None, extracted)

    def problem(self, row: Any) -> str | None:
        """What a row lacks, in words; None if nothing."""
        from verifier import AnswerType

        if not isinstance(row, dict):
            return "not a JSON object"
        answers = {"response": self.response, "pred": self.pred}
        given = {option: key for option, key in answers.items() if key and row.get(key) is not None}
        texts = {"gold": self.gold, **given}
        if row.get(self.question) is not None:
            texts["question"] = self.question
        if lacking := self._lacking(row, has_answer=bool(given)):
            return lacking
        if len(given) > 1:
            return f"both `{self.response}` and `{self.pred}`; say which counts with --response KEY or --pred KEY"
        for option, key in texts.items():
            value = row[key] if option == "question" else _written(row[key])
            if not isinstance(value, str):
                return f"`{key}` must be a string, not {_cut(repr(value))}; or name another key with --{option} KEY"
        if row.get("answer_type") is not None and row["answer_type"] not in set(AnswerType):
            return f"answer_type {row['answer_type']!r} is unknown; known: {', '.join(AnswerType)}"
        if self.expected and not isinstance(row.get(self.expected), bool):
            return f"no `{self.expected}` that is true or false, for --labelled; {_keys_of(row)} --expected KEY"
        return None

    def _lacking(self, row: Mapping[str, Any], *, has_answer: bool) -> str | None:
        keys, options = [], []
        if row.get(self.gold) is None:
            keys.append(self.gold)
            options.append("--gold KEY")
        if not has_answer:
            keys += [key for key in (self.response, self.pred) if key]
            options.append("--response KEY, a whole output, or --pred KEY, an extracted answer")
        lacking = ", ".join(f"no `{key}`" for key in keys)
        return f"{lacking}; {_keys_of(row)} {' and '.join(options)}" if keys else None


def _written(value: Any) -> Any:
    """A whole number as its digits, as many data sets hold golds; a fraction has lost how precisely it was written."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _keys_of(row: Mapping[str, Any]) -> str:
    keys = ", ".join(map(_cut, [*row][:MAX_KEYS])) + (", ..." if len(row) > MAX_KEYS else "")
    return f"keys: {keys or 'none'}. Name yours with"


def _cut(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 3] + "..."


def read_rows(source: IO[bytes], name: str, keys: Keys) -> Iterator[dict[str, Any]]:
    """The rows of a JSONL file, each checked; raises `CasesError`."""
    import orjson

    for number, line in enumerate(iter(lambda: source.readline(MAX_LINE_BYTES + 1), b""), start=1):
        if len(line) > MAX_LINE_BYTES:
            raise CasesError(
                f"{name}, line {number}: more than {MAX_LINE_BYTES >> 20} MiB; wanted is one object a line"
            )
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise CasesError(f"{name}, line {number}: not JSON ({error}); one object a line is wanted") from error
        if problem := keys.problem(row):
            raise CasesError(f"{name}, line {number}: {problem}")
        yield row
