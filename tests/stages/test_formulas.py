import pytest

from stages._page_reader import read_page


@pytest.mark.parametrize("address", ["http://[x/latex.php?a", "//]/latex.php?tex=a", "http://a]b/latex.php?a"])
def test_an_image_whose_address_is_none_is_a_formula_lost(address: str) -> None:
    page = read_page(f'<p>Before <img src="{address}"> and after</p>')
    assert page is not None
    assert (page.text.strip(), page.num_formulas, page.num_lost) == ("Before and after", 1, 1)
