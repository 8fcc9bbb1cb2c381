"""A small server that speaks as the hub does to those who read: models and data sets at one commit each."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from tests.served import Quiet, served

Files = Mapping[str, bytes | Path]
COMMIT = "5" * 40
CHUNK = 1 << 20
RANGE = re.compile(r"bytes=(\d+)-(\d*)")
LINK = re.compile(r"/(?:datasets/)?(?P<name>[^/]+/[^/]+)/resolve/[^/]+/(?P<file>.+)")
API = re.compile(
    r"/api/(?:models|datasets)/(?P<name>[^/]+/[^/]+)(?:/(?P<what>revision|tree|paths-info)/[^/]+)?(?:/(?P<under>.*))?"
)


def _size(content: bytes | Path) -> int:
    return content.stat().st_size if isinstance(content, Path) else len(content)


def _opened(content: bytes | Path) -> BinaryIO:
    return content.open("rb") if isinstance(content, Path) else BytesIO(content)


def _etag(name: str, content: bytes | Path) -> str:
    return hashlib.sha1(f"{name} {_size(content)}".encode()).hexdigest()


def _entry(name: str, content: bytes | Path) -> dict[str, Any]:
    return {"type": "file", "path": name, "size": _size(content), "oid": _etag(name, content)}


def _listed(files: Files) -> dict[str, dict[str, Any]]:
    """Files and the folders that hold them, by path."""
    folders = {str(folder) for path in files for folder in PurePosixPath(path).parents if folder.name}
    held = {path: {"type": "directory", "path": path, "size": 0, "oid": _etag(path, b"")} for path in folders}
    return held | {path: _entry(path, content) for path, content in files.items()}


def _paths(body: bytes) -> list[str]:
    """The paths that a client asks about, as JSON or as a form."""
    if body.startswith(b"{"):
        return list(json.loads(body)["paths"])
    return parse_qs(body.decode()).get("paths", [])


def _told(what: str | None, under: str, name: str, files: Files, wanted: list[str]) -> Any:
    listed = _listed(files)
    if what == "tree":
        return [entry for path, entry in sorted(listed.items()) if not under or path.startswith(f"{under}/")]
    if what == "paths-info":
        return [listed[path] for path in wanted if path in listed]
    siblings = [{"rfilename": path} for path in files]
    return {"id": name, "sha": COMMIT, "siblings": siblings, "private": False, "tags": [], "downloads": 0, "likes": 0}


class _Handler(Quiet, BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    repositories: ClassVar[Mapping[str, Files]]

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = unquote(urlsplit(self.path).path)
        if path.startswith("/api/"):
            self._tell(API.fullmatch(path), body)
        else:
            self._give(LINK.fullmatch(path))

    def _tell(self, asked: re.Match[str] | None, body: bytes) -> None:
        if asked is None or asked["name"] not in self.repositories:
            self._answer(404, {"X-Error-Code": "RepoNotFound"}, b"{}")
            return
        files = self.repositories[asked["name"]]
        told = _told(asked["what"], asked["under"] or "", asked["name"], files, _paths(body))
        self._answer(200, {"Content-Type": "application/json"}, json.dumps(told).encode())

    def _give(self, asked: re.Match[str] | None) -> None:
        content = self.repositories.get(asked["name"], {}).get(asked["file"]) if asked else None
        if asked is None or content is None:
            self._answer(404, {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT}, b"")
            return
        size, part = _size(content), RANGE.fullmatch(self.headers.get("Range") or "")
        first, last = (int(part[1]), int(part[2] or size - 1)) if part else (0, size - 1)
        told = {"X-Repo-Commit": COMMIT, "ETag": f'"{_etag(asked["file"], content)}"', "Accept-Ranges": "bytes"}
        told["Content-Range"] = f"bytes {first}-{last}/{size}"
        with _opened(content) as source:
            source.seek(first)
            self._answer(206 if part else 200, told, source, last - first + 1)

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes | BinaryIO, size: int = -1) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if isinstance(body, bytes) else size))
        for header, value in headers.items():
            self.send_header(header, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        source = BytesIO(body) if isinstance(body, bytes) else body
        left = len(body) if isinstance(body, bytes) else size
        while left > 0 and (chunk := source.read(min(left, CHUNK))):
            self.wfile.write(chunk)
            left -= len(chunk)

    do_GET = do_HEAD = do_POST = _serve  # noqa: N815


@contextmanager
def serve(repositories: Mapping[str, Files]) -> Iterator[str]:
    """Yields the address, which is what HF_ENDPOINT names; `repositories` are files by the name of their repository."""
    handler = type("Handler", (_Handler,), {"repositories": repositories})
    with served(handler) as address:
        yield address
