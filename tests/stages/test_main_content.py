from stages._main_content import main_spans
from stages._page_text import read_page
from stages._threads import find_threads
from stages.html_to_text import HtmlToText
from stages.records import Document
from tests.stages import thread_pages as pages

PARAGRAPH = (
    "The derivative of a product is not the product of the derivatives, as one sees from the simplest examples. "
)


def main_text(html: str) -> str:
    page = read_page(html)
    assert page is not None
    return "\n".join(page.cut(span) for span in main_spans(page, find_threads(page), html))


def article(middle: str = "") -> str:
    links = "".join(f'<li><a href="/{n}">Another page of this site, number {n}</a></li>' for n in range(12))
    return f"""<html><head><title>Products</title></head><body><nav>menu</nav><ul>{links}</ul>
      <div class="content"><h1>Products</h1><p>{PARAGRAPH * 2}</p>{middle}<p>{PARAGRAPH * 3}</p></div>
      <div class="related-posts"><p>{PARAGRAPH}</p></div>
      <div class="cookie-banner">We use cookies and similar technologies to improve your experience, and by going on
      you agree to our policy.</div></body></html>"""


def test_menus_related_pages_and_banners_are_left_out() -> None:
    text = main_text(article())
    assert text.count("derivative of a product") == 5
    assert "Products" in text
    assert "cookies" not in text
    assert "Another page" not in text


def test_displayed_formulas_between_paragraphs_belong_to_them() -> None:
    text = main_text(article("<script type=\"math/tex; mode=display\">(fg)' = f'g + fg'</script>"))
    assert "$$(fg)' = f'g + fg'$$" in text


def test_of_a_thread_title_and_posts_are_the_content() -> None:
    text = main_text(pages.phpbb(("ann", pages.ANSWER)))
    assert text.split("\n") == [pages.TITLE, pages.QUESTION, pages.ANSWER]


def test_a_page_of_one_short_line_keeps_it() -> None:
    assert main_text("<p>24 divisors.</p>") == "24 divisors."


def document(html: str | None, text: str | None = None) -> Document:
    return Document(
        id="d",
        url="https://example.org/p",
        source="s",
        licence=None,
        attribution=None,
        html=html,
        text=text,
        language=None,
        content_key="k",
        removal_key="example.org/p",
    )


def test_the_stage_counts_formulas_and_finds_the_language() -> None:
    lost = '<mjx-container><mjx-math aria-hidden="true"><mjx-mi>x</mjx-mi></mjx-math></mjx-container>'
    row = HtmlToText().process(document(article(f"<p>{PARAGRAPH}<script type='math/tex'>x^2</script> {lost}</p>")))
    assert isinstance(row, Document)
    assert (row.num_formulas, row.num_formulas_lost, row.language) == (2, 1, "en")
    assert row.text is not None
    assert "$x^2$" in row.text
    assert row.html is not None


def test_html_may_be_dropped_and_text_without_html_stays() -> None:
    dropped = HtmlToText(keep_html=False).process(document(article()))
    assert isinstance(dropped, Document)
    assert dropped.html is None
    assert HtmlToText().process(document(None, text="Plain.")) == document(None, text="Plain.")


def test_pages_without_text_are_rejected() -> None:
    assert getattr(HtmlToText().process(document("<script>x</script>")), "reason", None) == "no_text"
    assert getattr(HtmlToText().process(document(None)), "reason", None) == "no_html"
