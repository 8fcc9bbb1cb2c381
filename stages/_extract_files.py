"""The pages behind the paths given to `tracemill extract`: files, folders, archives, standard input."""

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError
from pipeline.schema import row_dict
from pipeline.stage import Reject
from stages._encodings import UndecodableError, decode_body
from stages._extract_kinds import KNOWN, kind_of, reader_of
from stages.read_warc import ReadWarc

STDIN = "-"
MAX_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read, `name` as it shall be shown."""

    path: Path
    kind: str
    name: str

    @property
    def size(self) -> int:
        """In bytes; of what is not there it will be told when it is read."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0


@dataclass(frozen=True, slots=True)
class Found:
    """A page for the sandbox, or why there is none. None only tells that `read` more bytes of the files are done."""

    name: str
    page: dict[str, Any] | Reject | None
    read: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rows are to say of their source, and how large a page may be."""

    source: str
    licence: str | None
    max_bytes: int = MAX_BYTES

    def pages(self, given: Input) -> Iterator[Found]:
        if given.kind == "warc":
            yield from self._archive(given)
            return
        yield Found(given.name, self._file(given), read=given.size)

    def _file(self, given: Input) -> dict[str, Any] | Reject:
        try:
            body = _unpacked(given.path, self.max_bytes)
        except OSError as error:
            return Reject("unreadable", error.strerror or str(error))
        except UndecodableError as error:
            return Reject("undecodable", str(error))
        if not body.strip():
            return Reject("empty_file", "holds no text")
        if len(body) > self.max_bytes:
            return Reject("oversize", f"more than {self.max_bytes:,} bytes")
        place = "" if given.name == STDIN else given.name
        owner = {"source": self.source, "licence": self.licence, "attribution": None, "place": place}
        return {"kind": given.kind, "owner": owner, "body": body}

    def _archive(self, given: Input) -> Iterator[Found]:
        reader = ReadWarc(
            paths=[given.path],
            source=self.source,
            licence=self.licence,
            max_bytes=self.max_bytes,
            conversions=True,
        )
        try:
            for shard in reader.shards():
                for row in reader.read(shard):
                    yield Found(given.name, row if isinstance(row, Reject) else {"row": row_dict(row)})
                yield Found(given.name, None, read=sum(end - start for _, start, end in shard))
        except OSError as error:
            yield Found(given.name, Reject("unreadable", error.strerror or str(error)))


def _unpacked(path: Path, limit: int) -> bytes:
    """What the file holds, or the first `limit` bytes of that and one more."""
    with path.open("rb") as file:
        return decode_body(file.read(limit + 1), transfer="", encoding="", limit=limit)


def inputs_of(paths: Sequence[str], stack: ExitStack) -> list[Input]:
    """The files in order; those of a folder by name. Raises `ConfigError` for a path that is none of ours."""
    found: list[Input] = []
    for path in paths:
        if path == STDIN:
            found.append(_standard_input(stack))
        elif Path(path).is_dir():
            found += _inside(Path(path))
        else:
            found.append(_one(path))
    return found


def _one(name: str) -> Input:
    if "://" in name:
        raise ConfigError(f"extract: {name} is an address; nothing is fetched: download the page first")
    path = Path(name)
    if not path.exists():
        raise ConfigError(f"extract: {name} does not exist")
    if kind := kind_of(path):
        return Input(path, kind, name)
    if reader := reader_of(path):
        raise ConfigError(f"extract: {name} holds rows, not pages; a recipe reads it by {reader}")
    raise ConfigError(f"extract: {name} is of no kind that can be read; kinds: {KNOWN}, or a folder of such")


def _inside(folder: Path) -> list[Input]:
    paths = [Path(at, name) for at, _, names in os.walk(folder) for name in names]
    found = [Input(path, kind, str(path)) for path in sorted(paths) if (kind := kind_of(path))]
    if not found:
        raise ConfigError(f"extract: {folder} holds no files that can be read; kinds: {KNOWN}")
    return found


def _standard_input(stack: ExitStack) -> Input:
    """Copied to a file, since archives are read by place; what it is shows in how it begins."""
    copy = stack.enter_context(tempfile.NamedTemporaryFile(prefix="tracemill-extract-"))  # noqa: SIM115
    while piece := sys.stdin.buffer.read(1 << 20):
        copy.write(piece)
    copy.flush()
    try:
        begin = _unpacked(Path(copy.name), MAX_BYTES).lstrip(b"\xef\xbb\xbf \t\r\n")[:100]
    except UndecodableError:  # told when its pages are read
        begin = b""
    kind = "warc" if begin.startswith(b"WARC/") else "html" if begin.startswith(b"<") else "text"
    return Input(Path(copy.name), kind, STDIN)
