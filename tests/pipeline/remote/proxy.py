"""A real HTTP proxy before an S3 server, which has the troubles a network and a service have."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

HOP = {"connection", "transfer-encoding", "keep-alive"}
CONDITIONS = {"if-match", "if-none-match"}


@dataclass
class Weather:
    """What befalls requests. `act(method, key)` says how one ends: None well, "cut", "damage" or a status such as 503.

    A key under `hidden` is left out of listings. `seen` is every request that came. What is `deaf` heeds no conditions.
    """

    act: Callable[[str, str], Any] = lambda method, key: None
    hidden: Callable[[str], bool] = lambda key: False
    deaf: bool = False
    seen: list[tuple[str, str]] = field(default_factory=list)

    def puts(self, word: str = "") -> list[str]:
        return [key for method, key in self.seen if method == "PUT" and word in key]


class Proxy(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, upstream: str, weather: Weather) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.upstream, self.weather = urlsplit(upstream), weather
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave are none of ours."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def _serve(self) -> None:
        weather, key = self.server.weather, unquote(urlsplit(self.path).path).lstrip("/")
        weather.seen.append((self.command, key))
        how = weather.act(self.command, key)
        size = int(self.headers.get("Content-Length") or 0)
        if how == "cut":
            self.rfile.read(size // 2)
            self.close_connection = True
            self.connection.close()
            return
        body = self.rfile.read(size)
        if isinstance(how, int):
            self._answer(
                how, {}, f"<Error><Code>{'SlowDown' if how == 503 else 'InternalError'}</Code></Error>".encode()
            )
            return
        status, headers, answer = self._asked(body)
        if "list-type" in self.path:
            answer = _without(answer, weather.hidden)
        if how == "damage":
            answer = answer[:-1] + bytes([answer[-1] ^ 1])
        self._answer(status, headers, answer)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _serve  # noqa: N815

    def _asked(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        upstream = HTTPConnection(self.server.upstream.hostname or "", self.server.upstream.port)
        left_out = HOP | CONDITIONS if self.server.weather.deaf else HOP
        headers = {name: value for name, value in self.headers.items() if name.lower() not in left_out}
        upstream.request(self.command, self.path, body=body, headers=headers)
        answer = upstream.getresponse()
        data = answer.read()
        upstream.close()
        return answer.status, dict(answer.getheaders()), data

    def _answer(self, status: int, headers: dict[str, str], data: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in HOP | {"content-length"}:
                self.send_header(name, value)
        length = headers.get("Content-Length", headers.get("content-length")) if self.command == "HEAD" else len(data)
        self.send_header("Content-Length", str(length or 0))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *args: Any) -> None:
        pass


def _without(listing: bytes, hidden: Callable[[str], bool]) -> bytes:
    def kept(match: re.Match[bytes]) -> bytes:
        key = re.search(rb"<Key>(.*?)</Key>", match[0])
        return b"" if key and hidden(key[1].decode()) else match[0]

    return re.sub(rb"<Contents>.*?</Contents>", kept, listing, flags=re.DOTALL)
