"""A small server that speaks as the hub does to those who upload: repositories, commits, tags, large files apart."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from tests.served import Quiet, served

# Of the file types that the hub stores apart those that versions have.
APART = (".parquet", ".png")
Files = dict[str, bytes]


@dataclass
class Hub:
    """One data set: the files of each commit, the tags, what was stored apart, and the requests in order."""

    commits: dict[str, Files] = field(default_factory=lambda: {"0" * 40: {".gitattributes": b"*.parquet filter=lfs\n"}})
    head: str = "0" * 40
    tags: dict[str, str] = field(default_factory=dict)
    stored: Files = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    created: dict[str, Any] = field(default_factory=dict)
    refuses: str = ""

    def files(self, revision: str) -> Files:
        return self.commits[self.head if revision == "main" else self.tags.get(revision, revision)]

    def commit(self, lines: list[dict[str, Any]]) -> str:
        files = dict(self.files("main"))
        for line in lines:
            value = line["value"]
            if line["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                files[value["path"]] = self.stored[value["oid"]]
            elif line["key"] == "deletedFile":
                del files[value["path"]]
        self.head = hashlib.sha1(repr(sorted(files.items())).encode()).hexdigest()
        self.commits[self.head] = files
        return self.head

    def answer(self, method: str, path: str, body: bytes, base: str) -> Any:
        parts = path.strip("/").split("/")
        if path == "/api/repos/create":
            self.created = json.loads(body)
            return {"url": f"{base}/datasets/org/toys"}
        if path == "/api/validate-yaml":
            return {"errors": [], "warnings": []}
        if method == "PUT":
            self.stored[parts[-1]] = body
            return {}
        if path.endswith("/objects/batch"):
            return {"objects": [self._batch(one, base) for one in json.loads(body)["objects"]]}
        if len(parts) == len(("api", "datasets", "org", "toys")):
            return {"id": "org/toys", "sha": self.head}
        return self._repository(parts[4], parts[5:], method, body)

    def _batch(self, one: dict[str, Any], base: str) -> dict[str, Any]:
        upload = {"upload": {"href": f"{base}/store/{one['oid']}"}}
        return one if one["oid"] in self.stored else one | {"actions": upload}

    def _repository(self, what: str, rest: list[str], method: str, body: bytes) -> Any:
        if what == "refs":
            refs = [{"name": name, "ref": f"refs/tags/{name}", "targetCommit": at} for name, at in self.tags.items()]
            return {"branches": [], "converts": [], "tags": refs}
        if what == "tree":
            return [_entry(name, content) for name, content in self.files(rest[0]).items()]
        if what == "preupload":
            paths = [one["path"] for one in json.loads(body)["files"]]
            return {"files": [_mode(path) for path in paths]}
        if what == "commit":
            oid = self.commit([json.loads(line) for line in body.splitlines()])
            return {"commitUrl": f"https://huggingface.co/datasets/org/toys/commit/{oid}", "commitOid": oid}
        if what == "revision":
            return {"id": "org/toys", "sha": self.head}
        assert what == "tag", what
        if method == "DELETE":
            return self.tags.pop(rest[0]) and {}
        self.tags[json.loads(body)["tag"]] = rest[0]
        return {}


def _mode(path: str) -> dict[str, Any]:
    return {"path": path, "uploadMode": "lfs" if path.endswith(APART) else "regular", "shouldIgnore": False}


def _entry(name: str, content: bytes) -> dict[str, Any]:
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    entry = {"type": "file", "path": name, "size": len(content), "oid": blob}
    if name.endswith(APART):
        entry["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 130}
    return entry


@contextmanager
def serve(hub: Hub) -> Iterator[str]:
    """Yields the server's address."""

    class Handler(Quiet, BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = urlsplit(self.path).path
            hub.asked.append(f"{self.command} {path}")
            is_refused = bool(hub.refuses) and re.search(hub.refuses, f"{self.command} {path}") is not None
            base = f"http://127.0.0.1:{self.server.server_address[1]}"
            answer = {"error": "no room"} if is_refused else hub.answer(self.command, path, body, base)
            data = json.dumps(answer).encode()
            self.send_response(403 if is_refused else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815

    with served(Handler) as address:
        yield address
