"""A teacher as the engine sees it: its outages are the engine's outages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.errors import OutageError
from teachers import Completion, Teacher, TeacherOutageError, TeacherRequest


@dataclass(frozen=True, slots=True)
class TeacherResponder:
    """Hands everything on, and turns a teacher's outage into `OutageError`."""

    teacher: Teacher

    @property
    def digest(self) -> str:
        return self.teacher.digest

    @property
    def slots(self) -> int:
        return self.teacher.slots

    async def start(self) -> None:
        try:
            await self.teacher.start()
        except TeacherOutageError as outage:
            raise OutageError(str(outage)) from outage

    async def respond(self, request: TeacherRequest) -> Completion:
        try:
            return await self.teacher.respond(request)
        except TeacherOutageError as outage:
            raise OutageError(str(outage)) from outage

    async def close(self) -> None:
        await self.teacher.close()

    def decode(self, payload: Mapping[str, Any]) -> Completion:
        return self.teacher.decode(payload)
