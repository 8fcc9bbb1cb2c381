"""Presentation MathML to LaTeX, by our own rules, for pages whose formulas are written in it.

The result is for people, models and parsers of short answers alike: `1.20 \\times 10^{4}\\ \\text{kg}`, numbers whole.
"""

import re
from collections.abc import Callable
from typing import Any

from stages import _mathml_symbols as symbols
from stages._latex import SPACE, Kind, Token, sign_token, tokens_of_text, with_script, write, write_token

# Deeper nesting than any formula has; what lies below it is read as plain text.
MAX_DEPTH = 60

_TEX_ENCODINGS = {"application/x-tex", "tex", "latex", "application/x-latex", "text/x-tex"}
_HIDDEN = {"annotation", "annotation-xml", "mphantom", "none", "mprescripts", "maligngroup", "malignmark"}
_NO_WIDTH = re.compile(r"-|0*\.?0*(em|ex|px|pt|mm|cm|in)?$")
_BIG_OPERATORS = set(symbols.BIG.values()) | {rf"\{name}" for name in symbols.LIMITS}

_Tokens = list[Token]


def mathml_to_latex(math: Any) -> str:
    """The LaTeX of a `<math>` element (lxml, any namespace or none), without dollar signs.

    TeX that the page carries along (an annotation, `alttext`) is taken over as it is.
    """
    return _carried_tex(math) or write(_children(math, 0))


def _carried_tex(math: Any) -> str | None:
    for node in math.iter():
        if _tag(node) == "annotation" and (node.get("encoding") or "").strip().lower() in _TEX_ENCODINGS:
            return _unwrapped("".join(node.itertext()))
    alttext = math.get("alttext") or ""
    return _unwrapped(alttext) if "\\" in alttext or "^" in alttext else None


def _unwrapped(tex: str) -> str | None:
    wrapped = re.fullmatch(r"\s*\{\\displaystyle\s*(.*)\}\s*", tex, re.DOTALL)
    return (wrapped.group(1) if wrapped else tex).strip().strip("$") or None


def _tag(node: Any) -> str:
    """The element's local name in lower case; empty for comments and instructions."""
    return re.split(r"[}:]", node.tag)[-1].lower() if isinstance(node.tag, str) else ""


def _elements(node: Any) -> list[Any]:
    return [child for child in node if _tag(child)]


def _render(node: Any, depth: int) -> _Tokens:
    tag = _tag(node)
    if depth > MAX_DEPTH:
        return tokens_of_text(" ".join(node.itertext()))
    if tag in _HIDDEN:
        return []
    return _RENDERERS.get(tag, _children)(node, depth + 1)


def _children(node: Any, depth: int) -> _Tokens:
    tokens = tokens_of_text(node.text) if node.text and node.text.strip() else []
    for child in _elements(node):
        tokens += _render(child, depth)
        if child.tail and child.tail.strip():
            tokens += tokens_of_text(child.tail)
    return tokens


def _parts(node: Any, depth: int, count: int) -> list[_Tokens]:
    """The first `count` children rendered, made up with nothing where the page forgot some."""
    parts = [_render(child, depth) for child in _elements(node)[:count]]
    return parts + [[] for _ in range(count - len(parts))]


def _leaf_text(node: Any) -> str:
    """The element's text without the line breaks of the page's source; spaces inside it are meant."""
    text = re.sub(r"^[ \t\r]*\n\s*|\s*\n[ \t\r]*$", "", "".join(node.itertext()))
    return re.sub(r"[ \t\r\n]+", " ", text)


def _identifier(node: Any, depth: int) -> _Tokens:
    text = _leaf_text(node).strip()
    if len(text) == 1 and text.isalpha() and text not in symbols.GREEK and text not in symbols.DEGREES:
        if node.get("mathvariant") == "normal":
            return [Token(Kind.WORD, text)]
        return [Token(Kind.SYMBOL, text) if text not in symbols.LETTERLIKE else sign_token(text)]
    return tokens_of_text(text)


def _number(node: Any, depth: int) -> _Tokens:
    return tokens_of_text("".join(_leaf_text(node).split()))


def _operator(node: Any, depth: int) -> _Tokens:
    text = "".join(char for char in _leaf_text(node).strip() if char not in "\u2061\u2062\u2063\u2064\u200b")
    return [sign_token(text)] if len(text) == 1 or text in symbols.RELATIONS else tokens_of_text(text)


def _text_node(node: Any, depth: int) -> _Tokens:
    return tokens_of_text(_leaf_text(node))


def _blank(node: Any, depth: int) -> _Tokens:
    if node.get("linebreak") == "newline":
        return [SPACE]
    return [] if _NO_WIDTH.match(node.get("width") or "") else [SPACE]


def _script(mark: str, tokens: _Tokens) -> str:
    script = write(tokens)
    if mark == "^" and script and set(script) == {"'"}:
        return script
    return f"{mark}{{{script}}}" if script else ""


def _scripted(base: _Tokens, *scripts: str) -> _Tokens:
    for script in filter(None, scripts):
        base = with_script(base, script)
    return base


def _sup(node: Any, depth: int) -> _Tokens:
    base, high = _parts(node, depth, 2)
    return _scripted(base, _script("^", high))


def _sub(node: Any, depth: int) -> _Tokens:
    base, low = _parts(node, depth, 2)
    return _scripted(base, _script("_", low))


def _subsup(node: Any, depth: int) -> _Tokens:
    base, low, high = _parts(node, depth, 3)
    return _scripted(base, _script("_", low), _script("^", high))


def _prescripted(node: Any, depth: int) -> _Tokens:
    """`mmultiscripts`: base, then pairs that follow it, then behind the mark `mprescripts` pairs that precede it."""
    children = _elements(node)
    split = next((at for at, child in enumerate(children) if _tag(child) == "mprescripts"), len(children))
    scripts = [_render(child, depth) for child in children]
    after = [_script("_^"[at % 2], tokens) for at, tokens in enumerate(scripts[1:split])]
    before = [_script("_^"[at % 2], tokens) for at, tokens in enumerate(scripts[split + 1 :])]
    front = [Token(Kind.SYMBOL, "{}" + "".join(before))] if any(before) else []
    return front + _scripted(scripts[0] if scripts else [], *after)


def _fraction(node: Any, depth: int) -> _Tokens:
    over, under = (write(part) for part in _parts(node, depth, 2))
    command = r"\binom" if node.get("linethickness") in ("0", "0px", "0pt", "0em") else r"\frac"
    return [Token(Kind.SYMBOL, f"{command}{{{over}}}{{{under}}}")]


def _square_root(node: Any, depth: int) -> _Tokens:
    return [Token(Kind.SYMBOL, rf"\sqrt{{{write(_children(node, depth))}}}")]


def _root(node: Any, depth: int) -> _Tokens:
    base, index = (write(part) for part in _parts(node, depth, 2))
    return [Token(Kind.SYMBOL, rf"\sqrt[{index}]{{{base}}}")]


def _over(node: Any, depth: int) -> _Tokens:
    base, mark = _parts(node, depth, 2)
    return _stacked(base, low=[], high=mark, accent=symbols.ACCENTS.get(_second_text(node)))


def _under(node: Any, depth: int) -> _Tokens:
    base, mark = _parts(node, depth, 2)
    return _stacked(base, low=mark, high=[], accent=symbols.UNDER_ACCENTS.get(_second_text(node)))


def _under_over(node: Any, depth: int) -> _Tokens:
    base, low, high = _parts(node, depth, 3)
    return _stacked(base, low=low, high=high, accent=None)


def _stacked(base: _Tokens, *, low: _Tokens, high: _Tokens, accent: str | None) -> _Tokens:
    if len(base) == 1 and base[0].text in symbols.LIMITS:
        base = [Token(Kind.SYMBOL, rf"\{base[0].text}")]
    latex = write(base)
    if accent:
        return [Token(Kind.SYMBOL, f"{accent}{{{latex}}}")]
    if latex in _BIG_OPERATORS:
        return _scripted(base, _script("_", low), _script("^", high))
    latex = rf"\underset{{{write(low)}}}{{{latex}}}" if low else latex
    return [Token(Kind.SYMBOL, rf"\overset{{{write(high)}}}{{{latex}}}" if high else latex)]


def _second_text(node: Any) -> str:
    children = _elements(node)
    return "".join(children[1].itertext()).strip() if len(children) > 1 else ""


def _fenced(node: Any, depth: int) -> _Tokens:
    separators = "".join(node.get("separators", ",").split())
    inner: _Tokens = []
    for at, child in enumerate(_elements(node)):
        if at and separators:
            inner.append(sign_token(separators[min(at - 1, len(separators) - 1)]))
        inner += _render(child, depth)
    opening, closing = node.get("open", "("), node.get("close", ")")
    left = Token(Kind.OPEN, symbols.OPENING.get(opening) or symbols.BARS.get(opening, opening))
    right = Token(Kind.CLOSE, symbols.CLOSING.get(closing) or symbols.BARS.get(closing, closing))
    if any(_is_tall(token) for token in inner):
        left, right = Token(Kind.OPEN, rf"\left{left.text or '.'}"), Token(Kind.CLOSE, rf"\right{right.text or '.'}")
    return [left, *inner, right]


def _is_tall(token: Token) -> bool:
    return token.text.startswith((r"\frac", r"\binom", r"\begin"))


def _table(node: Any, depth: int) -> _Tokens:
    rows = [[_render(cell, depth) for cell in _elements(row)] for row in _elements(node)]
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]
    lines = r" \\ ".join(" & ".join(write(cell) for cell in row) for row in rows)
    return [Token(Kind.SYMBOL, rf"\begin{{matrix}} {lines} \end{{matrix}}")]


def _first_shown(node: Any, depth: int) -> _Tokens:
    return next((_render(child, depth) for child in _elements(node) if _tag(child) not in _HIDDEN), [])


def _enclosed(node: Any, depth: int) -> _Tokens:
    inner = _children(node, depth)
    if "strike" in (node.get("notation") or ""):
        return [Token(Kind.SYMBOL, rf"\cancel{{{''.join(map(write_token, inner))}}}")]
    return inner


_RENDERERS: dict[str, Callable[[Any, int], _Tokens]] = {
    "mi": _identifier,
    "mn": _number,
    "mo": _operator,
    "mtext": _text_node,
    "ms": _text_node,
    "mspace": _blank,
    "msup": _sup,
    "msub": _sub,
    "msubsup": _subsup,
    "mmultiscripts": _prescripted,
    "mfrac": _fraction,
    "msqrt": _square_root,
    "mroot": _root,
    "mover": _over,
    "munder": _under,
    "munderover": _under_over,
    "mfenced": _fenced,
    "mtable": _table,
    "semantics": _first_shown,
    "maction": _first_shown,
    "menclose": _enclosed,
}
