"""Reads question-answer rows from JSON Lines files (plain or gzipped) and from files that hold one JSON array."""

import gzip
import hashlib
import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from pipeline.errors import ConfigError, ShardError
from pipeline.stage import Reject, SourceStage
from stages._removal import removal_key
from stages._text import digest128, question_key
from stages.records import Origin, QAPair

ROWS_PER_SHARD = 20_000

# Line number (in an array: place) from 1, and the row: a line still to be parsed, or a member of the array.
_Row = tuple[int, Any]


class _BadRowError(ValueError):
    """A row that cannot become a pair; the message says why."""


@dataclass(frozen=True, kw_only=True)
class ReadJsonl(SourceStage[QAPair]):
    """One `QAPair` for each row, in file order.

    question_fields  -- joined by a space; dots lead into objects ("meta.question")
    source_field     -- a column that names the source of each row; `source` stands in where it is absent
    id_field         -- a column whose value becomes the id, after the source; without it the id is a digest of source,
                        question and answer
    limit            -- only the first rows of all files together
    sample           -- that many rows of all files together, chosen by `seed` and content, never by position
    """

    paths: list[Path]
    source: str
    question_fields: list[str] = field(default_factory=lambda: ["question"])
    answer_field: str = "answer"
    source_field: str | None = None
    url_field: str | None = None
    id_field: str | None = None
    url: str = ""
    licence: str | None = None
    attribution: str | None = None
    origin: Origin = Origin.HUMAN
    limit: int | None = None
    sample: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.limit is not None and self.sample is not None:
            raise ConfigError("read_jsonl: limit and sample exclude each other; give one of them")

    def pins(self, digest: Callable[[Path], str]) -> Mapping[str, str]:
        return {f"{index:05d}": digest(path) for index, path in enumerate(self.paths)}

    def shards(self) -> Sequence[Any]:
        """Each `[file index, "range", [first, last]]`, or `[file index, "rows", numbers]` of a sample."""
        if self.sample is not None:
            return self._sampled()
        shards: list[list[Any]] = []
        left = self.limit
        for index, path in enumerate(self.paths):
            numbers = [number for number, _ in islice(_rows(path), left)]
            left = None if left is None else left - len(numbers)
            for at in range(0, len(numbers), ROWS_PER_SHARD):
                part = numbers[at : at + ROWS_PER_SHARD]
                shards.append([index, "range", [part[0], part[-1]]])
        return shards

    def read(self, shard: Any) -> Iterator[QAPair | Reject]:
        index, kind, numbers = shard
        path = self.paths[index]
        wanted = range(numbers[0], numbers[1] + 1) if kind == "range" else frozenset(numbers)
        last = numbers[1] if kind == "range" else numbers[-1]
        seen: set[str] = set()
        for number, raw in _rows(path):
            if number > last:
                return
            if number in wanted:
                yield self._pair(raw, place=f"{path.name}:{number}", seen=seen)

    def _sampled(self) -> Sequence[Any]:
        key = self.seed.to_bytes(8, "big", signed=True)
        ranked = (
            (hashlib.blake2b(_bytes(raw), key=key, digest_size=16).digest(), index, number)
            for index, path in enumerate(self.paths)
            for number, raw in _rows(path)
        )
        chosen = sorted((index, number) for _, index, number in heapq.nsmallest(self.sample or 0, ranked))
        shards: list[list[Any]] = []
        for index in range(len(self.paths)):
            numbers = [number for file, number in chosen if file == index]
            shards += [
                [index, "rows", numbers[at : at + ROWS_PER_SHARD]] for at in range(0, len(numbers), ROWS_PER_SHARD)
            ]
        return shards

    def _pair(self, raw: Any, *, place: str, seen: set[str]) -> QAPair | Reject:
        try:
            row = orjson.loads(raw) if isinstance(raw, bytes) else raw
            if not isinstance(row, dict):
                raise _BadRowError("not a JSON object")
            question = " ".join(_text(row, name) for name in self.question_fields)
            answer = _text(row, self.answer_field)
            source = _text(row, self.source_field) if self.source_field else self.source
            pair_id = f"{source}-{_slug(_text(row, self.id_field))}" if self.id_field else None
            url = _text(row, self.url_field) if self.url_field else self.url
        except orjson.JSONDecodeError as error:
            return Reject("bad_json", f"{place}: {error}", id=place)
        except _BadRowError as error:
            return Reject("bad_row", f"{place}: {error}", id=place)
        pair_id = pair_id or digest128(source, question, answer)
        if pair_id in seen:
            return Reject("duplicate_row", f"{place}: repeats {pair_id}", id=place)
        seen.add(pair_id)
        return QAPair(
            id=pair_id,
            question=question,
            answer_text=answer,
            question_span=None,
            answer_span=None,
            origin=self.origin,
            extractor="jsonl",
            score=1.0,
            url=url,
            source=source,
            licence=self.licence,
            attribution=self.attribution,
            content_key=question_key(question),
            removal_key=removal_key(url, source=source),
        )


def _rows(path: Path) -> Iterator[_Row]:
    """The file's rows, numbered by line; blank lines count as lines and are no rows."""
    opener = gzip.open if path.suffix == ".gz" else open
    is_array = path.name.removesuffix(".gz").endswith(".json")
    try:
        with opener(path, "rb") as file:
            if is_array:
                yield from enumerate(_array(path, file.read()), start=1)
                return
            # Iterating a binary file splits on \n alone; U+0085 and U+2028 inside a string stay where they are.
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
    except (OSError, EOFError) as error:
        raise ShardError(f"{path}: cannot be read to its end ({error}); fetch the file again") from error


def _array(path: Path, data: bytes) -> list[Any]:
    try:
        rows = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise ShardError(f"{path}: not valid JSON ({error}); name it .jsonl if it holds one row a line") from error
    if not isinstance(rows, list):
        raise ShardError(f"{path}: holds no JSON array; a file of one row a line must be named .jsonl or .jsonl.gz")
    return rows


def _bytes(raw: Any) -> bytes:
    return raw.strip() if isinstance(raw, bytes) else orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)


def _text(row: Mapping[str, Any], name: str) -> str:
    """The column as text: 70.0 reads "70", a list its members joined; raises `_BadRowError` where there is none."""
    value: Any = row
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    text = _spell(value).strip()
    if not text:
        raise _BadRowError(f"no {name!r}; columns: {', '.join(map(str, row))}")
    return text


def _spell(value: Any) -> str:
    if value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return ", ".join(map(_spell, value))
    return str(value)


def _slug(text: str) -> str:
    """An id part: a slash would make it a path, whose parts are parents."""
    return "".join(char if char.isalnum() or char in "._-" else "-" for char in text)
