from stages._page_reader import read_page
from stages._plain_text import text_page
from stages._text_places import TextPlaces
from stages.records import Span


def test_places_lead_back_to_the_text_as_it_was() -> None:
    text = "Q:  What\u00ad is\t2 + 2?\n\n\nA:   4,\n  of course.\n"
    page = read_page(text_page(text, markdown=False))
    assert page is not None
    places = TextPlaces(text, page.text)
    start = page.text.index("4, of") if "4, of" in page.text else page.text.index("4,")
    found = places.of(Span(start=start, end=len(page.text)))
    assert found is not None
    assert text[found.start : found.end] == "4,\n  of course."


def test_no_place_is_better_than_a_wrong_one() -> None:
    assert TextPlaces("abc", "abcd").of(Span(start=0, end=2)) is None
    assert TextPlaces("abc", "abc").of(None) is None
