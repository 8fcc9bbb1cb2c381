import gzip
import json
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import ConfigError
from pipeline.stage import Reject
from stages import _jsonl
from stages.read_documents import ReadDocuments
from stages.records import Document

LONG = (
    "A train leaves the station at noon and travels with constant speed towards the next town, which lies sixty miles "
    "away. An hour later another one follows on the same track. How fast must it go if both are to arrive together?"
)
PAGE = (
    "<html lang=en><head><link rel='License' href='https://creativecommons.org/licenses/by/4.0/'></head><p>x</p></html>"
)


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=2)
        return path
    data = "\n".join(map(json.dumps, rows)).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def read(stage: ReadDocuments) -> list[Document | Reject]:
    return [row for shard in stage.shards() for row in stage.read(shard)]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.parquet"])
def test_texts_become_documents(tmp_path: Path, name: str) -> None:
    rows = [{"raw": LONG, "meta": {"url": "http://a/b"}, "lic": "MIT", "set": None}, {"raw": "short", "meta": {}}]
    stage = ReadDocuments(
        paths=[write(tmp_path / name, rows)],
        source="crawl",
        text_field="raw",
        url_field="meta.url",
        licence_field="lic",
        source_field="set",
        attribution="Someone",
    )
    first, second = read(stage)
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert (first.text, first.html, first.url, first.language) == (LONG, None, "http://a/b", "en")
    assert (first.source, first.licence, first.attribution, first.removal_key) == ("crawl", "MIT", "Someone", "a/b")
    assert (second.text, second.url, second.licence, second.language) == ("short", "", None, None)
    assert first.id != second.id


@pytest.mark.parametrize("name", ["a.jsonl", "a.parquet"])
def test_html_becomes_pages(tmp_path: Path, name: str) -> None:
    stage = ReadDocuments(
        paths=[write(tmp_path / name, [{"html": PAGE, "lang": "en-GB"}])],
        source="s",
        html_field="html",
        language_field="lang",
        licence="MIT",
    )
    (page,) = read(stage)
    assert isinstance(page, Document)
    assert (page.html, page.text, page.licence, page.language) == (PAGE, None, "CC BY 4.0", "en")


def test_html_in_bytes_is_decoded_by_its_own_statement(tmp_path: Path) -> None:
    html = "<html><head><meta charset='windows-1251'></head><body>Задача о скорости</body></html>"
    path = write(tmp_path / "a.parquet", [{"html": html.encode("windows-1251")}])
    (page,) = read(ReadDocuments(paths=[path], source="s", html_field="html"))
    assert isinstance(page, Document)
    assert page.html == html


def test_rows_that_are_no_documents_are_rejected(tmp_path: Path) -> None:
    rows: list[Any] = [{"text": "a"}, {"text": "a"}, {"text": " "}, {"no": 1}, {"text": 7}, {"text": "x" * 99}, [1]]
    found = read(ReadDocuments(paths=[write(tmp_path / "a.jsonl", rows)], source="s", max_bytes=50))
    reasons = [row.reason for row in found if isinstance(row, Reject)]
    assert reasons == ["duplicate_row", "bad_row", "bad_row", "bad_row", "oversize", "bad_row"]
    assert found[1].id == "a.jsonl@14"


def test_the_size_of_a_text_is_in_bytes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [{"text": "ü" * 25}, {"text": "ü" * 26}, {"text": "x" * 50}])
    first, second, third = read(ReadDocuments(paths=[path], source="s", max_bytes=50))
    assert isinstance(first, Document)
    assert isinstance(second, Reject)
    assert isinstance(third, Document)
    assert (second.reason, second.detail) == ("oversize", "a.jsonl@163: 52 bytes, more than max_bytes 50")


def test_limit_and_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [
        write(tmp_path / name, [{"text": f"{name} {n}"} for n in range(9)])
        for name in ("a.jsonl", "b.parquet", "c.jsonl.gz")
    ]
    whole = read(ReadDocuments(paths=paths, source="s"))
    monkeypatch.setattr(_jsonl, "SHARD_BYTES", 40)
    stage = ReadDocuments(paths=paths, source="s")
    assert len(stage.shards()) > 5
    assert read(stage) == whole
    assert len(whole) == 27
    assert read(ReadDocuments(paths=paths, source="s", limit=13)) == whole[:13]


def test_no_paths_are_told() -> None:
    with pytest.raises(ConfigError, match="paths is empty"):
        ReadDocuments(paths=[], source="s")


@pytest.mark.skipif("TRACEMILL_DATA" not in os.environ, reason="TRACEMILL_DATA is not set")
def test_real_documents() -> None:
    paths = sorted((Path(os.environ["TRACEMILL_DATA"]) / "warc").glob("*.jsonl.gz"))
    rows = read(ReadDocuments(paths=paths, source="ccnet", url_field="metadata.url"))
    assert len(rows) == 20
    assert [row.language for row in rows if isinstance(row, Document)] == ["en"] * 20
