import pytest
from lxml import etree

from stages._mathml import mathml_to_latex
from tests.limits import bounded


def latex(inner: str, attributes: str = "") -> str:
    return mathml_to_latex(etree.fromstring(f"<math {attributes}>{inner}</math>"))


@pytest.mark.parametrize(
    ("mathml", "expected"),
    [
        ("<mi>Δ</mi><mi>x</mi><mo>=</mo><mtext>−1 km</mtext>", r"\Delta x = -1\ \text{km}"),
        ("<mn>1</mn><mtext>.</mtext><mn>20</mn><mo>×</mo><msup><mn>10</mn><mn>4</mn></msup>", r"1.20 \times 10^{4}"),
        ("<msup><mtext>3.0×10</mtext><mrow><mo>−</mo><mn>8</mn></mrow></msup>", r"3.0 \times 10^{-8}"),
        ("<mn>3.50</mn><mspace width='0.25em'/><msup><mtext>m/s</mtext><mn>2</mn></msup>", r"3.50\ \text{m/s}^{2}"),
        ("<mtext>kg</mtext><mo>⋅</mo><mtext>m</mtext><mo>/</mo><mtext>s</mtext>", r"\text{kg} \cdot \text{m/s}"),
        ("<mfrac><mrow><mi>x</mi><mo>+</mo><mn>1</mn></mrow><mn>2</mn></mfrac>", r"\frac{x + 1}{2}"),
        ("<msup><mfrac><mn>1</mn><mn>2</mn></mfrac><mi>n</mi></msup>", r"{\frac{1}{2}}^{n}"),
        ("<msubsup><mi>v</mi><mn>0</mn><mn>2</mn></msubsup>", "v_{0}^{2}"),
        ("<msup><msup><mi>a</mi><mi>b</mi></msup><mi>c</mi></msup>", "{a^{b}}^{c}"),
        ("<msqrt><mn>2</mn><mi>g</mi></msqrt>", r"\sqrt{2g}"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", r"\sqrt[3]{x}"),
        ("<mover><mi>v</mi><mo>→</mo></mover>", r"\vec{v}"),
        ("<mover><mi>x</mi><mo>¯</mo></mover>", r"\overline{x}"),
        ("<munder><mo>lim</mo><mrow><mi>x</mi><mo>→</mo><mn>0</mn></mrow></munder>", r"\lim_{x \to 0}"),
        ("<munder><mi>max</mi><mi>x</mi></munder>", r"\max_{x}"),
        ("<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover>", r"\sum_{i}^{n}"),
        ("<mfenced><mi>a</mi><mi>b</mi></mfenced>", "(a, b)"),
        ("<mfenced open='[' close=')'><mn>0</mn><mn>1</mn></mfenced>", "[0, 1)"),
        ("<mfenced><mfrac><mn>1</mn><mn>2</mn></mfrac></mfenced>", r"\left(\frac{1}{2}\right)"),
        (
            "<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd><mn>3</mn></mtd></mtr></mtable>",
            r"\begin{matrix} 1 & 2 \\ 3 \end{matrix}",
        ),
        (
            "<mmultiscripts><mi>U</mi><mprescripts/><mn>92</mn><mn>238</mn></mmultiscripts>",
            "{}_{92}^{238}U",
        ),
        ("<mi>sin</mi><mi>θ</mi>", r"\sin\theta"),
        ("<mtext>beats/min</mtext>", r"\text{beats/min}"),
        ("<mtext>25º</mtext><mtext>C</mtext>", r"25^{\circ}\text{C}"),
        ("<msup><mi>f</mi><mo>′</mo></msup>", "f'"),
        ("<mtext>75.0-kΩ</mtext>", r"75.0\text{-kΩ}"),
        ("<msup><mn>10</mn><mn>5</mn></msup><mtext>-kg</mtext>", r"10^{5}\text{-kg}"),
        ("<mn>10.0</mn><mo>-</mo><mi>Ω</mi>", r"10.0\text{-Ω}"),
        ("<mi>a</mi><mo>-</mo><mi>b</mi>", "a - b"),
        ("<mi>x</mi><mo>=</mo><mo>-</mo><mi>b</mi>", "x = -b"),
        ("<mtext>50%</mtext>", r"50\%"),
        ("<mi>x</mi><mphantom><mi>y</mi></mphantom><none/>", "x"),
        ("", ""),
    ],
)
def test_presentation_mathml_reads_as_latex(mathml: str, expected: str) -> None:
    assert latex(mathml) == expected


def test_tex_that_the_page_carries_is_taken_as_it_is() -> None:
    annotated = (
        r"<semantics><mi>x</mi><annotation encoding='application/x-tex'>{\displaystyle x^2}</annotation></semantics>"
    )
    assert latex(annotated) == "x^2"
    assert latex("<mi>y</mi>", r"alttext='\frac{a}{b}'") == r"\frac{a}{b}"


def test_an_alttext_in_words_is_no_formula() -> None:
    assert latex("<mi>y</mi>", "alttext='y equals two'") == "y"


def test_missing_children_do_not_stop_the_reading() -> None:
    assert latex("<mfrac><mn>1</mn></mfrac><msup/><mroot/>").startswith(r"\frac{1}{}")


def test_prefixes_of_the_name_space_do_not_matter() -> None:
    prefixed = '<m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:mi>x</m:mi></m:math>'
    assert mathml_to_latex(etree.fromstring(prefixed)) == "x"


def test_nesting_without_end_is_read_as_text() -> None:
    assert latex("<mrow>" * 200 + "<mi>x</mi>" + "</mrow>" * 200) == r"\text{x}"


def test_a_thousand_blanks_in_a_word_are_one_and_cost_nothing() -> None:
    with bounded():
        assert latex(f"<mtext>a{' ' * 100_000}b</mtext>") == r"\text{a b}"


def test_line_breaks_of_the_source_are_no_part_of_a_word() -> None:
    assert latex("<mtext>\n  a\n b \n</mtext><mtext> c</mtext>") == r"\text{a b c}"


def test_a_long_row_of_commands_is_written_in_time() -> None:
    with bounded():
        assert latex("<mi>α</mi><mi>x</mi>" * 20_000).startswith(r"\alpha x\alpha x")
