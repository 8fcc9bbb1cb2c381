"""A teacher as the engine sees it: its troubles are the engine's."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pipeline.errors import ConfigError, OutageError
from teachers import Completion, Teacher, TeacherConfigError, TeacherOutageError, TeacherRequest


@contextmanager
def teacher_trouble() -> Iterator[None]:
    """A teacher's outage becomes `OutageError`, its wrong configuration `ConfigError`; the rest is the request's."""
    try:
        yield
    except TeacherOutageError as outage:
        raise OutageError(str(outage)) from outage
    except TeacherConfigError as wrong:
        raise ConfigError(str(wrong)) from wrong


@dataclass(frozen=True, slots=True)
class TeacherResponder:
    """Hands everything on."""

    teacher: Teacher

    @property
    def digest(self) -> str:
        with teacher_trouble():
            return self.teacher.digest

    @property
    def slots(self) -> int:
        return self.teacher.slots

    async def start(self) -> None:
        with teacher_trouble():
            await self.teacher.start()

    async def respond(self, request: TeacherRequest) -> Completion:
        with teacher_trouble():
            return await self.teacher.respond(request)

    async def close(self) -> None:
        await self.teacher.close()

    def decode(self, payload: Mapping[str, Any]) -> Completion:
        return self.teacher.decode(payload)
