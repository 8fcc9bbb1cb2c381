"""Pages made to hang, swell or crash the extraction: each ends within its limits, and the page after it is read."""

import gzip
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.stage import Reject
from stages._sandboxed import SandboxedStage
from stages.html_to_text import HtmlToText
from stages.read_warc import ReadWarc
from stages.records import Document, QAPair
from tests.stages import hostile_pages as pages
from tests.stages.web_rows import document
from tests.support import context
from tests.toysandbox.pages import ExtractApart

REASONS = {"timeout", "memory", "crashed", "too_deep", "no_html", "no_text", "no_qa"}
Run = Callable[[str], Any]


def opened(stage: SandboxedStage[Document, Any], folder: Path) -> Iterator[Run]:
    with stage.open(context(folder)) as fn:
        yield lambda html: fn([document(html=html)])[0]


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    yield from opened(ExtractApart(page_seconds=1.0, page_mb=512), tmp_path_factory.mktemp("extract"))


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    yield from opened(HtmlToText(page_seconds=1.0, page_mb=512), tmp_path_factory.mktemp("read"))


def check(found: Any) -> None:
    """A row, rows or a reject for a known reason: no fault."""
    if isinstance(found, Reject):
        assert found.reason in REASONS
    else:
        rows = found if isinstance(found, list) else [found]
        assert {type(row) for row in rows} <= {QAPair, Document}, found


@pytest.mark.parametrize("name", pages.QUICK)
def test_a_hostile_page_ends_within_its_limits(extract: Run, read: Run, name: str) -> None:
    html = pages.QUICK[name]()
    for run in (extract, read):
        began = time.monotonic()
        check(run(html))
        assert time.monotonic() - began < 20  # `page_seconds` allows four on the clock
    good = pages.page(pages.QUESTION)
    assert [pair.answer_text for pair in extract(good)] == ["Two and two is four."]
    assert "What is two and two?" in read(good).text


def test_a_million_attributes_are_a_matter_of_time(extract: Run) -> None:
    assert extract(pages.attributes(1_000_000)) == Reject("timeout", "more than 1 s of processor time")


def test_a_page_larger_than_the_memory_is_rejected(tmp_path: Path) -> None:
    for extract in opened(ExtractApart(page_mb=30), tmp_path):
        assert extract(pages.many_formulas(200_000)) == Reject("memory", "more than 30 MB")
        assert len(extract(pages.page(pages.QUESTION))) == 1


def texts(found: Any) -> str:
    return "\n".join(f"{pair.question}\n{pair.answer_text}" for pair in found)


def test_entities_of_the_page_are_neither_multiplied_nor_fetched(extract: Run, read: Run) -> None:
    assert "haha" not in texts(extract(pages.entity_bomb()))
    assert "root:" not in texts(extract(pages.outside_entity()))
    assert "haha" not in read(pages.entity_bomb()).text
    assert "root:" not in read(pages.outside_entity()).text


def test_scripts_inside_json_ld_do_not_become_text(extract: Run) -> None:
    assert "alert" not in texts(extract(pages.script_in_json_ld()))


def test_a_bomb_in_an_archive_is_told_by_its_size(tmp_path: Path) -> None:
    body = gzip.compress(b"<p>" + b"0" * 200_000_000, compresslevel=1)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
    record = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://bomb.example/\r\n"
    record += b"Content-Type: application/http\r\nContent-Length: %d\r\n\r\n" % (len(head) + len(body))
    path = tmp_path / "bomb.warc"
    path.write_bytes(record + head + body + b"\r\n\r\n")
    stage = ReadWarc(paths=[path], source="test")
    (found,) = [row for shard in stage.shards() for row in stage.read(shard)]
    assert isinstance(found, Reject)
    assert found.reason == "oversize"


@pytest.mark.long
@pytest.mark.parametrize(
    "make",
    [
        lambda: pages.nested_tags(50),
        lambda: pages.unclosed_tags(50),
        lambda: pages.one_text(200),
        lambda: pages.nested_arrays(25_000_000),
        lambda: pages.many_formulas(1_000_000),
        lambda: pages.labels(1_000_000),
    ],
    ids=["nested tags", "unclosed tags", "one text", "nested arrays", "formulas", "labels"],
)
@pytest.mark.parametrize("stage", [ExtractApart(), HtmlToText()], ids=["pairs", "text"])
def test_fifty_megabytes_end_within_the_default_limits(
    tmp_path: Path, stage: SandboxedStage[Document, Any], make: Callable[[], str]
) -> None:
    html = make()
    for run in opened(stage, tmp_path):
        began = time.monotonic()
        check(run(html))
        assert time.monotonic() - began < 120  # `page_seconds` allows 40 on the clock
        assert not isinstance(run(pages.page(pages.QUESTION)), Reject)
