"""What the classifier reads of a document."""

import pytest

from stages._recall_text import MAX_CHARS, document_text, domain_of, fasttext_line, snippet_of, title_of
from stages.records import Span
from tests.stages.recall_rows import document


def test_signs_and_commands_are_words_and_digits_are_alike() -> None:
    assert fasttext_line("Find $x^2=\\frac{14}{3}$!").split() == [
        "find", "$", "x", "^", "0", "=", "\\frac", "{", "00", "}", "{", "0", "}", "$", "!",
    ]  # fmt: skip


def test_signs_beyond_ascii_are_words_too() -> None:
    assert fasttext_line("3×4 ≤ 12°").split() == ["0", "×", "0", "≤", "00", "°"]


@pytest.mark.parametrize("planted", ["__label__pos", "</s>", "a\nb", "a\r\nb", "a\x00b", "a\x0bb", "\ud800"])
def test_no_text_can_hold_words_of_fasttext_or_end_its_line(planted: str) -> None:
    line = fasttext_line(f"x {planted} y")
    assert not {"__label__pos", "</s>"} & set(line.split())
    assert not set("\n\r\x00\x0b") & set(line)
    assert line.split()[-1] == "y"
    line.encode()


def test_a_huge_text_costs_no_more_than_a_long_one() -> None:
    assert fasttext_line("a " * MAX_CHARS).split() == ["a"] * (MAX_CHARS // 2)


def test_the_main_content_is_read_where_it_is_known_else_the_text_and_never_the_markup() -> None:
    text = "Menu\nFind x.\nFooter"
    assert document_text(document(text, main=[Span(start=5, end=12)])) == "Find x."
    assert document_text(document(text)) == text
    assert document_text(document(None, html="<p>Find <i>x</i>.</p>")) == ""
    assert document_text(document(None)) == ""
    assert document_text(document("", html="<p>The text stands, empty as it is.</p>")) == ""


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.Example.org:8080/a?b", "example.org"),
        ("http://math.example.org/", "math.example.org"),
        ("", "test"),
        ("mailto:x", "test"),
        ("http://[broken", "test"),
    ],
)
def test_a_domain_is_the_host_or_the_source(url: str, domain: str) -> None:
    assert domain_of(url, source="test") == domain


def test_titles_and_snippets_are_one_line() -> None:
    assert title_of(document(None, html="<html><TITLE lang=en>\n Two\n words </title>")) == "Two words"
    assert title_of(document(None, html="<title>Q&amp;A: 2&nbsp;&lt;&#32;3</title>")) == "Q&A: 2 < 3"
    assert title_of(document("text")) is None
    assert snippet_of("a\n  b\tc") == "a b c"
