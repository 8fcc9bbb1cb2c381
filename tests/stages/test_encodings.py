import gzip
import random
import zlib

import brotli
import pytest

from stages._encodings import UndecodableError, decode_body
from tests.limits import bounded


def packed(data: bytes) -> bytes:
    """Without the time of day: a test's name, in which these stand, must be the same in all processes."""
    return gzip.compress(data, mtime=0)


TEXT = b"\xef\xbb\xbf  plain words, and no tag at all; " * 20
RAW_DEFLATE = zlib.compress(TEXT)[2:-4]


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (packed(TEXT), "gzip"),
        (packed(TEXT), ""),
        (packed(TEXT[:100]) + packed(TEXT[100:]), "gzip"),
        (packed(TEXT) + bytes(7), "x-gzip"),
        (zlib.compress(TEXT), "deflate"),
        (RAW_DEFLATE, "Deflate"),
        (brotli.compress(TEXT), "br"),
        (brotli.compress(packed(TEXT)), "gzip, br"),
        (TEXT, "br"),
        (TEXT, "zstd"),
        (TEXT, "deflate"),
        (TEXT, "rot13"),
    ],
)
def test_bodies_are_unpacked_by_what_they_are(body: bytes, encoding: str) -> None:
    assert decode_body(body, transfer="", encoding=encoding, limit=10_000) == TEXT


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (packed(TEXT)[:-9], "gzip"),
        (b"\x1f\x8b\x08" + bytes(20), "gzip"),
        (brotli.compress(TEXT)[:-3], "br"),
        (b"\x28\xb5\x2f\xfd" + bytes(9), "zstd"),
        (zlib.compress(bytes(range(256)) * 9)[2:-9], "deflate"),
    ],
)
def test_damaged_bodies_are_told(body: bytes, encoding: str) -> None:
    with pytest.raises(UndecodableError, match=r"damaged|too early"):
        decode_body(body, transfer="", encoding=encoding, limit=10_000)


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate"])
def test_unpacking_stops_behind_the_limit(encoding: str) -> None:
    pack = {"gzip": gzip.compress, "br": brotli.compress, "deflate": zlib.compress}[encoding]
    assert len(decode_body(pack(bytes(1_000_000)), transfer="", encoding=encoding, limit=1000)) == 1001


def test_many_small_members_stop_behind_the_limit() -> None:
    assert len(decode_body(packed(b"x" * 90) * 90, transfer="", encoding="gzip", limit=1000)) == 1001


def test_chunks_are_joined_and_their_extensions_ignored() -> None:
    body = b"3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n"
    assert decode_body(body, transfer="Chunked", encoding="", limit=10) == b"abcde"
    assert decode_body(b"<p>not chunked", transfer="chunked", encoding="", limit=99) == b"<p>not chunked"


@pytest.mark.parametrize(("member", "found"), [(packed(b""), b""), (packed(b"ab"), b"ab" * 200_000)])
def test_very_many_members_take_time_by_their_number(member: bytes, found: bytes) -> None:
    with bounded():
        assert decode_body(member * 200_000, transfer="", encoding="gzip", limit=1_000_000) == found


def test_a_member_may_begin_anywhere() -> None:
    noise = random.Random(1).randbytes(5000)
    for size in range(4040, 4100):
        body = gzip.compress(noise[:size], compresslevel=0) + packed(TEXT) + b"\x1f\x8b padding"
        assert decode_body(body, transfer="", encoding="gzip", limit=10_000) == noise[:size] + TEXT
