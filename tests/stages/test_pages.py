"""What an answer of a server is taken for."""

from pathlib import Path

import pytest

from pipeline.stage import Reject
from stages.read_warc import ReadWarc
from stages.records import Document
from tests.limits import bounded
from tests.stages.test_read_warc import response

PLAIN = "Content-Type: text/plain\r\n"


def read(path: Path, body: bytes) -> list[Document | Reject]:
    path.write_bytes(response("http://a/", body, headers=PLAIN))
    stage = ReadWarc(paths=[path], source="s")
    return [row for shard in stage.shards() for row in stage.read(shard)]


@pytest.mark.parametrize("comments", [b"<!---->" * 280, b"<!--a--> " * 60, b"<!--" * 480, b"<!--->-->\n" * 150])
def test_comments_before_a_text_that_is_no_page_take_no_time(tmp_path: Path, comments: bytes) -> None:
    with bounded():
        (row,) = read(tmp_path / "a.warc", comments + b"words")
        assert isinstance(row, Reject)
        assert row.reason == "not_html"


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf \n", b"<!-- a --> <!-- <p> -->\n", b"<!--a-- >-->" * 60])
def test_a_page_served_as_text_is_known_behind_its_comments(tmp_path: Path, before: bytes) -> None:
    (row,) = read(tmp_path / "a.warc", before + b"<HTML lang=en><p>words</p></HTML>")
    assert isinstance(row, Document)
