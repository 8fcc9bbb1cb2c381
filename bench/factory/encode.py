"""The ways sites write a formula: raw delimiters, MathJax 2 and 3, KaTeX, MathML, images, plain HTML.

What cannot come back from the page as the same TeX is not written that way: encodings that leave MathML alone take only
`Reach.SIMPLE` formulas, whose TeX is unambiguous, and those of plain HTML only `Reach.LINEAR` ones.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from urllib.parse import quote

from latex2mathml.converter import convert
from latex2mathml.exceptions import DoubleSuperscriptsError, InvalidAlignmentError

from bench.factory.tex import Needs, Reach

Formula = Callable[[str, bool, Random], str]


@dataclass(frozen=True, slots=True)
class Encoding:
    """`formula(tex, display, rng)` gives HTML. `dollars`: prices in the prose cannot be taken for delimiters."""

    name: str
    formula: Formula
    reach: Reach = Reach.ANY
    dollars: bool = True
    head: str = ""

    def admits(self, wanted: Needs) -> bool:
        return wanted.reach <= self.reach and (self.dollars or not wanted.dollars)


def _delimited(inline: str, display: str, wrap: str = "{}") -> Formula:
    def formula(tex: str, is_display: bool, _: Random) -> str:
        if is_display and tex.startswith(r"\begin{align") and inline[0] == "$" and len(tex) % 2:
            return wrap.format(html.escape(tex, quote=False))
        return wrap.format((display if is_display else inline).replace("T", html.escape(tex, quote=False)))

    return formula


def mathml(tex: str, display: bool) -> str:
    return convert(tex, display="block" if display else "inline")


def _mathml_or_none(tex: str, display: bool) -> str | None:
    try:
        return mathml(tex, display)
    except (DoubleSuperscriptsError, InvalidAlignmentError):
        return None


def glyph_spans(tex: str, tag: str, kinds: tuple[str, str, str]) -> str:
    """What a renderer draws, glyph by glyph; kinds are the classes of letters, digits and signs."""
    drawn = re.sub(r"\\(?:begin|end)\{[^}]*\}|\\[A-Za-z]+|[{}^_&\\]", " ", tex)
    return "".join(
        f'<{tag} class="{_kind(token, kinds)}">{html.escape(token)}</{tag}>'
        for token in re.findall(r"[A-Za-z]|\d+|\S", drawn)
    )


def _kind(token: str, kinds: tuple[str, str, str]) -> str:
    letter, digit, sign = kinds
    return letter if token.isalpha() else digit if token[0].isdigit() else sign


def _mathjax2(tex: str, display: bool, rng: Random) -> str:
    number = rng.randrange(1, 400)
    inner = glyph_spans(tex, "span", ("mi", "mn", "mo"))
    math = _mathml_or_none(tex, display)
    data = f' data-mathml="{html.escape(math)}" role="presentation"' if math else ""
    assist = f'<span class="MJX_Assistive_MathML" role="presentation">{math}</span>' if math else ""
    frame = (
        f'<span class="MathJax" id="MathJax-Element-{number}-Frame" tabindex="0"{data} style="position: relative;">'
        f'<nobr aria-hidden="true"><span class="math" id="MathJax-Span-{number}" style="width: 2.1em; display: '
        f'inline-block;"><span class="mrow">{inner}</span></span></nobr>{assist}</span>'
    )
    if display:
        frame = f'<div class="MathJax_Display" style="text-align: center;">{frame}</div>'
    mode = "; mode=display" if display else ""
    preview = '<span class="MathJax_Preview" style="color: inherit; display: none;"></span>'
    return f'{preview}{frame}<script type="math/tex{mode}" id="MathJax-Element-{number}">{tex}</script>'


def _script_only(tex: str, display: bool, _: Random) -> str:
    return f'<script type="math/tex{"; mode=display" if display else ""}">{tex}</script>'


def _mathjax3(tex: str, display: bool, rng: Random) -> str:
    glyphs = "".join(
        f'<mjx-mi class="mjx-n"><mjx-c class="mjx-c{ord(char):X}"></mjx-c></mjx-mi>'
        for char in re.sub(r"[\\{}^_ ]", "", tex)
    )
    how = ' display="true"' if display else ""
    return (
        f'<mjx-container class="MathJax CtxtMenu_Attached_0" jax="CHTML"{how} tabindex="0" '
        f'ctxtmenu_counter="{rng.randrange(200)}" style="font-size: 119.5%; position: relative;">'
        f'<mjx-math class="MJX-TEX" aria-hidden="true">{glyphs}</mjx-math><mjx-assistive-mml unselectable="on" '
        f'display="{"block" if display else "inline"}">{mathml(tex, display)}</mjx-assistive-mml></mjx-container>'
    )


def _katex(tex: str, display: bool, _: Random) -> str:
    inner = (_mathml_or_none(tex, display) or "<math><mrow><mtext>?</mtext></mrow></math>").partition(">")[2]
    inner = inner.removesuffix("</math>")
    drawn = glyph_spans(tex, "span", ("mord mathnormal", "mord", "mbin"))
    made = (
        '<span class="katex"><span class="katex-mathml"><math xmlns="http://www.w3.org/1998/Math/MathML"><semantics>'
        f'{inner}<annotation encoding="application/x-tex">{html.escape(tex, quote=False)}</annotation></semantics>'
        '</math></span><span class="katex-html" aria-hidden="true"><span class="base"><span class="strut" '
        f'style="height:0.6444em;"></span>{drawn}</span></span></span>'
    )
    return f'<span class="katex-display">{made}</span>' if display else made


def _image(source: str, css: str, alt: str = "{}") -> Formula:
    def formula(tex: str, display: bool, rng: Random) -> str:
        shown = html.escape(alt.format(tex))
        where = html.escape(source.format(tex=quote(tex, safe=""), hash=f"{rng.getrandbits(64):016x}"))
        image = f'<img src="{where}" alt="{shown}" title="{shown}"{css} />'
        return f'<div align="center">{image}</div>' if display else image

    return formula


def _container_mathjax2(tex: str, display: bool, rng: Random) -> str:
    return f'<span class="math-container" id="{rng.randrange(10**6)}">{_mathjax2(tex, display, rng)}</span>'


def _bare_mathml(tex: str, display: bool, _: Random) -> str:
    return mathml(tex, display)


def _annotated(tex: str, display: bool, rng: Random) -> str:
    opening, _, rest = (_mathml_or_none(tex, display) or "<math><mi>x</mi></math>").partition(">")
    if rng.random() < 0.4:
        return f'{opening} alttext="{html.escape(tex)}">{rest}'
    note = f'<annotation encoding="application/x-tex">{html.escape(tex, quote=False)}</annotation></semantics></math>'
    return f"{opening}><semantics>{rest.removesuffix('</math>')}{note}"


def _wikipedia(tex: str, display: bool, rng: Random) -> str:
    told = html.escape(f"{{\\displaystyle {tex}}}")
    way = "display" if display else "inline"
    inner = (_mathml_or_none(tex, display) or "<math><mi>x</mi></math>").partition(">")[2].removesuffix("</math>")
    return (
        f'<span class="mwe-math-element"><span class="mwe-math-mathml-{way} mwe-math-mathml-a11y" style="display: '
        f'none;"><math xmlns="http://www.w3.org/1998/Math/MathML" alttext="{told}"><semantics>{inner}<annotation '
        f'encoding="application/x-tex">{told}</annotation></semantics></math></span><img src="https://wikimedia.org/api/'
        f'rest_v1/media/math/render/svg/{rng.getrandbits(80):020x}" class="mwe-math-fallback-image-{way}" '
        f'aria-hidden="true" '
        f'style="vertical-align: -0.338ex; width:4.2ex;" alt="{told}"></span>'
    )


def _plain_html(tex: str, _: bool, rng: Random) -> str:
    shown = html.escape(tex, quote=False)
    if rng.random() < 0.5:
        shown = re.sub(r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])", r"<i>\g<0></i>", shown)
    for mark, tag in (("^", "sup"), ("_", "sub")):
        shown = re.sub(rf"\{mark}(?:\{{(.+?)\}}|((?:<i>)?\w(?:</i>)?))", rf"<{tag}>\1\2</{tag}>", shown)
    return shown


_CONFIG2 = """<script type="text/x-mathjax-config">MathJax.Hub.Config({{tex2jax: {{inlineMath: [{inline}],
displayMath: [['$$','$$'], ['\\\\[','\\\\]']], processEscapes: true}}}});</script>
<script src="https://cdnjs.cloudflare.com/ajax/libs/mathjax/2.7.5/MathJax.js?config=TeX-AMS_HTML"></script>"""
_CONFIG3 = """<script>window.MathJax = {{tex: {{inlineMath: [{inline}],
displayMath: [['$$','$$'], ['\\\\[','\\\\]']]}}}};</script>
<script id="MathJax-script" async src="https://cdn.jsdelivr.net/npm/mathjax@3/es5/tex-mml-chtml.js"></script>"""
_DOLLAR, _PAREN = "['$','$'], ['\\\\(','\\\\)']", "['\\\\(','\\\\)']"
_JAX2 = '<script src="/js/MathJax/MathJax.js?config=TeX-AMS-MML_HTMLorMML"></script>'
_KATEX = '<link rel="stylesheet" href="https://cdn.jsdelivr.net/npm/katex@0.16.4/dist/katex.min.css">'

ENCODINGS = {
    encoding.name: encoding
    for encoding in (
        Encoding("dollar", _delimited("$T$", "$$T$$"), dollars=False, head=_CONFIG2.format(inline=_DOLLAR)),
        Encoding("dollar3", _delimited("$T$", "$$T$$"), dollars=False, head=_CONFIG3.format(inline=_DOLLAR)),
        Encoding("paren", _delimited(r"\(T\)", r"\[T\]"), head=_CONFIG3.format(inline=_PAREN)),
        Encoding(
            "container",
            _delimited("$T$", "$$T$$", '<span class="math-container">{}</span>'),
            dollars=False,
            head=_CONFIG2.format(inline=_DOLLAR),
        ),
        Encoding("container_mathjax2", _container_mathjax2, head=_JAX2),
        Encoding("mathjax2", _mathjax2, head=_JAX2),
        Encoding("mathjax2_script", _script_only, head=_JAX2),
        Encoding("mathjax3", _mathjax3, Reach.SIMPLE, head=_CONFIG3.format(inline=_PAREN)),
        Encoding("katex", _katex, head=_KATEX),
        Encoding("mathml", _bare_mathml, Reach.SIMPLE),
        Encoding("mathml_annotated", _annotated),
        Encoding("wikipedia", _wikipedia),
        Encoding("latex_php", _image("https://s0.wp.com/latex.php?latex={tex}&bg=ffffff&fg=000&s=0", ' class="latex"')),
        Encoding("codecogs", _image("https://latex.codecogs.com/gif.latex?{tex}", "")),
        Encoding("mimetex", _image("/cgi-bin/mimetex.cgi?{tex}", ' border="0" align="middle"')),
        Encoding(
            "aops",
            _image(
                "//latex.artofproblemsolving.com/8/8/{hash}.png", ' class="latex" style="vertical-align: -3px"', "${}$"
            ),
        ),
        Encoding("html", _plain_html, Reach.LINEAR),
    )
}
