import pytest

from stages._page_reader import read_page
from stages._plain_text import text_page


def read(text: str, *, markdown: bool = False) -> str:
    page = read_page(text_page(text, markdown=markdown))
    return page.text if page else ""


def test_lines_and_paragraphs_stay_and_nothing_is_taken_for_markup() -> None:
    text = "Q: Is 1 < 2 & 2 > 1?\r\nA: <b>Yes</b>.\r\n \r\n\r\n**Not bold**\f# Not a heading"
    assert read(text) == "Q: Is 1 < 2 & 2 > 1?\nA: <b>Yes</b>.\n**Not bold**\n# Not a heading"


def test_headings_bold_words_and_code_of_markdown_are_understood() -> None:
    text = "# Sheet #\n**Question 1.** Why __so__?\n## Two\nlast\n\n```python\n**x** = 1\n\n# no heading\n```\nend"
    html = text_page(text, markdown=True)
    for part in (
        "<h1>Sheet</h1>",
        "<p><b>Question 1.</b> Why <b>so</b>?</p>",
        "<h2>Two</h2>",
        "<pre>**x** = 1\n\n# no heading\n</pre>",
        "<p>end</p>",
    ):
        assert part in html


@pytest.mark.parametrize("text", ["2 ** 3 ** 4", "a__b__c ** d", "```\nnever closed", "#hashtag", "", "\n\n"])
def test_what_only_looks_like_markdown_loses_no_word(text: str) -> None:
    words = text.replace("```", "").replace("__", " ").split()
    assert [word for word in words if word not in read(text, markdown=True).replace("__", " ")] == []
