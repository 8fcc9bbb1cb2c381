"""Lines of a Common Crawl index: of its index server (CDXJ, with or without the two words before the object), or of
the columnar index as JSON lines."""

import base64
import hashlib
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stages._fields import BadRowError, optional_text

_NAMES = {
    "url": ("url",),
    "filename": ("filename", "warc_filename"),
    "offset": ("offset", "warc_record_offset"),
    "length": ("length", "warc_record_length"),
    "digest": ("digest", "content_digest"),
    "mime": ("mime-detected", "content_mime_detected", "mime", "content_mime_type"),
    "status": ("status", "fetch_status"),
}
_SHA1_CHARS = 32


@dataclass(frozen=True)
class Slice:
    """Where one record lies, and what the index says of it; `digest` is sha1 in base 32 of the payload."""

    url: str
    filename: str
    offset: int
    length: int
    digest: str
    mime: str | None
    status: str | None


def object_of(raw: Any) -> Any:
    """The JSON object of a line without the sort key and the date before it."""
    return raw[max(raw.find(b"{"), 0) :] if isinstance(raw, bytes) else raw


def slice_of(row: Mapping[str, Any]) -> Slice:
    """Raises `BadRowError`, also for file names that lead out of the archive."""
    filename = _needed(row, "filename")
    is_below = not filename.startswith("/") and posixpath.normpath(f"/{filename}") == f"/{filename}"
    if not is_below or "://" in filename or "\\" in filename:
        raise BadRowError(f"filename {filename!r} is no path below the base")
    digest = _needed(row, "digest").removeprefix("sha1:").upper()
    if len(digest) != _SHA1_CHARS:
        raise BadRowError(f"digest {digest!r} is no sha1 in base 32")
    return Slice(
        url=_needed(row, "url"),
        filename=filename,
        offset=_count(row, "offset"),
        length=_count(row, "length"),
        digest=digest,
        mime=_any(row, "mime"),
        status=_any(row, "status"),
    )


def payload_digest(payload: bytes) -> str:
    return base64.b32encode(hashlib.sha1(payload).digest()).decode()


def _any(row: Mapping[str, Any], what: str) -> str | None:
    return next((text for name in _NAMES[what] if (text := optional_text(row, name))), None)


def _needed(row: Mapping[str, Any], what: str) -> str:
    text = _any(row, what)
    if text is None:
        raise BadRowError(f"has no {' or '.join(_NAMES[what])}; columns: {', '.join(map(str, row))}")
    return text


def _count(row: Mapping[str, Any], what: str) -> int:
    text = _needed(row, what)
    if not text.isdecimal() or len(text) > 15:
        raise BadRowError(f"{what} is {text!r}, not a number of bytes")
    return int(text)
