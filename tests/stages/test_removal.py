import pytest

from stages._pages import Owner
from stages._removal import removal_key


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Example.org/a/b/#part", "example.org/a/b"),
        ("http://example.org:80/a/b", "example.org/a/b"),
        ("https://example.org/q?id=7", "example.org/q?id=7"),
        ("https://user:secret@example.org/", "example.org"),
        ("gsm8k/main", "gsm8k/main"),
        ("", "gsm8k"),
        ("http://[bad", "http://[bad"),
        ("https://www.Bücher.example:8080/ä", "xn--bcher-kva.example:8080/ä"),
        ("https://XN--Bcher-Kva.example/", "xn--bcher-kva.example"),
        ("https://ü..example/a", "ü..example/a"),
    ],
)
def test_names_a_page_whatever_way_it_was_addressed(url: str, key: str) -> None:
    assert removal_key(url, source="gsm8k") == key


def test_without_an_address_the_place_in_the_source_tells_pages_apart() -> None:
    assert removal_key("", source="local", place="/home/ann/my notes.html") == "local/home/ann/my%20notes.html"
    assert removal_key("", source="local", place="b.html") != removal_key("", source="local", place="a.html")
    assert removal_key("https://example.org/a", source="local", place="a.html") == "example.org/a"


def test_documents_without_an_address_share_no_key() -> None:
    owner = Owner(source="crawl", licence=None, attribution=None)
    rows = [owner.text("", "one"), owner.text("", "two"), owner.page("", "<p>one")]
    assert [row.removal_key for row in rows] == [f"crawl/{row.id}" for row in rows]
    assert len({row.id for row in rows}) == 3
