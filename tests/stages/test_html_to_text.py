from stages.html_to_text import HtmlToText
from stages.records import Document
from tests.stages.test_main_content import PARAGRAPH, article


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


def test_counts_formulas_and_finds_the_language() -> None:
    lost = '<mjx-container><mjx-math aria-hidden="true"><mjx-mi>x</mjx-mi></mjx-math></mjx-container>'
    row = HtmlToText().process(document(article(f"<p>{PARAGRAPH}<script type='math/tex'>x^2</script> {lost}</p>")))
    assert isinstance(row, Document)
    assert (row.num_formulas, row.num_formulas_lost, row.language) == (2, 1, "en")
    assert row.text is not None
    assert "$x^2$" in row.text
    assert row.html is not None


def test_main_content_is_told_by_places_in_the_text() -> None:
    row = HtmlToText().process(document(article()))
    assert isinstance(row, Document)
    assert row.text is not None
    main = " ".join(row.text[span.start : span.end] for span in row.main)
    assert main.count("derivative of a product") == 5
    assert "cookies" in row.text
    assert "cookies" not in main


def test_html_may_be_dropped_and_text_without_html_stays() -> None:
    dropped = HtmlToText(keep_html=False).process(document(article()))
    assert isinstance(dropped, Document)
    assert dropped.html is None
    assert HtmlToText().process(document(None, text="Plain.")) == document(None, text="Plain.")


def test_pages_without_text_are_rejected() -> None:
    assert getattr(HtmlToText().process(document("<script>x</script>")), "reason", None) == "no_text"
    assert getattr(HtmlToText().process(document(None)), "reason", None) == "no_html"
