"""What answers the requests of a stream stage, and what is asked and said there."""

from collections.abc import Mapping
from typing import Any, Protocol


class Request(Protocol):
    """What a stream stage asks; `payload()` is JSON that decides the answer together with the model's digest."""

    def payload(self) -> Mapping[str, Any]: ...


class Answer(Protocol):
    def payload(self) -> Mapping[str, Any]: ...


class Responder(Protocol):
    """Where answers come from: a language-model engine, an endpoint, recorded traces.

    `digest` names the model's weights and revision and so the journal. `slots` is how many requests it serves at once.
    `start` is called before the first request that the journal cannot answer and may be cancelled; `close` follows in
    any case. `respond` raises `OutageError` when the machine is at fault and any other error when this request is.
    """

    @property
    def digest(self) -> str: ...

    @property
    def slots(self) -> int: ...

    async def start(self) -> None: ...

    async def respond(self, request: Any) -> Answer: ...

    async def close(self) -> None: ...

    def decode(self, payload: Mapping[str, Any]) -> Any:
        """The answer a journal line holds."""
