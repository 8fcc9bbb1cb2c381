"""A small OpenAI-compatible server that misbehaves as it is told, on a real socket; runs in a thread of its own."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

MODEL = "tiny"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A streamed answer: `thoughts` and `pieces` one event each, `pause_s` apart. None for `finish`: it breaks off."""

    pieces: Sequence[str] = ("forty", "-two")
    thoughts: Sequence[str] = ()
    thoughts_field: str = "reasoning_content"
    finish: str | None = "stop"
    usage: bool = True
    model: str = MODEL
    pause_s: float = 0.0
    comments: int = 0
    streamed: bool = True

    def events(self) -> Iterator[bytes]:
        for _ in range(self.comments):
            yield b": still here\n\n"
        for name, pieces in ((self.thoughts_field, self.thoughts), ("content", self.pieces)):
            for piece in pieces:
                yield self.event(choices=[{"index": 0, "delta": {name: piece}, "finish_reason": None}])
        if self.finish is None:
            return
        yield self.event(choices=[{"index": 0, "delta": {}, "finish_reason": self.finish}])
        if self.usage:
            yield self.event(choices=[], usage=self.tokens())
        yield b"data: [DONE]\n\n"

    def tokens(self) -> dict[str, int]:
        return {"prompt_tokens": 7, "completion_tokens": len(self.pieces) + len(self.thoughts)}

    def event(self, **fields: Any) -> bytes:
        return b"data: " + json.dumps({"model": self.model, **fields}).encode() + b"\n\n"

    def whole(self) -> bytes:
        choice = {"index": 0, "message": {"content": "".join(self.pieces)}, "finish_reason": self.finish}
        return json.dumps({"model": self.model, "choices": [choice], "usage": self.tokens()}).encode()


@dataclass(frozen=True, kw_only=True)
class Status:
    """A reply that is none."""

    code: int
    message: str = "something is wrong"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Raw:
    """These bytes as the body, as JSON or as a stream of events; `cut` drops the connection before they end."""

    body: bytes
    kind: str = "application/json"
    cut: bool = False


@dataclass(frozen=True)
class Hang:
    """Nothing comes, ever."""


@dataclass(frozen=True)
class Reset:
    """The connection is dropped without a word."""


Behaviour = Answer | Status | Raw | Hang | Reset


@dataclass(frozen=True)
class Call:
    """One POST as it came; `number` counts from zero."""

    number: int
    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def asked(self) -> str:
        return str(self.body["messages"][-1]["content"])


@dataclass
class Server:
    """`behave` says what to do about each call; `models` is what it lists, None for no list."""

    behave: Callable[[Call], Behaviour]
    models: Sequence[str] | None = (MODEL,)
    owner: str = "somebody"
    listing: Behaviour | None = None
    calls: list[Call] = field(default_factory=list)
    hung_up: int = 0
    port: int = 0
    closing: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._exchange(reader, writer):
                    pass
            writer.close()
        finally:
            if self.closing:
                writer.transport.abort()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection may be used again."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        if method == "GET":
            return await self._send(writer, reader, self._listed(path))
        call = Call(len(self.calls), json.loads(body), headers)
        self.calls.append(call)
        return await self._send(writer, reader, self.behave(call))

    def _listed(self, path: str) -> Behaviour:
        if self.listing is not None:
            return self.listing
        if self.models is None or not path.endswith("/models"):
            return Status(code=404, message="not found")
        return Raw(json.dumps({"data": [{"id": name, "owned_by": self.owner} for name in self.models]}).encode())

    async def _send(self, writer: asyncio.StreamWriter, reader: asyncio.StreamReader, behaviour: Behaviour) -> bool:
        match behaviour:
            case Hang():
                await reader.read()  # until the other side hangs up
                self.hung_up += 1
                return False
            case Reset():
                writer.transport.abort()
                return False
            case Status():
                told = json.dumps({"error": {"message": behaviour.message, "code": behaviour.code}}).encode()
                await _plain(writer, behaviour.code, told, behaviour.headers)
            case Raw():
                missing = 10 if behaviour.cut else 0
                await _plain(writer, 200, behaviour.body, {"Content-Type": behaviour.kind}, missing=missing)
                return not behaviour.cut
            case Answer(streamed=False):
                await _plain(writer, 200, behaviour.whole(), {"Content-Type": "application/json"})
            case Answer():
                return await self._stream(writer, reader, behaviour)
        return True

    async def _stream(self, writer: asyncio.StreamWriter, reader: asyncio.StreamReader, answer: Answer) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for event in answer.events():
            if answer.pause_s:
                await asyncio.sleep(answer.pause_s)
                if reader.at_eof():
                    self.hung_up += 1
                    return False
            writer.write(b"%x\r\n%b\r\n" % (len(event), event))
            try:
                await writer.drain()
            except ConnectionError:
                self.hung_up += 1
                return False
        if answer.finish is None:
            return False
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True


async def _plain(
    writer: asyncio.StreamWriter, code: int, body: bytes, headers: Mapping[str, str], *, missing: int = 0
) -> None:
    lines = [f"HTTP/1.1 {code} Told", f"Content-Length: {len(body) + missing}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
    await writer.drain()


@contextmanager
def serving(behave: Callable[[Call], Behaviour], *, port: int = 0, **options: Any) -> Iterator[Server]:
    """A server at `url` for as long as the block runs; leaving it drops all connections and frees the port."""
    server, up, loop = Server(behave, **options), threading.Event(), asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        listening = await asyncio.start_server(server.handle, "127.0.0.1", port, limit=1 << 22)
        server.port = listening.sockets[0].getsockname()[1]
        up.set()
        await stop.wait()
        listening.close()
        server.closing = True
        handlers = asyncio.all_tasks() - {asyncio.current_task()}
        for task in handlers:
            task.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    up.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
