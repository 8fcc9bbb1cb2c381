"""Two teachers behind one stage: one writes the trace, the other reflects on it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stages._teacher import TeacherResponder
from teachers import Completion, TeacherRequest


@dataclass(frozen=True, slots=True)
class ToReflector:
    """A request to the reflector, whose digest enters its key: another one is asked anew, and nobody else is."""

    request: TeacherRequest
    reflector: str

    def payload(self) -> Mapping[str, Any]:
        return {**self.request.payload(), "reflector": self.reflector}


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoTeachers:
    """Hands each request to the teacher it is for. The journal is the writer's, with the reflector's answers in it."""

    writer: TeacherResponder
    reflector: TeacherResponder

    @property
    def digest(self) -> str:
        return self.writer.digest

    @property
    def slots(self) -> int:
        return self.writer.slots + self.reflector.slots

    async def start(self) -> None:
        """One after the other: engines that share a GPU measure the memory that is free."""
        await self.writer.start()
        await self.reflector.start()

    async def respond(self, request: TeacherRequest | ToReflector) -> Completion:
        if isinstance(request, ToReflector):
            return await self.reflector.respond(request.request)
        return await self.writer.respond(request)

    async def close(self) -> None:
        """Both, though one may fail."""
        ended = await asyncio.gather(self.writer.close(), self.reflector.close(), return_exceptions=True)
        for failure in ended:
            if isinstance(failure, BaseException):
                raise failure

    def decode(self, payload: Mapping[str, Any]) -> Completion:
        return self.writer.decode(payload)
