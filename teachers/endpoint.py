"""A model behind an OpenAI-compatible endpoint: `vllm serve`, SGLang, a hosted one.

Answers are streamed, so that a text that begins to loop is broken off where it is written. What may pass is asked
again; `docs/teachers.md` says what is done about which trouble.
"""

import asyncio
import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, get_args

from teachers._endpoint_config import api_key, check_endpoint
from teachers._endpoint_hosts import Host, Hosts
from teachers._endpoint_line import Line
from teachers._endpoint_trouble import Kind, PassingError
from teachers._endpoint_wire import words_of
from teachers.errors import PromptTooLongError, RequestRefusedError, TeacherOutageError
from teachers.types import ChatTurn, Completion, Sampling, TeacherConfig, TeacherRequest

FIRST_WAIT_S = 1.0
TROUBLES: tuple[str, ...] = get_args(Kind)
# Asked when one request fails again and again while no other is answered: which of the two is to blame?
CONTROL = TeacherRequest(
    messages=(ChatTurn(role="user", content="Say yes."),), sampling=Sampling(max_tokens=1), sample=0, seed=0
)


class EndpointTeacher:
    """`troubles` counts what was overcome, by kind; `on_trouble` is told of each kind as it happens.

    Making one raises `TeacherConfigError` for what cannot work. `start` raises `TeacherOutageError` where no server is
    there; `respond` raises it where all are gone, and `RequestRefusedError` for a request that this endpoint does not
    serve though it serves others. After `first_wait_s` what failed is sent again.
    """

    def __init__(self, config: TeacherConfig, *, slots: int | None = None, first_wait_s: float = FIRST_WAIT_S) -> None:
        check_endpoint(config)
        api_key(config)
        self.config, self.options, self.first_wait_s = config, config.endpoint, first_wait_s
        self.slots = min(slots or sys.maxsize, self.options.max_in_flight * len(self.options.urls))
        self.troubles: Counter[str] = Counter()
        self.on_trouble: Callable[[str], None] | None = None
        self._num_answers = 0
        self._line: Line | None = None

    @cached_property
    def digest(self) -> str:
        """Names the model and how its template is filled in, not who serves it."""
        named = ["endpoint", self.config.model, self.config.revision, dict(self.config.chat_options)]
        return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()

    async def start(self) -> None:
        if self._line is not None:
            return
        self._line = Line(self.config, key=api_key(self.config))
        self._hosts = Hosts(self.options, self._line.probe, self.first_wait_s)
        try:
            await self._hosts.survey()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            await line.close()

    def decode(self, payload: Mapping[str, Any]) -> Completion:
        return Completion.from_payload(payload)

    async def respond(self, request: TeacherRequest) -> Completion:
        failures, answered_before, last_host, bounded = 0, 0, None, True
        while True:
            host, outcome = await self._try(request, avoid=last_host, bounded=bounded)
            match outcome:
                case Completion():
                    self._num_answers += 1
                    return outcome
                case PromptTooLongError():
                    if not bounded:
                        raise outcome
                    # The prompt may fit and only the answer be allowed too much: then it may have what is left.
                    bounded = False
                case PassingError(kind="rate_limited" | "unreachable"):
                    pass  # says nothing of this request: it waits with all others until the server is free
                case PassingError():
                    last_host, failures = host, failures + 1
                    answered_before = self._num_answers if failures == 1 else answered_before
                    await self._weigh(failures, outcome, host, quiet=self._num_answers == answered_before)
                    await asyncio.sleep(self._hosts.backoff(failures))

    async def _try(
        self, request: TeacherRequest, *, avoid: Host | None, bounded: bool
    ) -> tuple[Host, Completion | PassingError | PromptTooLongError]:
        if self._line is None:
            raise TeacherOutageError(f"{self.config.name}: the endpoint is not opened")
        tokens = words_of(request) + request.sampling.max_tokens if self.options.tokens_per_minute else 0
        async with self._hosts.place(tokens, avoid=avoid) as host:
            since = time.monotonic()
            try:
                return host, await self._line.exchange(host, request, bounded=bounded)
            except PassingError as trouble:
                self.troubles[trouble.kind] += 1
                if self.on_trouble is not None:
                    self.on_trouble(trouble.kind)
                self._hosts.note(host, trouble, since=since)
                return host, trouble
            except PromptTooLongError as refused:
                host.alive()
                return host, refused
            except RequestRefusedError:
                host.alive()
                raise

    async def _weigh(self, failures: int, trouble: PassingError, host: Host, *, quiet: bool) -> None:
        """Gives up on the endpoint, or on a request that failed twice as often as allowed while it answered others."""
        told = f"{self.config.name}: {host.url}: {trouble}, {failures} times"
        if failures <= self.options.retries:
            return
        if quiet and not await self._answers_another():
            raise TeacherOutageError(f"{told}, and no other request was answered meanwhile; run again once it is well")
        if failures > 2 * self.options.retries:
            raise RequestRefusedError(f"{told}, while other requests were answered")

    async def _answers_another(self) -> bool:
        _, outcome = await self._try(CONTROL, avoid=None, bounded=True)
        self._num_answers += isinstance(outcome, Completion)
        return isinstance(outcome, Completion)
