"""What entries of a blocklist mean, and which are refused."""

import gzip
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.stage import Reject
from stages._block_forms import FORMS, EntryError
from stages._blocklist import Blocklist, entries_of
from stages._removal import removal_key


def blocked(url: str = "", *, row: str = "id", key: str = "key", **entries: list[str]) -> Reject | None:
    """What a blocklist of these entries (`urls=`, `domains=`, `ids=`, `removal_keys=`) says of a row."""
    forms = {
        f"{kind}s": frozenset[str]().union(*map(form, entries.get(f"{kind}s", []))) for kind, form in FORMS.items()
    }
    return Blocklist(**forms).reject(url=url, id=row, removal_key=key)


@pytest.mark.parametrize(
    ("url", "domain", "is_blocked"),
    [
        ("https://example.org/x", "example.org", True),
        ("https://example.org", "EXAMPLE.org.", True),
        ("http://a.b.example.org:8080/x?q#f", "example.org", True),
        ("http://user:pass@www.example.org/", "example.org", True),
        ("https://example.org./x", "example.org", True),
        ("https://a.example.org/", "*.example.org", True),
        ("https://a.example.org/", ".example.org", True),
        ("https://badexample.org/", "example.org", False),
        ("https://example.org.evil.net/", "example.org", False),
        ("https://example.com/?u=example.org", "example.org", False),
        ("https://example.org/", "www.example.org", False),
        ("https://forum.xyz/", ".xyz", True),
        ("https://xyz.org/", ".xyz", False),
        ("https://bücher.example/", "xn--bcher-kva.example", True),
        ("https://xn--bcher-kva.example/", "Bücher.example", True),
        ("http://10.0.0.1/x", "10.0.0.1", True),
        ("http://10.0.0.1/x", ".1", False),
        ("http://[::1]:80/x", "::1", True),
        ("http://[bad/x", "example.org", False),
        ("not an address", "example.org", False),
        ("", "example.org", False),
    ],
)
def test_a_domain_blocks_itself_and_what_is_below_it(url: str, domain: str, is_blocked: bool) -> None:
    found = blocked(url, domains=[domain])
    assert (found is not None) == is_blocked
    assert found is None or found.reason == "blocked_domain"


@pytest.mark.parametrize(
    ("url", "entry", "is_blocked"),
    [
        ("https://example.org/a", "http://www.example.org/a/", True),
        ("https://example.org/a#part", "example.org/a", True),
        ("https://example.org/", "https://example.org", True),
        ("https://EXAMPLE.org:443/a?b=1", "example.org/a?b=1", True),
        ("https://bücher.example/a", "xn--bcher-kva.example/a", True),
        ("https://xn--bcher-kva.example/a", "BÜCHER.example/a", True),
        ("https://bücher.example/a", "bucher.example/a", False),
        ("https://example.org/a/b", "example.org/a", False),
        ("https://example.org/A", "example.org/a", False),
        ("https://example.org/a?b=1", "example.org/a", False),
        ("http://[bad", "example.org/a", False),
    ],
)
def test_an_address_blocks_one_page(url: str, entry: str, is_blocked: bool) -> None:
    found = blocked(url, urls=[entry])
    assert (found is not None) == is_blocked
    assert found is None or found.reason == "blocked_url"


def test_an_id_blocks_the_row_and_what_was_made_of_it() -> None:
    assert blocked(row="abc", ids=["abc"]) == Reject("blocked_id", "abc")
    assert blocked(row="abc/qa-001/x", ids=["abc/qa-001"]) == Reject("blocked_id", "abc/qa-001")
    assert blocked(row="abcd", ids=["abc"]) is None
    assert blocked(row="abc", ids=["abc/qa-001"]) is None


@pytest.mark.parametrize("entry", ["https://www.example.org/a/", "example.org/a", "www.example.org/a/"])
def test_a_removal_key_may_be_given_as_an_address(entry: str) -> None:
    key = removal_key("http://example.org/a", source="web")
    assert blocked(key=key, removal_keys=[entry]) == Reject("blocked_removal_key", key)


@pytest.mark.parametrize("entry", ["https://bücher.example/a", "bücher.example/a", "xn--bcher-kva.example/a"])
@pytest.mark.parametrize("url", ["https://bücher.example/a", "https://xn--bcher-kva.example/a"])
def test_a_removal_key_of_a_host_in_any_script_has_one_spelling(url: str, entry: str) -> None:
    assert blocked(key=removal_key(url, source="web"), removal_keys=[entry]) is not None


@pytest.mark.parametrize("source", ["GSM8K", "Some Books", "v1.0", "Forum.Example/"])
def test_a_removal_key_may_be_the_name_of_a_source(source: str) -> None:
    assert blocked(key=source, removal_keys=[source]) == Reject("blocked_removal_key", source)
    assert blocked(key="other", removal_keys=[source]) is None


@pytest.mark.parametrize(
    ("kind", "entry", "problem"),
    [
        ("domain", "https://example.org", "is no domain; write example.org, without scheme, port and path"),
        ("domain", "example.org/path", "is no domain"),
        ("domain", "example..org", "is no domain"),
        ("domain", "example.org:80", "is no domain"),
        ("domain", "*", "is no domain"),
        ("domain", "com", r"would block every site below it; write \.com if that is meant"),
        ("domain", "0.0.0.0 example.org", "is more than a domain; write one a line"),
        ("url", "/only/a/path", "is no address"),
        ("url", "https://", "is no address"),
        ("url", "http://[bad/x", "is no address"),
        ("url", "word", "is no address"),
        ("url", "https://a.org/x y", "is more than an address"),
        ("id", "abc/", "is no id: a part between slashes is empty"),
        ("id", "a b", "is more than an id"),
    ],
)
def test_an_entry_that_says_nothing_is_refused(kind: str, entry: str, problem: str) -> None:
    with pytest.raises(EntryError, match=problem):
        FORMS[kind](entry)


@pytest.mark.parametrize("name", ["list.txt", "list.txt.gz"])
def test_files_hold_an_entry_a_line_with_comments(tmp_path: Path, name: str) -> None:
    data = "\ufeff# sites\r\nexample.org  # asked us to\r\n\r\n  b.org/x#frag\n#\nc.org".encode()
    path = tmp_path / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    assert list(entries_of(path)) == [(2, "example.org"), (4, "b.org/x#frag"), (6, "c.org")]


def test_files_that_are_no_lists_are_refused(tmp_path: Path) -> None:
    latin, cut, damaged = tmp_path / "latin.txt", tmp_path / "cut.gz", tmp_path / "damaged.gz"
    latin.write_bytes(b"a.org\nb\xfccher.org\n")
    cut.write_bytes(gzip.compress(b"a.org\n" * 1000)[:-20])
    with pytest.raises(ConfigError, match=r"latin.txt, line 2: not UTF-8"):
        list(entries_of(latin))
    with pytest.raises(ConfigError, match=r"cut.gz: cannot be read to its end"):
        list(entries_of(cut))
    damaged.write_bytes(gzip.compress(bytes(range(256)))[:10] + b"\xff" * 300)
    with pytest.raises(ConfigError, match=r"damaged.gz: cannot be read to its end"):
        list(entries_of(damaged))
    with pytest.raises(ConfigError, match=r"gone.txt: cannot be read to its end"):
        list(entries_of(tmp_path / "gone.txt"))
