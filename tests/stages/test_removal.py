import pytest

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
    ],
)
def test_names_a_page_whatever_way_it_was_addressed(url: str, key: str) -> None:
    assert removal_key(url, source="gsm8k") == key
