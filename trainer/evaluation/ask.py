"""Answers asked for, as many at once as the teacher serves; each is written down when it comes, so nothing is lost."""

import asyncio
import fcntl
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from teachers import (
    Completion,
    PromptTooLongError,
    Teacher,
    TeacherConfig,
    TeacherConfigError,
    TeacherError,
    TeacherOutageError,
    TeacherRequest,
)
from teachers.think import thought_of
from trainer.errors import TrainConfigError, TrainerError
from trainer.evaluation.sets import EvalSet, Question

# A prompt that leaves no room for an answer is the model's limit and not a failure: it gave no answer.
TOO_LONG = "prompt_too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """`text` is all that was said, `final` the part an answer is looked for in; `tokens` are the teacher's own.

    finish -- "stop", "length", "loop" or "prompt_too_long"
    """

    text: str
    final: str
    tokens: int
    finish: str


class Journal:
    """Values by key, one JSON line each, written at once; the torn last line of a killed process is dropped.

    Raises `TrainConfigError` where it cannot be written, or where another process is at it.
    """

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            self._file = path.open("r+b")
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # which ends with the process
        except BlockingIOError:
            raise TrainConfigError(f"out: another evaluation is writing {path}; wait for it, or name another") from None
        except OSError as error:
            raise TrainConfigError(f"out: {path} cannot be written: {error.strerror}") from error
        whole = self._file.read().rpartition(b"\n")[0]
        self._values: dict[str, Any] = dict(map(json.loads, whole.splitlines()))
        self._file.truncate(len(whole) + 1 if whole else 0)
        self._file.seek(0, 2)

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def put(self, key: str, value: Any) -> None:
        self._file.write(json.dumps([key, value]).encode() + b"\n")
        self._file.flush()
        self._values[key] = value

    def close(self) -> None:
        self._file.close()


def digest(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One answer to one question; `key` names all that decides it, the model's weights among them."""

    question: Question
    sample: int
    request: TeacherRequest
    key: str


def wanted(one: EvalSet, config: TeacherConfig, *, model: str, seed: int) -> Iterator[Wanted]:
    """`model` is the teacher's digest."""
    for question in one.questions:
        turns = [turn.payload() for turn in question.prompt]
        for sample in range(one.samples):
            request = TeacherRequest(
                messages=question.prompt,
                sampling=config.sampling,
                sample=sample,
                seed=int(digest(seed, turns, sample)[:8], 16) >> 1,  # 31 bits, which every backend takes
                question=question.text if config.backend in ("replay", "scripted") else None,
                answer_hint=question.answer if config.backend == "scripted" else None,
            )
            key = digest(model, config.think, request.payload())
            yield Wanted(question=question, sample=sample, request=request, key=key)


async def ask_all(
    asked: list[Wanted], teacher: Teacher, config: TeacherConfig, journal: Journal, told: Callable[[], None]
) -> None:
    """Asks for what `journal` lacks. A failure stops it with `TrainerError`; what was answered stays written down."""
    missing = {one.key: one.request for one in asked if one.key not in journal}
    if not missing:
        return
    try:
        await teacher.start()
        try:
            refused = await _ask_missing(missing, teacher, config, journal, told)
        finally:
            await teacher.close()
    except TeacherConfigError as error:
        raise TrainConfigError(f"teacher: {error}") from error
    except TeacherError as error:
        raise TrainerError(f"teacher: {error}; the answers so far are kept, the same command goes on") from error
    if refused:
        raise TrainerError(f"teacher: {len(refused)} of {len(missing)} requests were not served: {refused[0]}")


async def _ask_missing(
    missing: Mapping[str, TeacherRequest],
    teacher: Teacher,
    config: TeacherConfig,
    journal: Journal,
    told: Callable[[], None],
) -> list[TeacherError]:
    """The errors of requests that were refused for themselves, after all others were answered."""
    left, refused = iter(missing.items()), []

    async def serve() -> None:
        for key, request in left:
            try:
                response = _response(await teacher.respond(request), config)
            except PromptTooLongError:
                response = {"text": "", "final": "", "tokens": 0, "finish": TOO_LONG}
            except (TeacherOutageError, TeacherConfigError):
                raise
            except TeacherError as error:
                refused.append(error)
                continue
            journal.put(key, response)
            told()

    tasks = [asyncio.create_task(serve()) for _ in range(min(teacher.slots, len(missing)))]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return refused


def _response(answer: Completion, config: TeacherConfig) -> dict[str, Any]:
    reasoning = f"<think>\n{answer.reasoning}\n</think>\n\n" if answer.reasoning else ""
    return {
        "text": answer.prefill + reasoning + answer.text,
        "final": thought_of(answer, style=config.think).final,
        "tokens": answer.num_tokens,
        "finish": answer.finish_reason,
    }
