"""One exchange with one server of an endpoint: what goes out, what comes back, and what its failures are called."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from typing import Any

import httpx2
import orjson

from teachers._endpoint_hosts import Host
from teachers._endpoint_models import Models
from teachers._endpoint_trouble import Failure, PassingError, quoted, said_by
from teachers._endpoint_wire import Reply, body_of, events
from teachers.errors import TeacherConfigError
from teachers.types import Completion, TeacherConfig, TeacherRequest

CONNECT_S = 10.0
LISTING_S = 30.0
# Shorter than the five seconds after which many servers hang up on an idle connection.
KEEP_ALIVE_S = 3.0
ERROR_BYTES = 65_536


class Line:
    """The connections to all servers. Only its client knows the key, and no message that leaves it holds it."""

    def __init__(self, config: TeacherConfig, *, key: str | None) -> None:
        self.config, self._key = config, key
        self._client = httpx2.AsyncClient(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx2.Timeout(None, connect=CONNECT_S),
            limits=httpx2.Limits(max_connections=None, keepalive_expiry=KEEP_ALIVE_S),
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def probe(self, host: Host) -> None:
        """Asks a server for its models; raises `PassingError`, or `TeacherConfigError` where ours is not among them."""
        limit_s = min(LISTING_S, self.config.endpoint.timeout_s)
        with self._named_failures(limit_s):
            async with asyncio.timeout(limit_s):
                response = await self._client.get(f"{host.url}/models")
        if response.status_code in (404, 405, 501):
            host.models = Models()  # it offers no list; replies say which model they are from
            return
        if response.status_code != 200:
            raise self._failure(response, response.content, asked=f"{host.url}/models").error()
        try:
            host.models = Models.read(orjson.loads(response.content))
        except orjson.JSONDecodeError as error:
            raise PassingError("broken_reply", f"its list of models is no JSON ({error})") from error
        host.owner = host.models.owner(self.config.model or "", at=host.url)

    async def exchange(self, host: Host, request: TeacherRequest, *, bounded: bool = True) -> Completion:
        """One request and its whole answer; raises `PassingError` and what `Failure` names."""
        body = body_of(request, self.config, owner=host.owner, bounded=bounded)
        reply, limit_s = Reply(), self.config.endpoint.timeout_s
        with self._named_failures(limit_s):
            async with (
                asyncio.timeout(limit_s) as limit,
                self._post(host, body) as response,
                aclosing(events(response)) as told,
            ):
                async for event in told:
                    limit.reschedule(asyncio.get_running_loop().time() + limit_s)
                    self._check(event, host)
                    reply.add(event)
                    if reply.looping:
                        break  # closing the stream ends the work of the server, too
        completion = reply.completion(request, wants_usage=host.gives_usage)
        host.gives_usage = host.gives_usage or reply.usage is not None
        return completion

    @asynccontextmanager
    async def _post(self, host: Host, body: dict[str, Any]) -> AsyncIterator[httpx2.Response]:
        url, sent = f"{host.url}/chat/completions", orjson.dumps(body)
        headers = {"Content-Type": "application/json"}
        async with self._client.stream("POST", url, content=sent, headers=headers) as response:
            if response.status_code != 200:
                raise self._failure(response, await _beginning(response), asked=url).error()
            yield response

    def _failure(self, response: httpx2.Response, body: bytes, *, asked: str) -> Failure:
        return Failure(
            status=response.status_code,
            said=said_by(body, key=self._key),
            asked=asked,
            api_key_env=self.config.endpoint.api_key_env,
            retry_after=response.headers.get("retry-after"),
        )

    def _check(self, event: dict[str, Any], host: Host) -> None:
        """Raises what an error in the stream stands for, and `TeacherConfigError` for the wrong model."""
        if error := event.get("error"):
            code = error.get("code") if isinstance(error, dict) else None
            said = said_by(orjson.dumps(event), key=self._key)
            status = code if isinstance(code, int) and code >= 400 else 500
            raise Failure(status, said, host.url, self.config.endpoint.api_key_env).error()
        asked, replied = self.config.model or "", event.get("model")
        if not host.models.allows(replied, asked=asked):
            told = quoted(str(replied), key=self._key)
            raise TeacherConfigError(f"{host.url} answers with the model {told!r} when asked for {asked!r}")
        host.alive()

    @contextmanager
    def _named_failures(self, limit_s: float) -> Iterator[None]:
        try:
            yield
        except TimeoutError as error:
            raise PassingError("stalled", f"nothing came for {limit_s:g} s") from error
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError) as error:
            raise PassingError("unreachable", self._told("cannot be reached", error)) from error
        except httpx2.DecodingError as error:
            raise PassingError("broken_reply", self._told("the reply cannot be read", error)) from error
        except httpx2.TransportError as error:
            raise PassingError("dropped", self._told("the connection broke", error)) from error

    def _told(self, what: str, error: Exception) -> str:
        return f"{what} ({quoted(str(error), key=self._key) or type(error).__name__})"


async def _beginning(response: httpx2.Response) -> bytes:
    """Of an error's body: some servers send a whole page."""
    body = b""
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) >= ERROR_BYTES:
            break
    return body
