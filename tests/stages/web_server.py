"""A web server for the files of a folder: HEAD, ranges, ETags, a listing of folders; it can be made to misbehave."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.served import Quiet, served


@dataclass
class Web:
    """`misdeeds` are for the next requests for content: a status, or "cut" for half of what was promised.

    The next `refused` requests of any kind get 503. `tells` are the headers that say which file it is; `knows_ranges`
    off sends all of it whatever was asked. `token` is what a query must hold. `before` is called with each request for
    content.
    """

    folder: Path
    misdeeds: list[int | str] = field(default_factory=list)
    tells: tuple[str, ...] = ("ETag", "Last-Modified")
    knows_ranges: bool = True
    token: str = ""
    refused: int = 0
    before: Callable[[str], None] = print
    asked: list[tuple[str, str, str]] = field(default_factory=list)


class _Handler(Quiet, BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, web: Web, *arguments: object) -> None:
        self.web = web
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_HEAD(self) -> None:
        self._serve(with_body=False)

    def do_GET(self) -> None:
        self._serve(with_body=True)

    def _serve(self, *, with_body: bool) -> None:
        web, parts = self.web, urlsplit(self.path)
        path, wanted = web.folder / unquote(parts.path).lstrip("/"), self.headers.get("Range", "")
        web.asked.append((self.command, parts.path, wanted))
        if web.refused:
            web.refused -= 1
            self._answer(503, b"", {"Retry-After": "0"}, with_body=with_body)
        elif web.token not in parts.query:
            self._answer(403, b"", {}, with_body=with_body)
        elif path.is_dir():
            names = [f"{one.name}/" if one.is_dir() else one.name for one in sorted(path.iterdir())]
            links = "".join(f'<a href="{name}">{name}</a>' for name in names)
            self._answer(200, links.encode(), {"Content-Type": "text/html"}, with_body=with_body)
        elif not path.is_file():
            self._answer(404, b"", {}, with_body=with_body)
        else:
            self._send(path, wanted, with_body=with_body)

    def _send(self, path: Path, wanted: str, *, with_body: bool) -> None:
        web = self.web
        misdeed = web.misdeeds.pop(0) if with_body and web.misdeeds else ""
        if with_body and web.before is not print:
            web.before(path.name)
        data = path.read_bytes()
        facts = {
            "ETag": f'"{hashlib.md5(data).hexdigest()}"',
            "Last-Modified": self.date_time_string(path.stat().st_mtime),
        }
        headers = {name: facts[name] for name in web.tells}
        if isinstance(misdeed, int):
            self._answer(misdeed, b"", {}, with_body=True)
            return
        status = 200
        if wanted and web.knows_ranges:
            first, last = (int(part) for part in wanted.removeprefix("bytes=").split("-"))
            headers["Content-Range"] = f"bytes {first}-{min(last, len(data) - 1)}/{len(data)}"
            status, data = 206, data[first : last + 1]
        self._answer(status, data, headers, with_body=with_body, is_cut=misdeed == "cut")

    def _answer(
        self, status: int, data: bytes, headers: dict[str, str], *, with_body: bool, is_cut: bool = False
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if with_body:
            self.wfile.write(data[: len(data) // 2] if is_cut else data)
        self.close_connection = is_cut


@contextmanager
def serving(web: Web) -> Iterator[str]:
    """The server's address, without a closing slash."""
    with served(partial(_Handler, web)) as address:
        yield address
