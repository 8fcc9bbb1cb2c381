import gzip
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.stage import Reject
from stages import read_html
from stages.read_html import ReadHtml
from stages.records import Document
from tests.limits import bounded

BASE = "https://example.org/book/"


def page(text: str, head: str = "") -> bytes:
    return f"<!doctype html><html lang=en><head>{head}</head><body><p>{text}</p></body></html>".encode()


def write(folder: Path, **files: bytes) -> Path:
    """Files by name, in which `__` stands for a slash and the last `_` for the dot."""
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_gz", ".gz").replace("_", ".", 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def read(stage: ReadHtml) -> list[Document | Reject]:
    return [row for shard in stage.shards() for row in stage.read(shard)]


def read_at(path: Path, **options: object) -> list[Document | Reject]:
    return read(ReadHtml(paths=[path], source="book", base_url=BASE, **options))  # type: ignore[arg-type]


def outcomes(rows: list[Document | Reject]) -> list[str]:
    return [row.reason if isinstance(row, Reject) else row.url.removeprefix(BASE) for row in rows]


def test_a_folder_gives_its_pages_by_name_and_leaves_other_files(tmp_path: Path) -> None:
    write(
        tmp_path,
        b_html=page("b"),
        a__z_htm=page("z"),
        a__y_xhtml=page("y"),
        c_html_gz=gzip.compress(page("c")),
        notes_txt=b"words",
        style_css=b"p {}",
    )
    (tmp_path / "UP.HTML").write_bytes(page("up"))
    rows = read_at(tmp_path, licence="CC BY 4.0", attribution="Someone")
    assert outcomes(rows) == ["UP.HTML", "a/y.xhtml", "a/z.htm", "b.html", "c.html"]
    first = rows[1]
    assert isinstance(first, Document)
    assert (first.source, first.licence, first.attribution, first.language) == ("book", "CC BY 4.0", "Someone", "en")
    assert first.html == page("y").decode()
    assert first.text is None


def test_names_are_encoded_in_the_address(tmp_path: Path) -> None:
    names = ["a b.html", "100%25.html", "http:x.html", "é?#.html", "..evil.html"]
    for name in names:
        (tmp_path / name).write_bytes(page(name))
    (tmp_path / os.fsdecode(b"\xff.html")).write_bytes(page("bytes"))
    found = ["%FF.html", "%C3%A9%3F%23.html", "..evil.html", "100%2525.html", "a%20b.html", "http%3Ax.html"]
    assert sorted(outcomes(read_at(tmp_path))) == sorted(found)


def test_single_files_are_named_from_their_root(tmp_path: Path) -> None:
    write(tmp_path, a__index_html=page("a"), b__index_html=page("b"))
    paths = [tmp_path / "a" / "index.html", tmp_path / "b" / "index.html"]
    rows = read(ReadHtml(paths=paths, source="s", base_url=BASE, root=tmp_path))
    assert outcomes(rows) == ["a/index.html", "b/index.html"]
    assert outcomes(read_at(paths[0])) == ["index.html"]


def test_files_that_are_no_pages_are_rejected_with_a_reason(tmp_path: Path) -> None:
    write(
        tmp_path,
        a_html=page("x" * 5000),
        b_html=b"\x89PNG\r\n\x00\x00\x00",
        c_html=b"  \n ",
        d_html_gz=gzip.compress(page("d"))[:-9],
        e_html_gz=b"no gzip",
        f_html=page("f").decode().encode("utf-16"),
        g_html_gz=gzip.compress(bytes(50_000_000)),
        h_html=page("h"),
    )
    (tmp_path / "i.html").symlink_to(tmp_path / "nowhere.html")
    os.mkfifo(tmp_path / "j.html")
    rows = read_at(tmp_path, max_bytes=3000)
    reasons = ["oversize", "binary", "empty", "undecodable", "undecodable", "f.html", "oversize", "h.html"]
    assert outcomes(rows) == [*reasons, "unreadable", "unreadable"]
    assert all(row.id for row in rows)


def test_links_out_of_the_folder_are_not_read(tmp_path: Path) -> None:
    secret = write(tmp_path / "secret", key_html=page("key"))
    book = write(tmp_path / "book", a_html=page("a"))
    (book / "b.html").symlink_to(secret / "key.html")
    (book / "c.html").symlink_to("../secret/key.html")
    (book / "d.html").symlink_to("a.html")
    (book / "more").symlink_to(secret)
    rows = read_at(book)
    assert outcomes(rows) == ["a.html", "outside", "outside", "d.html"]


def test_a_folder_that_cannot_be_listed_stops(tmp_path: Path) -> None:
    write(tmp_path, a_html=page("a"), closed__b_html=page("b"))
    (tmp_path / "closed").chmod(0)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.is_relative_to(tempfile.gettempdir()) and folder != Path(tempfile.gettempdir()):
            folder.chmod(0o755)
    with unprivileged(), pytest.raises(ConfigError, match=r"closed: the folder cannot be listed"):
        read_at(tmp_path)


@contextmanager
def unprivileged() -> Iterator[None]:
    """As a user to whom rights apply, if this is the one they do not bind."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


def test_a_name_that_leads_out_is_refused_even_if_a_shard_says_it(tmp_path: Path) -> None:
    write(tmp_path, secret_html=page("key"), book__a_html=page("a"))
    stage = ReadHtml(paths=[tmp_path / "book"], source="s", base_url=BASE)
    names = ["../secret.html", "%2e%2e/secret.html", str(tmp_path / "secret.html")]
    assert outcomes([*stage.read([[0, names]])]) == ["outside"] * 3


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ("<link rel='canonical' href='https://a.org/x'>", "https://a.org/x"),
        ("<LINK HREF=/y REL='foo Canonical'>", "https://example.org/y"),
        ("<meta property='og:url' content='http://a.org/z'>", "http://a.org/z"),
        ("<link rel=canonical href=''><meta property='og:url' content='http://a.org/z'>", "http://a.org/z"),
        ("<link rel=canonical href='file:///etc/passwd'>", f"{BASE}p.html"),
        ("<link rel=canonical href='http://['>", f"{BASE}p.html"),
        ("<link rel=alternate href='https://a.org/x'>", f"{BASE}p.html"),
    ],
)
def test_the_address_a_page_states(tmp_path: Path, head: str, url: str) -> None:
    write(tmp_path, p_html=page("p", head))
    (stated,) = read_at(tmp_path, address="canonical")
    (plain,) = read_at(tmp_path)
    assert isinstance(stated, Document)
    assert isinstance(plain, Document)
    assert (stated.url, plain.url) == (url, f"{BASE}p.html")


def test_a_head_made_to_be_slow_takes_no_time(tmp_path: Path) -> None:
    slow = f"<meta {' '.join(f'a{n}' for n in range(400_000))}>"
    write(tmp_path, a_html=page("a", "<style>" + "a {} " * 40_000 + f"</style><link rel=canonical href='/x'>{slow}"))
    with bounded():
        assert outcomes(read_at(tmp_path, address="canonical")) == ["https://example.org/x"]


def test_a_copy_under_the_same_address_is_told(tmp_path: Path) -> None:
    head = "<link rel='canonical' href='https://a.org/x'>"
    write(tmp_path, a_html=page("p", head), b_html=page("p", head))
    assert outcomes(read_at(tmp_path, address="canonical")) == ["https://a.org/x", "duplicate_record"]


def test_shards_read_the_same_and_limit_counts_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, **{f"p{n:02d}_html": page(str(n)) for n in range(25)}, p005_html=b"")
    whole = read_at(tmp_path)
    monkeypatch.setattr(read_html, "FILES_PER_SHARD", 10)
    stage = ReadHtml(paths=[tmp_path], source="book", base_url=BASE)
    assert len(stage.shards()) == 3
    assert read(stage) == whole
    assert sum(isinstance(row, Document) for row in read_at(tmp_path, limit=8)) == 8


def test_pins_follow_contents_and_names(tmp_path: Path) -> None:
    write(tmp_path, a_html=page("a"), b_html=page("b"))
    (tmp_path / "c.html").symlink_to(tmp_path / "nowhere.html")

    def pins() -> object:
        return ReadHtml(paths=[tmp_path], source="s", base_url=BASE).pins(lambda path: path.read_bytes().hex())

    first = pins()
    assert pins() == first
    (tmp_path / "a.html").write_bytes(page("changed"))
    second = pins()
    (tmp_path / "a.html").rename(tmp_path / "d.html")
    assert len({str(first), str(second), str(pins())}) == 3


def test_wrong_options_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not exist"):
        read_at(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match="no address"):
        ReadHtml(paths=[tmp_path], source="s", base_url="example.org")
    with pytest.raises(ConfigError, match="paths is empty"):
        ReadHtml(paths=[], source="s", base_url=BASE)


@pytest.mark.skipif("TRACEMILL_DATA" not in os.environ, reason="TRACEMILL_DATA is not set")
def test_real_pages() -> None:
    folder = Path(os.environ["TRACEMILL_DATA"]) / "html"
    rows = read_at(folder / "debian_faq") + read_at(folder / "webkit_bench", address="canonical")
    assert [row for row in rows if isinstance(row, Reject)] == []
    assert len(rows) == 47


def test_entities_in_the_address_a_page_states_are_read(tmp_path: Path) -> None:
    link = "<link rel=canonical href='https://example.org/a?mod=view&amp;tid=7'>"
    (tmp_path / "a.html").write_text(f"<html><head>{link}</head><body><p>words")
    (tmp_path / "b.html").write_text(
        "<html><head><meta property='og:url' content='/b?x=1&#38;y=2'></head><body><p>words"
    )
    stage = ReadHtml(paths=[tmp_path], source="s", base_url="https://example.org/", address="canonical")
    found = [row.url for shard in stage.shards() for row in stage.read(shard) if isinstance(row, Document)]
    assert found == ["https://example.org/a?mod=view&tid=7", "https://example.org/b?x=1&y=2"]
