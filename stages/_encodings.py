"""What a server's answer holds under its transfer and content encodings, within a limit."""

import io
import re
import zlib

from fastwarc.stream_io import BrotliReader, ZstdReader

from stages._window import GZIP_MAGIC

_PIECE = 4096
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_CHUNK_HEAD = re.compile(rb"\s*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_TAG = re.compile(rb"\s*<[a-zA-Z!?/]")
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class UndecodableError(ValueError):
    """The body is not what its headers say; the message says how."""


def decode_body(body: bytes, *, transfer: str, encoding: str, limit: int) -> bytes:
    """The body without chunking and compression; crawlers often undo either and leave the header, so bytes decide.

    What unpacks to more than `limit` comes back cut off, longer than `limit` by one byte.
    """
    if "chunked" in transfer.lower():
        body = _unchunked(body)
    for coding in reversed([part.strip() for part in encoding.lower().split(",")]):
        body = _undone(coding, body, limit=limit)
    return body


def _undone(coding: str, body: bytes, *, limit: int) -> bytes:
    if body.startswith(GZIP_MAGIC):
        return _inflated(body, wbits=31, limit=limit)
    if body.startswith(_ZSTD_MAGIC):
        return _read(ZstdReader, body, limit=limit)
    if coding not in ("br", "deflate") or _TAG.match(body):
        return body
    try:
        if coding == "br":
            return _read(BrotliReader, body, limit=limit)
        return _inflated(body, wbits=15 if body[:1] == b"\x78" else -15, limit=limit)
    except UndecodableError:
        if _NO_TEXT.search(body[:1000]):
            raise
        return body


def _read(kind: type, body: bytes, *, limit: int) -> bytes:
    try:
        return bytes(kind(io.BytesIO(body)).read(limit + 1))
    except OSError as error:
        raise UndecodableError(f"compressed body is damaged or cut off: {error}") from error


def _inflated(body: bytes, *, wbits: int, limit: int) -> bytes:
    data = bytearray()
    at = 0
    while True:
        at = _inflate_member(body, at, data, wbits=wbits, limit=limit)
        # Servers may pad, and gzip may go on in a further member.
        if len(data) > limit or not body.startswith(GZIP_MAGIC, at):
            return bytes(data)


def _inflate_member(body: bytes, at: int, data: bytearray, *, wbits: int, limit: int) -> int:
    """Adds what one member holds to `data`, up to the limit; the place behind the member.

    In small pieces, since what lies behind a member is copied at its end: a body may be a hundred thousand of them.
    """
    stream = zlib.decompressobj(wbits=wbits)
    while not stream.eof and len(data) <= limit:
        piece = body[at : at + _PIECE]
        if not piece:
            raise UndecodableError("compressed body ends too early")
        try:
            data += stream.decompress(piece, limit + 1 - len(data))
        except zlib.error as error:
            raise UndecodableError(f"compressed body is damaged: {error}") from error
        at += len(piece)
    return at - len(stream.unused_data)


def _unchunked(body: bytes) -> bytes:
    """The chunks joined; the body itself where it does not begin with a chunk."""
    chunks: list[bytes] = []
    at = 0
    while head := _CHUNK_HEAD.match(body, at):
        size = int(head.group(1), 16)
        if not size:
            return b"".join(chunks)
        chunks.append(body[head.end() : head.end() + size])
        at = head.end() + size
    return b"".join(chunks) if chunks else body
