"""Recorded traces as a teacher: the n-th sample of a problem is the n-th trace recorded for it.

The recording is JSONL, gzipped where the name ends in `.gz`, with `problem` and `text` on every line, and where known
`finish_reason` (default stop) and `num_tokens`. Without `num_tokens` words and symbols are counted, which for
mathematics comes near a tokenizer's count.
"""

import gzip
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from teachers.errors import NotRecordedError, TeacherConfigError
from teachers.types import Completion, TeacherRequest

PIECE = re.compile(r"\w+|[^\w\s]")
SLOTS = 64


class ReplayTeacher:
    """`respond` raises `NotRecordedError` for what the recording does not hold, `start` for a line it cannot read."""

    slots = SLOTS

    def __init__(self, recording: Path) -> None:
        self.recording = recording
        self._traces: dict[str, list[Completion]] = {}

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.recording.read_bytes()).hexdigest()

    async def start(self) -> None:
        traces = defaultdict(list)
        for problem, completion in self._lines():
            traces[normalised(problem)].append(completion)
        self._traces = dict(traces)

    async def respond(self, request: TeacherRequest) -> Completion:
        if request.question is None:
            raise TeacherConfigError("a replay teacher looks up the question, which this request does not carry")
        recorded = self._traces.get(normalised(request.question), [])
        if request.sample >= len(recorded):
            raise NotRecordedError(f"{self.recording.name} holds {len(recorded)} traces of this problem")
        return recorded[request.sample]

    async def close(self) -> None:
        pass

    def decode(self, payload: Mapping[str, Any]) -> Completion:
        return Completion.from_payload(payload)

    def _lines(self) -> Iterator[tuple[str, Completion]]:
        opened = gzip.open if self.recording.suffix == ".gz" else open
        with opened(self.recording, "rt", encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    row = json.loads(line)
                    yield row["problem"], _completion(row)
                except (ValueError, KeyError, TypeError) as error:
                    wanted = "a JSON object with problem and text"
                    raise TeacherConfigError(f"{self.recording}:{number}: wanted {wanted}: {error!r}") from error


def normalised(problem: str) -> str:
    """The key of a problem: case and blank space do not count."""
    return " ".join(problem.casefold().split())


def _completion(row: Mapping[str, Any]) -> Completion:
    return Completion(
        text=row["text"],
        finish_reason=row.get("finish_reason", "stop"),
        num_prompt_tokens=row.get("num_prompt_tokens") or len(PIECE.findall(row["problem"])),
        num_tokens=row.get("num_tokens") or len(PIECE.findall(row["text"])),
    )
