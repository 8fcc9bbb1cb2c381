from stages._main_content import main_spans
from stages._page_reader import read_page
from stages._threads import find_threads
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
