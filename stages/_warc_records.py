"""Records of a web archive, each held to its own length.

A record whose `Content-Length` is not true would give a page its neighbour's text, or hide the neighbour. So what
stands behind a record is looked at before it is given.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from fastwarc.warc import ArchiveIterator

from stages._warc_heads import has_record_id, kind_of, lengths_of, mended, url_of
from stages._window import Window

# Of WARC headers, and room for those of HTTP beside a page.
_HEAD_BYTES = 1 << 16
_BEGIN = re.compile(rb"WARC/\d\.\d")
_BLANK_LINE = re.compile(rb"\n\r?\n")
# What ends a record; not every writer sets both line breaks.
_BEHIND = re.compile(rb"[\r\n]{0,9}(?:WARC/\d|\Z)")
_BEHIND_BYTES = 16
_FIND_BYTES = 1 << 18


@dataclass(frozen=True)
class Capture:
    """One record, `data` being its bytes with the header."""

    place: str
    kind: str
    url: str
    data: bytes

    def parsed(self) -> Any | None:
        """The record as fastwarc reads it, HTTP headers included; None where it finds none."""
        stream = io.BytesIO(self.data)
        archive = ArchiveIterator(stream, fsspec_args=False, quirks_mode=True, max_header_len=_HEAD_BYTES)
        try:
            return next(iter(archive), None)
        except OSError:
            return None


@dataclass(frozen=True)
class Damage:
    """What could not be read at a place, as the reason of a reject; `url` where its header still said one."""

    place: str
    reason: str
    detail: str
    url: str = ""


def records(
    window: Window, base: str | None, *, limit: int, kinds: frozenset[str], end: int | None = None
) -> Iterator[Capture | Damage]:
    """The records of a stream; `base` is the place in the file it is unpacked from, None where it is the file."""
    is_told = False
    while _past_blank(window) and (end is None or window.at < end):
        place = _place(window, base)
        found, is_in_step = _record(window, place, limit=limit, kinds=kinds)
        if not is_in_step:
            is_followed = find_record(window)
            if isinstance(found, Damage) and found.reason == "truncated" and (is_followed or not _ended(window, base)):
                found = replace(found, reason="wrong_length")
        if found is not None:
            yield found
        is_told = isinstance(found, Damage)
    if window.damage and not is_told:
        yield Damage(_place(window, base), "bad_record", window.damage)


def _ended(window: Window, base: str | None) -> bool:
    """Whether the stream ends because the file does, and not with a gzip member that is whole."""
    return base is None or bool(window.damage)


def _place(window: Window, base: str | None) -> str:
    if base is None:
        return str(window.at)
    return f"{base}+{window.at}" if window.at else base


def _past_blank(window: Window) -> bool:
    while data := window.ahead(_BEHIND_BYTES):
        rest = data.lstrip(b"\r\n")
        window.skip(len(data) - len(rest))
        if rest:
            return True
    return False


def _record(window: Window, place: str, *, limit: int, kinds: frozenset[str]) -> tuple[Capture | Damage | None, bool]:
    """The record here, None where its kind is not asked for, and whether the window stands on what follows it."""
    head = _head(window)
    if head is None:
        detail = window.damage or "no record begins here; the archive is damaged or cut off"
        return Damage(place, "bad_record", detail), False
    url, kind = url_of(head), kind_of(head)
    lengths = lengths_of(head)
    for length in lengths:
        if length <= limit and (data := _fitting(window, len(head) + length)):
            window.skip(len(data))
            if kind is None:
                return Damage(place, "bad_record", "has no WARC-Type", url), True
            whole = mended(head, kind, length) + data[len(head) :] if kind in kinds else b""
            return (Capture(place, kind, url, whole) if kind in kinds else None), True
    if lengths and lengths[-1] > limit and _skipped(window, len(head) + lengths[-1]):
        is_asked = kind in kinds
        detail = f"{lengths[-1]} bytes, more than {limit}"
        return (Damage(place, "oversize", detail, url) if is_asked else None), True
    return _misfit(window, place, url, head, lengths, limit=limit), False


def _head(window: Window) -> bytes | None:
    """The record's header with its blank line."""
    data = window.ahead(_HEAD_BYTES)
    blank = _BLANK_LINE.search(data) if _BEGIN.match(data) else None
    return data[: blank.end()] if blank else None


def _fitting(window: Window, size: int) -> bytes | None:
    """The record's bytes, if it is whole and what ends a record stands behind it."""
    data = window.ahead(size + _BEHIND_BYTES)
    is_last = len(data) < size + _BEHIND_BYTES
    if len(data) < size or (is_last and window.damage):
        return None
    is_before_junk = data.startswith(b"\r\n\r\n", size) and data.find(b"\nWARC/", 0, size) < 0
    return data[:size] if is_before_junk or _BEHIND.match(data, size) else None


def _skipped(window: Window, size: int) -> bool:
    """Moves behind a record too large to hold; back to its begin, where that can be, if it does not fit."""
    begin = window.at
    if window.skip(size) and _BEHIND.match(window.ahead(_BEHIND_BYTES)) and not window.damage:
        return True
    window.rewind(begin)
    return False


def _misfit(window: Window, place: str, url: str, head: bytes, lengths: list[int], *, limit: int) -> Damage:
    if not lengths:
        return Damage(place, "wrong_length", "its header says no length", url)
    if lengths[0] > limit:
        return Damage(place, "truncated", f"its {lengths[0]} bytes are not all there", url)
    held = len(window.ahead(len(head) + lengths[0])) - len(head)
    if held < lengths[0]:
        return Damage(place, "truncated", window.damage or f"{held} of {lengths[0]} bytes", url)
    if window.damage:
        return Damage(place, "bad_record", window.damage, url)
    return Damage(place, "wrong_length", f"no record begins where its length {lengths[0]} ends", url)


def find_record(window: Window) -> bool:
    """Moves to the next record that names itself as records do; False where the stream ends before."""
    while True:
        data = window.ahead(_FIND_BYTES)
        at = data.find(b"\nWARC/")
        if at >= 0:
            window.skip(at + 1)
            head = _head(window)
            if head is not None and has_record_id(head):
                return True
        elif len(data) < _FIND_BYTES:
            window.skip(len(data))
            return False
        else:
            window.skip(len(data) - len(b"\nWARC/"))
