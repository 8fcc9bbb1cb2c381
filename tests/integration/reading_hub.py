"""A small server that speaks as the hub does to those who read: models and data sets at one commit each."""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path, PurePosixPath
from threading import Thread
from typing import Any, BinaryIO
from urllib.parse import parse_qs, unquote, urlsplit

Files = Mapping[str, bytes | Path]
COMMIT = "5" * 40
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


@contextmanager
def serve(repositories: Mapping[str, Files]) -> Iterator[str]:
    """Yields the address, which is what HF_ENDPOINT names; `repositories` are files by the name of their repository."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _api(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            found = API.fullmatch(urlsplit(self.path).path)
            if found is None or found["name"] not in repositories:
                self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})
                return
            wanted = _paths(body)
            told = _told(found["what"], found["under"] or "", found["name"], repositories[found["name"]], wanted)
            self._send(200, json.dumps(told).encode(), {"Content-Type": "application/json"})

        def _send(self, status: int, data: bytes, headers: Mapping[str, str]) -> None:
            self.send_response(status)
            for header, value in ({"Content-Length": str(len(data))} | dict(headers)).items():
                self.send_header(header, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        def _file(self) -> None:
            found = LINK.fullmatch(unquote(urlsplit(self.path).path))
            files = repositories.get(found["name"], {}) if found else {}
            if found is None or found["file"] not in files:
                self._send(404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT})
                return
            name, content = found["file"], files[found["file"]]
            size, part = _size(content), RANGE.fullmatch(self.headers.get("Range") or "")
            first, last = (int(part[1]), int(part[2] or size - 1)) if part else (0, size - 1)
            self.send_response(206 if part else 200)
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{_etag(name, content)}"')
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(last - first + 1))
            self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
            self.end_headers()
            if self.command != "HEAD":
                with _opened(content) as source:
                    source.seek(first)
                    if last == size - 1:
                        shutil.copyfileobj(source, self.wfile, 1 << 20)
                    else:
                        self.wfile.write(source.read(last - first + 1))

        def _serve(self) -> None:
            self._api() if self.path.startswith("/api/") else self._file()

        do_GET = do_HEAD = do_POST = _serve  # noqa: N815

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
