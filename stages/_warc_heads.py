"""What the header of a record in a web archive says, however it is written."""

import re

_LENGTH = re.compile(rb"^Content-Length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_ANY_LENGTH = re.compile(rb"^Content-Length:.*\n", re.IGNORECASE | re.MULTILINE)
_TYPE = re.compile(rb"^WARC-Type:[ \t]*([\w-]+)", re.IGNORECASE | re.MULTILINE)
_CONTENT_TYPE = re.compile(rb"^Content-Type:", re.IGNORECASE | re.MULTILINE)
_URL = re.compile(rb"^WARC-Target-URI:[ \t]*<?([^\r\n>]*)", re.IGNORECASE | re.MULTILINE)
_RECORD_ID = re.compile(rb"^WARC-Record-ID:[ \t]*<\w+:", re.IGNORECASE | re.MULTILINE)


def kind_of(head: bytes) -> str | None:
    named = _TYPE.search(head)
    if named:
        return named.group(1).decode().lower()
    return "response" if b"msgtype=response" in head.lower() else None


def url_of(head: bytes) -> str:
    named = _URL.search(head)
    return named.group(1).decode("utf-8", "replace").strip() if named else ""


def lengths_of(head: bytes) -> list[int]:
    """Each length that it states, ascending; mostly one."""
    return sorted({int(digits) for digits in _LENGTH.findall(head)})


def has_record_id(head: bytes) -> bool:
    return _RECORD_ID.search(head) is not None


def mended(head: bytes, kind: str, length: int) -> bytes:
    """The header with one length, its type, and that of an answer's content, as parsers expect it."""
    added = b""
    if not _TYPE.search(head):
        added += f"WARC-Type: {kind}\r\n".encode()
    if kind == "response" and not _CONTENT_TYPE.search(head):
        added += b"Content-Type: application/http; msgtype=response\r\n"
    if len(_LENGTH.findall(head)) > 1:
        head = _ANY_LENGTH.sub(b"", head)
        added += f"Content-Length: {length}\r\n".encode()
    first, line_feed, rest = head.partition(b"\n")
    return first + line_feed + added + rest
