"""Recorded answers as a teacher: traces of problems, or the journal of an earlier run.

Traces are rows of JSONL (gzipped where the name ends in `.gz`) or Parquet: a problem, a text and where known reasoning
apart from it, `sample`, `finish_reason` (default stop) and counts of tokens; `teachers/recorded_rows.py` names the
columns that are understood. The n-th sample of a problem is its n-th trace, in the order of `sample` and of the rows.

A journal is `STORE/journal/MODEL`, or one of its files. It answers what was asked then: the same messages, the same
beginning of the answer and the same sample index. Temperature, seed and the rest of the sampling only choose where
several recorded answers fit.
"""

import asyncio
import hashlib
import warnings
from collections.abc import Mapping
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import orjson

from teachers.errors import NotRecordedError, TeacherConfigError
from teachers.recorded_lines import Place, RecordedLines, first_line
from teachers.recorded_rows import RecordedRow
from teachers.types import Completion, TeacherRequest

SLOTS = 64
SHOWN_CHARS = 80


class Recording(Protocol):
    lines: RecordedLines

    def answer(self, request: TeacherRequest) -> Completion:
        """Raises `NotRecordedError`."""
        ...


class ReplayTeacher:
    """`respond` raises `NotRecordedError` for what the recording does not hold, `start` for one it cannot read."""

    slots = SLOTS

    def __init__(self, recording: Path) -> None:
        self.recording = recording
        self._opened: Recording | None = None

    @cached_property
    def digest(self) -> str:
        """Of the content: where a recording lies and what its files are called does not count."""
        if not self.recording.exists():
            raise TeacherConfigError(f"recording {self.recording} is not there")
        if not self.recording.is_dir():
            return _file_digest(self.recording)
        contents = sorted(map(_file_digest, journal_files(self.recording)))
        return hashlib.sha256(orjson.dumps(["journal", *contents])).hexdigest()

    async def start(self) -> None:
        if self._opened is None:
            self._opened = await asyncio.to_thread(_open, self.recording)

    async def respond(self, request: TeacherRequest) -> Completion:
        assert self._opened is not None, "started first"
        return self._opened.answer(request)

    async def close(self) -> None:
        if self._opened is not None:
            self._opened.lines.close()
            self._opened = None

    def decode(self, payload: Mapping[str, Any]) -> Completion:
        return Completion.from_payload(payload)


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _open(path: Path) -> Recording:
    lines = RecordedLines()
    try:
        if path.is_dir():
            return JournalRecording(journal_files(path), path, lines)
        return JournalRecording([path], path, lines) if _is_journal(path) else TraceRecording(path, lines)
    except BaseException:
        lines.close()
        raise


def _is_journal(path: Path) -> bool:
    """Whether the first line is one of a journal."""
    if path.suffix in (".gz", ".parquet"):
        return False
    try:
        first = orjson.loads(first_line(path))
    except orjson.JSONDecodeError:
        return False
    return isinstance(first, dict) and first.keys() >= {"key", "answer"}


def journal_files(folder: Path) -> list[Path]:
    """The files of the one journal in `folder`; raises `TeacherConfigError` where there is none or a choice."""
    if files := sorted(folder.glob("*.jsonl")):
        return files
    models = [model for model in sorted(folder.iterdir()) if any(model.glob("*.jsonl"))]
    if len(models) == 1:
        return sorted(models[0].glob("*.jsonl"))
    if not models:
        raise TeacherConfigError(
            f"{folder} holds no journal; name a folder STORE/journal/MODEL, with *.jsonl files in it"
        )
    told = "; ".join(_described(model) for model in models)
    raise TeacherConfigError(f"{folder} holds the journals of {len(models)} models; name one of them: {told}")


def _described(journal: Path) -> str:
    """The name of a journal and the beginning of its first prompt, by which one knows it."""
    asked = _asked_in(first_line(min(journal.glob("*.jsonl"))))
    shown = _shown(asked["messages"][-1]["content"]) if asked else "prompts not kept"
    return f"{journal.name} ({shown})"


class TraceRecording:
    """Traces by problem; case and blank space of a problem do not count."""

    def __init__(self, path: Path, lines: RecordedLines) -> None:
        self.path, self.lines = path, lines
        for number, (place, line) in enumerate(self.lines.read(path), start=1):
            if line.isspace():
                continue
            try:
                row = RecordedRow.of(orjson.loads(line))
            except ValueError as error:
                raise TeacherConfigError(f"{path}:{number}: {error}") from error
            key = _problem_key(row.problem)
            first = self.lines.count(key) if row.sample is None else row.sample
            for part in range(len(row.texts)):
                self.lines.put(key, Place(first + part, place, part))

    def answer(self, request: TeacherRequest) -> Completion:
        if request.question is None:
            raise TeacherConfigError("a replay teacher looks up the question, which this request does not carry")
        recorded = self.lines.places(_problem_key(request.question))
        if request.sample >= len(recorded):
            raise NotRecordedError(f"{self.path.name} holds {len(recorded)} traces of this problem")
        place = recorded[request.sample]
        return RecordedRow.of(orjson.loads(self.lines.line(place.line))).completion(place.part)


class JournalRecording:
    """Answers by what was asked. Lines that do not say it are left out and counted; a crash leaves a torn one."""

    def __init__(self, files: list[Path], path: Path, lines: RecordedLines) -> None:
        self.path, self.lines, self.left_out = path, lines, 0
        self.first_asked = ""
        for file in files:
            for place, line in self.lines.read(file):
                self._put(place, line)
        if not self.lines.index:
            raise TeacherConfigError(f"{path}: nothing to replay: {self.left_out} lines, none says what was asked")
        if self.left_out:
            warnings.warn(f"{path}: {self.left_out} lines do not say what was asked and are left out", stacklevel=2)

    def _put(self, place: int, line: bytes) -> None:
        asked = _asked_in(line)
        if asked is None:
            self.left_out += line.endswith(b"}\n")
            return
        self.first_asked = self.first_asked or asked["messages"][-1]["content"]
        self.lines.put(_prompt_key(asked["messages"], asked.get("begun", "")), Place(asked["sample"], place, 0))

    def answer(self, request: TeacherRequest) -> Completion:
        asked = [asdict(turn) for turn in request.messages]
        recorded = self.lines.places(_prompt_key(asked, request.begun))
        fitting = [place for place in recorded if place.sample == request.sample]
        if not fitting:
            raise NotRecordedError(self._missing(request, [place.sample for place in recorded]))
        told = [orjson.loads(self.lines.line(place.line)) for place in fitting]
        wanted = request.payload()
        return Completion.from_payload(max(told, key=lambda line: _likeness(line["request"], wanted))["answer"])

    def _missing(self, request: TeacherRequest, samples: list[int]) -> str:
        if samples:
            held = ", ".join(map(str, sorted(set(samples))))
            return f"{self.path} holds {len(samples)} answers to this prompt, samples {held}, but no {request.sample}"
        return (
            f"{self.path} holds no answer to {_shown(request.messages[-1].content)}; it holds answers to "
            f"{len(self.lines.index)} prompts such as {_shown(self.first_asked)}: is the prompt style the same?"
        )


def _asked_in(line: bytes) -> Mapping[str, Any] | None:
    """What a line of a journal says was asked of a teacher; None where it does not, or was torn."""
    try:
        read = orjson.loads(line)
        asked: Mapping[str, Any] = read["request"]
        is_whole = asked["messages"] and isinstance(asked["sample"], int) and isinstance(read["answer"]["text"], str)
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
    return asked if is_whole else None


def _likeness(asked: Mapping[str, Any], wanted: Mapping[str, Any]) -> int:
    """How many of the things that only choose are the same."""
    return sum(asked.get(name) == wanted.get(name) for name in ("sampling", "seed"))


def normalised(problem: str) -> str:
    """The key of a problem: case and blank space do not count."""
    return " ".join(problem.casefold().split())


def _problem_key(problem: str) -> bytes:
    return hashlib.blake2b(normalised(problem).encode(), digest_size=16).digest()


def _prompt_key(messages: list[dict[str, Any]], begun: str) -> bytes:
    spelled = orjson.dumps([[[turn["role"], turn["content"]] for turn in messages], begun])
    return hashlib.blake2b(spelled, digest_size=16).digest()


def _shown(text: str) -> str:
    """The end of a text counts as much as its beginning: styles differ in both."""
    flat = " ".join(text.split())
    return repr(flat if len(flat) <= 2 * SHOWN_CHARS else f"{flat[:SHOWN_CHARS]} ... {flat[-SHOWN_CHARS:]}")
