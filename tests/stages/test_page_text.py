from stages._page_reader import fragment_text, read_page
from stages._page_text import PageText


def read(body: str) -> PageText:
    page = read_page(f"<html><head><title>no</title></head><body>{body}</body></html>")
    assert page is not None
    return page


def test_blocks_become_lines_and_spaces_fold() -> None:
    assert (
        read("<h1>Heat</h1><p>One\n  <b>tw</b>o &nbsp; three<br>four</p><p> </p>").text == "Heat\nOne two three\nfour"
    )


def test_formulas_stand_in_the_sentence_as_latex() -> None:
    page = read("<p>A mass of <math><mn>3</mn><mspace width='1em'/><mtext>kg</mtext></math>.</p>")
    assert page.text == r"A mass of $3\ \text{kg}$."


def test_displayed_formulas_get_a_line() -> None:
    assert read("<p>So<math display='block'><mi>x</mi></math>holds</p>").text == "So\n$$x$$\nholds"


def test_other_encodings_of_formulas() -> None:
    assert read(r"<script type='math/tex'>\frac{1}{2}</script>").text == r"$\frac{1}{2}$"
    assert read(r"<img class='latex' alt='$x^2$'>").text == "$x^2$"
    katex = (
        "<span class='katex'><span class='katex-mathml'><math><semantics><mi>x</mi>"
        "<annotation encoding='application/x-tex'>x_1</annotation></semantics></math></span>"
        "<span class='katex-html' aria-hidden='true'>x1</span></span>"
    )
    assert read(katex).text == "$x_1$"


def test_powers_in_plain_html_survive_and_footnote_marks_do_not() -> None:
    text = read("<p>10<sup>-4</sup> m, v<sub>0</sub>, the 1<sup>st</sup> law<sup><a href='#n'>2</a></sup></p>").text
    assert text == "10^{-4} m, v_{0}, the 1st law"


def test_ordered_lists_show_the_letters_that_answers_refer_to() -> None:
    assert read("<ol type='a'><li>4F</li><li>2F</li></ol>").text == "a. 4F\nb. 2F"
    assert read("<ol start='3'><li>x</li></ol><ul><li>y</li></ul>").text == "3. x\ny"
    assert read("<ol type='i' start='0'><li>x</li><li>y</li></ol>").text == "0. x\ni. y"
    assert read("<ol type='aA'><li>x</li></ol><ol type='iI'><li>y</li></ol>").text == "1. x\n1. y"


def test_tables_keep_their_cells_apart() -> None:
    assert read("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>").text == "a\tb\n1\t2"


def test_menus_scripts_and_hidden_parts_are_left_out() -> None:
    hidden = "<nav>menu</nav><script>var x</script><p style='display: none'>no</p><p hidden>no</p><footer>no</footer>"
    assert read(hidden + "<p>yes</p>").text == "yes"
    assert read('<p style="display:None">no</p><div\nhidden>no</div><p>yes</p>').text == "yes"


def test_every_element_knows_its_place() -> None:
    page = read("<p>one</p><div id='d'> <p>two <i>three</i></p></div><p>four</p>")
    (element,) = page.root.xpath("//div[@id='d']")
    span = page.span_of(element)
    assert span is not None
    assert page.cut(span) == "two three"


def test_nothing_to_read() -> None:
    assert read_page("") is None
    assert read_page("<!-- only -->") is None
    assert fragment_text("") == ""


def test_broken_html_is_read_as_far_as_it_goes() -> None:
    assert read("<p>a <b>b <p>c</i></div></table>d").text == "a b\ncd"


def test_deep_nesting_ends_without_a_crash() -> None:
    assert read_page("<div>" * 100_000 + "x") is not None


def test_entities_of_a_page_are_not_expanded() -> None:
    bomb = "<!DOCTYPE x [<!ENTITY a 'haha'><!ENTITY b '&a;&a;&a;&a;'>]><p>&b;</p>"
    page = read_page(bomb)
    assert page is None or "haha" not in page.text


def test_a_drawing_that_closes_itself_takes_nothing_with_it() -> None:
    drawn = "<p>a<svg class='i' title='x'/>b</p><p>c</p><svg><title>no</title><path d='M0 0'/></svg><p>d</p>"
    assert read(drawn).text == "ab\nc\nd"
