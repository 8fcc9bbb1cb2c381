import gzip
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from pipeline.errors import ConfigError, OutageError
from pipeline.remote import place
from pipeline.stage import Reject
from stages import read_commoncrawl
from stages._cdx import payload_digest
from stages.read_commoncrawl import ReadCommoncrawl
from stages.read_warc import ReadWarc
from stages.records import Document
from tests.stages.range_server import Script, serving
from tests.stages.test_read_warc import PAGE, response

NAME = "crawl-data/CC-MAIN-2025-01/warc/a.warc.gz"


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "RETRIES", 2)
    monkeypatch.setattr(place, "FIRST_WAIT_S", 0.01)


def page(number: int) -> bytes:
    return PAGE.replace(b"Hello", b"Hello %d" % number)


def archive(folder: Path, count: int = 5) -> list[dict[str, Any]]:
    """An archive of pages below the folder, and the lines of its index."""
    path = folder / NAME
    path.parent.mkdir(parents=True)
    lines: list[dict[str, Any]] = []
    with path.open("wb") as file:
        for number in range(count):
            member = gzip.compress(response(f"http://{number}/", page(number)), mtime=0)
            lines.append(
                {
                    "urlkey": "x",
                    "timestamp": "20250101000000",
                    "url": f"http://{number}/",
                    "mime": "text/html",
                    "mime-detected": "text/html",
                    "status": "200",
                    "digest": payload_digest(page(number)),
                    "length": str(len(member)),
                    "offset": str(file.tell()),
                    "filename": NAME,
                }
            )
            file.write(member)
    return lines


def index(path: Path, lines: list[Any]) -> Path:
    data = "".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def read(path: Path, **options: Any) -> list[Document | Reject]:
    stage = ReadCommoncrawl(paths=[path], source="cc", **options)
    return [row for shard in stage.shards() for row in stage.read(shard)]


def outcomes(rows: list[Document | Reject]) -> list[str]:
    return [row.reason if isinstance(row, Reject) else row.url for row in rows]


def test_pages_are_fetched_by_ranges_and_are_those_of_the_archive(tmp_path: Path) -> None:
    lines = archive(tmp_path)
    path = index(tmp_path / "index.jsonl", lines[1:4])
    script = Script(tmp_path)
    with serving(script) as base:
        rows = read(path, base=base, licence="L")
    assert outcomes(rows) == ["http://1/", "http://2/", "http://3/"]
    stage = ReadWarc(paths=[tmp_path / NAME], source="cc", licence="L")
    assert rows == [row for shard in stage.shards() for row in stage.read(shard)][1:4]
    starts = [int(line["offset"]) for line in lines]
    assert script.asked == [(f"/{NAME}", f"bytes={starts[n]}-{starts[n + 1] - 1}") for n in (1, 2, 3)]


def test_a_local_mirror_reads_the_same(tmp_path: Path) -> None:
    path = index(tmp_path / "index.jsonl.gz", archive(tmp_path))
    whole = read(path, mirror=tmp_path)
    assert outcomes(whole) == [f"http://{n}/" for n in range(5)]
    assert read(path, base=f"file://{tmp_path}") == whole
    assert read(path, base=str(tmp_path), limit=2) == whole[:2]


def test_a_local_mirror_needs_nothing_that_speaks_http(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"0123456789")
    program = (
        "import sys; from pathlib import Path; sys.modules['aiohttp'] = None; from stages._remote import Ranges;"
        "print(Ranges(Path(sys.argv[1])).read('a', 3, 4).decode())"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert ended.stdout == "3456\n"


def test_other_forms_of_the_index(tmp_path: Path) -> None:
    first, second, *_ = archive(tmp_path)
    server = f"com,a)/x 20250101000000 {json.dumps(first)}\n"
    columns = {
        "url": second["url"],
        "warc_filename": NAME,
        "warc_record_offset": int(second["offset"]),
        "warc_record_length": float(second["length"]),
        "content_digest": f"sha1:{second['digest']}",
        "fetch_status": 200,
        "content_mime_detected": "application/xhtml+xml",
    }
    assert outcomes(read(index(tmp_path / "i.jsonl", [server, columns]), mirror=tmp_path)) == ["http://0/", "http://1/"]


def test_what_the_index_says_is_no_page_is_not_fetched(tmp_path: Path) -> None:
    line = archive(tmp_path)[0]
    changes: list[dict[str, Any]] = [
        {"status": "301"},
        {"mime-detected": "application/pdf"},
        {"length": "99000000"},
        {"offset": "-1"},
        {"offset": None},
        {"digest": "sha256:abc"},
        {"url": ""},
        {"filename": "../../etc/passwd"},
        {"filename": "/etc/passwd"},
        {"filename": "a/../../b"},
        {"filename": "http://evil.org/a"},
    ]
    path = index(tmp_path / "i.jsonl", ["{\n", *({**line, **change} for change in changes)])
    script = Script(tmp_path)
    with serving(script) as base:
        rows = read(path, base=base)
    assert outcomes(rows) == ["bad_json", "http_status", "not_html", "oversize", *["bad_row"] * 8]
    assert script.asked == []
    assert len({row.id for row in rows}) == len(rows)


def test_records_that_are_not_those_of_the_index_are_rejected(tmp_path: Path) -> None:
    lines = archive(tmp_path)
    swapped = {**lines[0], "digest": lines[1]["digest"]}
    elsewhere = {**lines[0], "url": "http://other/"}
    amid = {**lines[0], "offset": "5"}
    short = {**lines[4], "length": str(int(lines[4]["length"]) + 100)}
    part = {**lines[0], "length": str(int(lines[0]["length"]) - 50)}
    lost = {**lines[0], "filename": "crawl-data/none.warc.gz"}
    path = index(tmp_path / "i.jsonl", [swapped, elsewhere, amid, short, part, lost, lines[2], lines[2]])
    expected = ["wrong_record", "wrong_record", "bad_record", "truncated", "truncated", "not_found"]
    expected += ["http://2/", "duplicate_record"]
    assert outcomes(read(path, mirror=tmp_path)) == expected
    with serving(Script(tmp_path)) as base:
        assert outcomes(read(path, base=base)) == expected


@pytest.mark.parametrize("misdeeds", [[503], [429, 500], ["cut"], [403, "cut"]])
def test_a_server_in_trouble_is_asked_again(tmp_path: Path, misdeeds: list[int | str]) -> None:
    path = index(tmp_path / "i.jsonl", archive(tmp_path, 2))
    script = Script(tmp_path, misdeeds=list(misdeeds), headers={"Retry-After": "0"})
    with serving(script) as base:
        assert outcomes(read(path, base=base)) == ["http://0/", "http://1/"]
    assert len(script.asked) == 2 + len(misdeeds)


def test_a_server_that_does_not_recover_stops_the_run(tmp_path: Path) -> None:
    path = index(tmp_path / "i.jsonl", archive(tmp_path, 2))
    script = Script(tmp_path, misdeeds=[503] * 9)
    with serving(script) as base, pytest.raises(OutageError, match=r"3 tries failed.*503.*run again later"):
        read(path, base=base)
    assert len(script.asked) == 3


def test_a_server_that_is_gone_stops_the_run(tmp_path: Path) -> None:
    path = index(tmp_path / "i.jsonl", archive(tmp_path, 1))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(OutageError, match="tries failed"):
        read(path, base=f"http://127.0.0.1:{port}/")


def test_a_server_that_knows_no_ranges_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = index(tmp_path / "i.jsonl", archive(tmp_path, 3)[1:])
    with serving(Script(tmp_path, misdeeds=["whole"])) as base, pytest.raises(ConfigError, match="range requests"):
        read(path, base=base)


def test_parts_of_an_index_read_what_the_whole_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = archive(tmp_path, 12)
    monkeypatch.setattr(read_commoncrawl, "SHARD_BYTES", 700)
    monkeypatch.setattr(read_commoncrawl, "SHARD_ROWS", 5)
    for name, shards in (("i.jsonl", 5), ("i.jsonl.gz", 3)):
        path = index(tmp_path / name, lines)
        stage = ReadCommoncrawl(paths=[path], source="cc", mirror=tmp_path)
        assert len(stage.shards()) >= shards
        rows = [row for shard in stage.shards() for row in stage.read(shard)]
        assert outcomes(rows) == [f"http://{n}/" for n in range(12)]


def test_wrong_options_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="paths is empty"):
        ReadCommoncrawl(paths=[], source="cc")
    path = index(tmp_path / "i.jsonl", archive(tmp_path, 1))
    with pytest.raises(ConfigError, match="is no folder"):
        read(path, mirror=tmp_path / "nowhere")
    with pytest.raises(ConfigError, match="nowhere://a cannot be used as an address"):
        ReadCommoncrawl(paths=[path], source="cc", base="nowhere://a").shards()


@pytest.mark.skipif("TRACEMILL_DATA" not in os.environ, reason="TRACEMILL_DATA is not set")
def test_records_of_common_crawl_itself(tmp_path: Path) -> None:
    name = "resiliparse_warcfile.warc.gz"
    folder = Path(os.environ["TRACEMILL_DATA"]) / "warc"
    stage = ReadWarc(paths=[folder / name], source="cc")
    pages = [row for shard in stage.shards() for row in stage.read(shard) if isinstance(row, Document)]
    lines = [{**line, "filename": name} for line in _lines_of(folder / name)]
    with serving(Script(folder)) as base:
        assert read(index(tmp_path / "i.jsonl", lines), base=base) == pages
    assert len(pages) == 16


def _lines_of(path: Path) -> list[dict[str, Any]]:
    """The index that Common Crawl would have of an archive."""
    found = [
        (
            record.stream_pos,
            record.record_type,
            record.headers.get("WARC-Target-URI"),
            record.headers.get("WARC-Payload-Digest"),
        )
        for record in ArchiveIterator(str(path))
    ]
    ends = [place for place, *_ in found[1:]] + [path.stat().st_size]
    return [
        {"url": url, "offset": place, "length": end - place, "digest": digest}
        for (place, kind, url, digest), end in zip(found, ends, strict=True)
        if kind == WarcRecordType.response
    ]
