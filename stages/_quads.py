"""The lines of N-Quads files: https://www.w3.org/TR/n-quads/."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from stages._lines import numbered_lines
from stages._packed import DAMAGED, unpacked

# Longer ones are no quads that anybody wrote, and are not held.
MAX_LINE_BYTES = 32 << 20

# subject, predicate, text or another node, page
_QUAD = re.compile(
    r'(_:\S+|<[^<>\s]*>)\s+<([^<>\s]*)>\s+(?:"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<[^<>\s]*>)?|(_:\S+|<[^<>\s]*>))'
    r"\s+<([^<>\s]*)>\s*\.\s*$"
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_HALF = re.compile(r"[\ud800-\udfff]")
_SIGNS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class Quad(NamedTuple):
    """A line: either `text`, in `language` where it says so, or `other`, the name of a node."""

    subject: str
    predicate: str
    text: str | None
    language: str | None
    other: str | None
    page: str


class Line(NamedTuple):
    """A line that is no quad has none; its `page` is that of the line before, None before the first page."""

    number: int
    page: str | None
    quad: Quad | None
    trouble: str


def quad_lines(path: Path) -> Iterator[Line]:
    page, number = None, 0
    with unpacked(path, is_packed=path.suffix == ".gz") as file:
        try:
            for number, raw in numbered_lines(file, max_bytes=MAX_LINE_BYTES):
                if raw is None:
                    yield Line(number, page, None, f"more than {MAX_LINE_BYTES} bytes in one line")
                    continue
                line = raw.decode("utf-8", "replace")
                found = _QUAD.match(line)
                if not found and not line.strip():
                    continue
                quad = Quad(*found.groups()) if found else None
                page = quad.page if quad else page
                yield Line(number, page, quad, "" if quad else "it is no quad")
        except DAMAGED as error:
            yield Line(number + 1, page, None, f"the packed file breaks off: {error}")


def unescaped(text: str) -> str:
    """Two escapes may be the halves of one character, as in JSON; a half alone is none."""

    def sign(found: re.Match[str]) -> str:
        code = found[1]
        if len(code) == 1:
            return _SIGNS.get(code, code)
        return chr(int(code[1:], 16)) if int(code[1:], 16) < 0x110000 else "\ufffd"

    told = _ESCAPE.sub(sign, text)
    return told.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if _HALF.search(told) else told
