"""A web server that serves files of a folder by ranges of bytes, and can be made to misbehave."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from tests.served import Quiet, served


@dataclass
class Script:
    """What the server does with its next requests: a status to refuse with, "cut", "whole"; then as it should."""

    folder: Path
    misdeeds: list[int | str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)


class _Handler(Quiet, BaseHTTPRequestHandler):
    def __init__(self, script: Script, *arguments: object) -> None:
        self.script = script
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        wanted = self.headers.get("Range", "")
        self.script.asked.append((self.path, wanted))
        misdeed = self.script.misdeeds.pop(0) if self.script.misdeeds else ""
        path = self.script.folder / self.path.lstrip("/")
        if isinstance(misdeed, int) or not path.is_file():
            self._answer(misdeed if isinstance(misdeed, int) else 404, b"", 0)
            return
        data = path.read_bytes()
        if misdeed != "whole":
            first, last = (int(part) for part in wanted.removeprefix("bytes=").split("-"))
            data = data[first : last + 1]
        self._answer(200 if misdeed == "whole" else 206, data[:10] if misdeed == "cut" else data, len(data))

    def _answer(self, status: int, data: bytes, length: int) -> None:
        self.send_response(status)
        for name, value in self.script.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(data)
        if len(data) < length:
            self.close_connection = True


@contextmanager
def serving(script: Script) -> Iterator[str]:
    """The server's address."""
    with served(partial(_Handler, script)) as address:
        yield f"{address}/"
