import gzip
import io
import os
import random
import tracemalloc
from pathlib import Path

import brotli
import pytest
from fastwarc.stream_io import ZstdWriter

from pipeline.errors import ConfigError
from pipeline.stage import Reject
from stages import read_warc
from stages._warc import next_record
from stages.read_warc import ReadWarc
from stages.records import Document

PAGE = b"<!DOCTYPE html><html lang='en'><body><p>Hello there, page.</p></body></html>"


def response(
    url: str,
    body: bytes,
    *,
    status: str = "200 OK",
    headers: str = "Content-Type: text/html\r\n",
    length: int | None = None,
) -> bytes:
    block = f"HTTP/1.1 {status}\r\n{headers}\r\n".encode() + body
    size = len(block) if length is None else length
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Record-ID: <urn:x:{url}>\r\n"
        "WARC-Date: 2025-01-01T00:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {size}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


ENGLISH = (
    "A train leaves the station at noon and travels with constant speed towards the next town, which lies sixty miles "
    "away. An hour later another one follows on the same track. How fast must it go if both are to arrive together?"
)
GERMAN = (
    "Ein Zug verlässt den Bahnhof um zwölf Uhr und fährt mit gleichbleibender Geschwindigkeit in die nächste Stadt, "
    "die sechzig Meilen entfernt ist. Eine Stunde später folgt ihm ein anderer. Wie schnell muss er sein, damit beide "
    "gleichzeitig ankommen, und wer von ihnen hat dann den größeren Teil des Weges allein zurückgelegt?"
)
CLOSING = response("http://c/", PAGE)


class _Kept(io.BytesIO):
    """Keeps its content when fastwarc closes it."""

    content = b""

    def close(self) -> None:
        self.content = self.getvalue()
        super().close()


def zstd(data: bytes) -> bytes:
    stream = _Kept()
    packer = ZstdWriter(stream)
    packer.write(data)
    packer.close()
    return stream.content or stream.getvalue()


def write(path: Path, *records: bytes) -> Path:
    path.write_bytes(b"".join(gzip.compress(record, mtime=0) for record in records))
    return path


def read(stage: ReadWarc) -> list[Document | Reject]:
    return [row for shard in stage.shards() for row in stage.read(shard)]


def read_file(path: Path, *, limit: int | None = None, max_bytes: int = 10_000_000) -> list[Document | Reject]:
    return read(ReadWarc(paths=[path], source="test", limit=limit, max_bytes=max_bytes))


def outcomes(rows: list[Document | Reject]) -> list[str]:
    return [row.reason if isinstance(row, Reject) else row.url for row in rows]


def test_pages_are_kept_and_other_responses_rejected_with_a_reason(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.warc.gz",
        response("http://a/", PAGE),
        response("http://b/", PAGE, status="404 Not Found"),
        response("http://c/", b"%PDF-1.4", headers="Content-Type: application/pdf\r\n"),
        response("http://d/", b"   "),
        response("http://e/", b"a" * 5000),
        response("http://f/", b"plain words", headers=""),
        response("http://g/", PAGE, headers=""),
    )
    rows = read_file(path, max_bytes=3000)
    assert outcomes(rows) == ["http://a/", "http_status", "not_html", "empty", "oversize", "not_html", "http://g/"]
    ids = [row.id for row in rows]
    assert None not in ids
    assert len(set(ids)) == len(ids)


def test_a_document_says_where_it_is_from(tmp_path: Path) -> None:
    path = write(tmp_path / "a.warc.gz", response("http://a/", PAGE))
    (page,) = read(ReadWarc(paths=[path], source="book", licence="MIT", attribution="Someone"))
    assert isinstance(page, Document)
    assert (page.source, page.licence, page.attribution, page.language) == ("book", "MIT", "Someone", "en")
    assert len(page.id) == 32
    assert page.html is not None
    assert "Hello" in page.html


def test_a_page_s_own_licence_goes_first(tmp_path: Path) -> None:
    html = (
        b"<html><head><link rel='license' href='https://creativecommons.org/licenses/by-sa/4.0/'>"
        b"<meta name='dcterms.rightsHolder' content='A. Owner'></head><body>x</body></html>"
    )
    path = write(tmp_path / "a.warc.gz", response("http://a/", html))
    (page,) = read(ReadWarc(paths=[path], source="s", licence="MIT"))
    assert isinstance(page, Document)
    assert (page.licence, page.attribution) == ("CC BY-SA 4.0", "A. Owner")


def test_a_mirror_has_the_same_content_key_and_another_id(tmp_path: Path) -> None:
    path = write(tmp_path / "a.warc.gz", response("http://a/", PAGE), response("http://b/", PAGE))
    first, second = read_file(path)
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert first.content_key == second.content_key
    assert first.id != second.id


def test_the_same_page_twice_is_rejected_once(tmp_path: Path) -> None:
    path = write(tmp_path / "a.warc.gz", *[response("http://a/", PAGE)] * 3)
    assert outcomes(read_file(path)) == ["http://a/", "duplicate_record", "duplicate_record"]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(PAGE, mtime=0), "Content-Encoding: gzip\r\n"),
        (PAGE, "Content-Encoding: gzip\r\n"),
        (b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE), "Transfer-Encoding: chunked\r\n"),
        (PAGE, "Transfer-Encoding: chunked\r\n"),
        (PAGE, "Content-Encoding: br\r\n"),
    ],
)
def test_encodings_of_the_body_are_undone_even_if_the_header_lies(tmp_path: Path, body: bytes, headers: str) -> None:
    record = response("http://a/", body, headers=f"Content-Type: text/html\r\n{headers}")
    (page,) = read_file(write(tmp_path / "a.warc.gz", record))
    assert isinstance(page, Document)
    assert page.html == PAGE.decode()


def test_gzip_bombs_and_damaged_bodies_are_rejected(tmp_path: Path) -> None:
    headers = "Content-Type: text/html\r\nContent-Encoding: gzip\r\n"
    bomb, damaged = gzip.compress(b"<p>" * 20_000_000), gzip.compress(PAGE)[:40]
    path = write(
        tmp_path / "a.warc.gz",
        response("http://a/", bomb, headers=headers),
        response("http://b/", damaged, headers=headers),
        response("http://c/", PAGE),
    )
    assert outcomes(read_file(path)) == ["oversize", "undecodable", "http://c/"]


def test_legacy_encodings_are_read(tmp_path: Path) -> None:
    html = "<html><head><meta charset='windows-1251'></head><body>Задача о скорости</body></html>"
    path = write(tmp_path / "a.warc.gz", response("http://a/", html.encode("windows-1251")))
    (page,) = read_file(path)
    assert isinstance(page, Document)
    assert page.html is not None
    assert "Задача" in page.html


def test_a_file_cut_off_in_the_middle_loses_only_the_last_record(tmp_path: Path) -> None:
    noise = b"<html>" + os.urandom(30_000).hex().encode()
    path = write(tmp_path / "a.warc.gz", response("http://a/", PAGE), response("http://b/", noise))
    path.write_bytes(path.read_bytes()[:-10_000])
    assert outcomes(read_file(path)) == ["http://a/", "truncated"]


def test_reading_goes_on_after_a_damaged_record(tmp_path: Path) -> None:
    good = response("http://a/", PAGE), response("http://c/", PAGE)
    path = write(tmp_path / "a.warc.gz", good[0], b"WARC/1.0 is not\r\na record", good[1])
    kept = [row.url for row in read_file(path) if isinstance(row, Document)]
    assert kept == ["http://a/", "http://c/"]


def test_a_file_that_is_no_archive_gives_a_reject(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"this is no archive")
    assert outcomes(read_file(path)) == ["bad_record"]


def test_many_shards_read_what_one_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records = [response(f"http://{n}/", b"<html>" + os.urandom(400).hex().encode()) for n in range(60)]
    path = write(tmp_path / "a.warc.gz", *records)
    whole = read_file(path)
    monkeypatch.setattr(read_warc, "SHARD_BYTES", 5000)
    stage = ReadWarc(paths=[path], source="test")
    assert len(stage.shards()) > 5
    assert read(stage) == whole
    assert len(whole) == 60


def test_an_archive_in_one_gzip_member_is_one_shard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(
        gzip.compress(b"".join(response(f"http://{n}/", os.urandom(300).hex().encode()) for n in range(20)))
    )
    monkeypatch.setattr(read_warc, "SHARD_BYTES", 1000)
    stage = ReadWarc(paths=[path], source="test")
    assert len(stage.shards()) == 1
    assert len(read(stage)) == 20


def test_an_uncompressed_archive_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(response("http://a/", PAGE) + response("http://b/", PAGE))
    assert outcomes(read_file(path)) == ["http://a/", "http://b/"]


def test_limit_counts_pages_over_all_files(tmp_path: Path) -> None:
    one = write(tmp_path / "a.warc.gz", response("http://a/", PAGE), response("http://x/", PAGE, status="500 No"))
    two = write(tmp_path / "b.warc.gz", response("http://b/", PAGE), response("http://c/", PAGE))
    rows = read(ReadWarc(paths=[one, two], source="test", limit=2))
    assert outcomes(rows) == ["http://a/", "http_status", "http://b/"]


def test_the_first_record_at_an_offset_is_found_past_look_alikes(tmp_path: Path) -> None:
    first = gzip.compress(response("http://a/", PAGE), mtime=0)
    path = tmp_path / "a.warc.gz"
    path.write_bytes(first + b"\x1f\x8b\x08 no member" + gzip.compress(response("http://b/", PAGE), mtime=0))
    assert next_record(path, 1) == len(first) + 13
    assert next_record(path, len(first) + 14) == path.stat().st_size


def lying(url: str, by: int) -> bytes:
    honest = len(response(url, PAGE)) - len(response(url, PAGE).partition(b"\r\n\r\n")[0]) - 8
    return response(url, PAGE, length=honest + by)


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
@pytest.mark.parametrize("by", [-30, -1, 5, 30, 200, 5000, 10**12])
def test_a_false_length_costs_that_record_alone(tmp_path: Path, name: str, by: int) -> None:
    records = response("http://a/", PAGE), lying("http://b/", by), response("http://c/", PAGE)
    path = tmp_path / name
    path.write_bytes(b"".join(gzip.compress(record) if name.endswith("gz") else record for record in records))
    rows = read_file(path)
    assert outcomes(rows) == ["http://a/", "wrong_length", "http://c/"]
    assert "http://b/" in rows[1].detail  # type: ignore[union-attr]
    assert [row.html for row in rows if isinstance(row, Document)] == [PAGE.decode()] * 2


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        (b"Content-Length: ", b"Content-Length: 3\r\nContent-Length: ", "http://b/"),
        (b"Content-Length: ", b"X-Length: ", "wrong_length"),
        (b"Content-Length: ", b"Content-Length: -", "wrong_length"),
        (b"Content-Length: ", b"Content-Length: 99999999999999999", "wrong_length"),
        (b"WARC-Type: response\r\n", b"", "http://b/"),
        (b"Content-Type: application/http; msgtype=response\r\n", b"", "http://b/"),
        (b"WARC-Type: response\r\n", b"warc-type:response\r\nWARC-Type: request\r\n", "http://b/"),
        (b"WARC/1.0", b"WARC/0.18", "http://b/"),
        (b"WARC-Date", b"no colon in this line\r\nWARC-Date", "http://b/"),
        (b"WARC-Date", b"X: " + b"y" * 100_000 + b"\r\nWARC-Date", "bad_record"),
        (b"http://b/\r", b"http://b/\xe9\xff\r", "http://b/\ufffd\ufffd"),
        (b"http://b/\r", b"<http://b/>\r", "http://b/"),
        (b"http://b/\r", b"../../etc/passwd\r", "../../etc/passwd"),
        (b"WARC-Date", b"WARC-Filename: ../../../evil.warc\r\nWARC-Date", "http://b/"),
    ],
)
def test_odd_headers(tmp_path: Path, name: str, old: bytes, new: bytes, outcome: str) -> None:
    odd = response("http://b/", PAGE).replace(old, new, 1)
    path = tmp_path / name
    records = response("http://a/", PAGE), odd, response("http://c/", PAGE)
    path.write_bytes(b"".join(gzip.compress(record) if name.endswith("gz") else record for record in records))
    assert outcomes(read_file(path)) == ["http://a/", outcome, "http://c/"]
    assert [found.name for found in tmp_path.iterdir()] == [name]


def test_lines_may_end_with_line_feeds_alone(tmp_path: Path) -> None:
    block = b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + PAGE
    head = b"WARC/0.18\nWARC-Type: response\nWARC-Target-URI: http://a/\nContent-Length: %d\n\n" % len(block)
    path = tmp_path / "a.warc"
    path.write_bytes((head + block + b"\n\n") * 2)
    assert outcomes(read_file(path)) == ["http://a/", "duplicate_record"]


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_what_lies_between_records_is_one_reject(tmp_path: Path, name: str) -> None:
    pack = gzip.compress if name.endswith("gz") else bytes
    junk = b"not a record at all\r\n\r\n"
    path = tmp_path / name
    path.write_bytes(pack(response("http://a/", PAGE)) + junk + pack(response("http://b/", PAGE)))
    assert outcomes(read_file(path)) == ["http://a/", "bad_record", "http://b/"]


def test_one_flipped_bit_of_a_packed_record_costs_that_record_alone(tmp_path: Path) -> None:
    records = [gzip.compress(response(f"http://{n}/", os.urandom(900).hex().encode() + PAGE)) for n in "abc"]
    middle = bytearray(records[1])
    middle[len(middle) // 2] ^= 1
    path = tmp_path / "a.warc.gz"
    path.write_bytes(records[0] + bytes(middle) + records[2])
    kept = [row.url for row in read_file(path) if isinstance(row, Document)]
    assert kept == ["http://a/", "http://c/"]


def mangled(data: bytes, draw: random.Random) -> bytes:
    """With a bit flipped, or a piece lost, repeated or put in."""
    at, size = draw.randrange(len(data)), draw.randrange(1, 200)
    piece = data[at : at + size]
    changed = [bytes([piece[0] ^ 1 << draw.randrange(8)]) + piece[1:], b"", piece * 2, piece + draw.randbytes(size)]
    return data[:at] + draw.choice(changed) + data[at + size :]


@pytest.mark.parametrize("seed", range(60))
def test_what_is_whole_in_a_mangled_archive_is_read_and_nothing_else(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    pages = {f"http://{n}/": PAGE + draw.randbytes(draw.randrange(400)).hex().encode() for n in range(8)}
    members = {url: gzip.compress(response(url, page)) for url, page in pages.items()}
    data = b"".join(members.values())
    for _ in range(draw.randrange(1, 4)):
        data = mangled(data, draw)
    path = tmp_path / "a.warc.gz"
    path.write_bytes(data)
    kept = {row.url: row.html for row in read_file(path) if isinstance(row, Document)}
    assert {url for url, member in members.items() if member in data} <= kept.keys()
    assert all(html == pages[url].decode() for url, html in kept.items())


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_records_too_large_are_passed_over_without_holding_them(tmp_path: Path, name: str) -> None:
    huge = response("http://b/", bytes(80_000_000))
    path = tmp_path / name
    pack = gzip.compress if name.endswith("gz") else bytes
    path.write_bytes(b"".join(pack(record) for record in (response("http://a/", PAGE), huge)) + pack(CLOSING))
    del huge
    tracemalloc.start()
    rows = read_file(path, max_bytes=100_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert outcomes(rows) == ["http://a/", "oversize", "http://c/"]
    assert peak < 8_000_000


def test_a_member_that_unpacks_to_far_more_than_its_record_stops(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    bomb = gzip.compress(response("http://b/", PAGE) + bytes(80_000_000))
    path.write_bytes(bomb + gzip.compress(CLOSING))
    tracemalloc.start()
    rows = read_file(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert outcomes(rows) == ["http://b/", "bad_record", "http://c/"]
    assert peak < 8_000_000


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, br"])
def test_bodies_in_brotli_and_zstd_are_read_and_bombs_stop(tmp_path: Path, encoding: str) -> None:
    def pack(data: bytes) -> bytes:
        data = gzip.compress(data) if "gzip" in encoding else data
        return zstd(data) if encoding == "zstd" else brotli.compress(data, quality=3)

    headers = f"Content-Type: text/html\r\nContent-Encoding: {encoding}\r\n"
    path = write(
        tmp_path / "a.warc.gz",
        response("http://a/", pack(PAGE), headers=headers),
        response("http://b/", PAGE, headers=headers),
        response("http://c/", pack(PAGE * 9)[:-9], headers=headers),
        response("http://d/", pack(b"<p>" * 10_000_000), headers=headers),
    )
    tracemalloc.start()
    rows = read_file(path, max_bytes=1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert outcomes(rows) == ["http://a/", "http://b/", "undecodable", "oversize"]
    assert rows[0].html == PAGE.decode()  # type: ignore[union-attr]
    assert peak < 16_000_000


def test_a_zstd_archive_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.zst"
    whole = b"".join(zstd(response(f"http://{n}/", PAGE + os.urandom(9000).hex().encode())) for n in "abc")
    path.write_bytes(whole)
    assert outcomes(read_file(path)) == ["http://a/", "http://b/", "http://c/"]
    path.write_bytes(whole[:-20])
    assert outcomes(read_file(path)) == ["http://a/", "truncated"]


def test_members_that_do_not_begin_with_records_are_one_stream(tmp_path: Path) -> None:
    whole = b"".join(response(f"http://{n}/", PAGE) for n in range(9))
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"".join(gzip.compress(whole[at : at + 500]) for at in range(0, len(whole), 500)))
    assert outcomes(read_file(path)) == [f"http://{n}/" for n in range(9)]


def test_a_plain_archive_is_cut_at_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = b"<html><pre>\r\n\r\nWARC/1.0\r\nWARC-Type: response\r\nContent-Length: 5\r\n\r\n</pre>" + bytes(900)
    records = [response(f"http://{n}/", shown + os.urandom(400).hex().encode()) for n in range(60)]
    path = tmp_path / "a.warc"
    path.write_bytes(b"".join(records))
    whole = read_file(path)
    monkeypatch.setattr(read_warc, "PLAIN_SHARD_BYTES", 5000)
    stage = ReadWarc(paths=[path], source="test")
    assert len(stage.shards()) > 10
    assert read(stage) == whole
    assert len(whole) == 60


def test_texts_of_conversion_records_on_demand(tmp_path: Path) -> None:
    text = ENGLISH * 2
    record = (
        "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: http://a/\r\nWARC-Record-ID: <urn:x:1>\r\n"
        f"Content-Type: text/plain\r\nContent-Length: {len(text)}\r\n\r\n{text}\r\n\r\n"
    ).encode()
    path = write(tmp_path / "a.warc.wet.gz", record)
    assert read_file(path) == []
    (page,) = read(ReadWarc(paths=[path], source="test", conversions=True))
    assert isinstance(page, Document)
    assert (page.url, page.html, page.text, page.language) == ("http://a/", None, text.strip(), "en")


def test_the_language_is_detected_where_the_page_states_none(tmp_path: Path) -> None:
    german = f"<html><body><p>{GERMAN}"
    stated = german.replace("<html>", "<html lang=fr-CA>")
    path = write(
        tmp_path / "a.warc.gz", *(response(f"http://{n}/", t.encode()) for n, t in enumerate((german, stated)))
    )
    assert [row.language for row in read_file(path) if isinstance(row, Document)] == ["de", "fr"]


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        ReadWarc(paths=[tmp_path / "nowhere.warc.gz"], source="test").shards()


@pytest.mark.skipif("TRACEMILL_DATA" not in os.environ, reason="TRACEMILL_DATA is not set")
@pytest.mark.parametrize(
    ("name", "kept", "rejected"),
    [
        ("resiliparse_warcfile", 16, []),
        ("resiliparse_clueweb-quirk", 29, []),
        ("resiliparse_clipped", 0, ["truncated"]),
        ("dolma_sample-0000", 22, []),
        ("dolma_sample-0001", 14, ["duplicate_record"]),
    ],
)
def test_real_archives(name: str, kept: int, rejected: list[str]) -> None:
    rows = read_file(Path(os.environ["TRACEMILL_DATA"]) / "warc" / f"{name}.warc.gz")
    assert sum(isinstance(row, Document) for row in rows) == kept
    assert [row.reason for row in rows if isinstance(row, Reject)] == rejected


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "a.warc.wet.gz"])
@pytest.mark.parametrize("limit", [None, 2])
def test_an_empty_file_is_told_and_its_neighbours_are_read(tmp_path: Path, name: str, limit: int | None) -> None:
    empty = tmp_path / name
    empty.touch()
    full = write(tmp_path / "full.warc.gz", CLOSING)
    rows = read(ReadWarc(paths=[empty, full], source="test", limit=limit))
    assert outcomes(rows) == ["empty_file", "http://c/"]
    assert isinstance(rows[0], Reject)
    assert rows[0].detail == f"{name}: holds no bytes"
