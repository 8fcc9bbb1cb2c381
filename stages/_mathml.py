"""Presentation MathML to LaTeX, by our own rules, for pages whose formulas are written in it.

The result is for people, models and parsers of short answers alike: `1.20 \\times 10^{4}\\ \\text{kg}`, numbers whole.
"""

from collections.abc import Callable
from typing import Any

from stages import _mathml_leaves as leaves
from stages import _mathml_symbols as symbols
from stages._latex import Kind, Token, sign_token, tokens_of_text, with_script, write, write_token
from stages._mathml_leaves import Tokens
from stages._mathml_tree import carried_tex, elements, local_name

# Deeper nesting than any formula has; what lies below it is read as plain text.
MAX_DEPTH = 60

_HIDDEN = {"annotation", "annotation-xml", "mphantom", "none", "mprescripts", "maligngroup", "malignmark"}
_BIG_OPERATORS = set(symbols.BIG.values()) | {rf"\{name}" for name in symbols.LIMITS}


def mathml_to_latex(math: Any) -> str:
    """The LaTeX of a `<math>` element (lxml, any namespace or none), without dollar signs.

    TeX that the page carries along (an annotation, `alttext`) is taken over as it is.
    """
    return carried_tex(math) or write(_children(math, 0))


def _render(node: Any, depth: int) -> Tokens:
    tag = local_name(node)
    if depth > MAX_DEPTH:
        return tokens_of_text(" ".join(node.itertext()))
    if tag in _HIDDEN:
        return []
    return _RENDERERS.get(tag, _children)(node, depth + 1)


def _children(node: Any, depth: int) -> Tokens:
    tokens = tokens_of_text(node.text) if node.text and node.text.strip() else []
    for child in elements(node):
        tokens += _render(child, depth)
        if child.tail and child.tail.strip():
            tokens += tokens_of_text(child.tail)
    return tokens


def _parts(node: Any, depth: int, count: int) -> list[Tokens]:
    """The first `count` children rendered, made up with nothing where the page forgot some."""
    parts = [_render(child, depth) for child in elements(node)[:count]]
    return parts + [[] for _ in range(count - len(parts))]


def _script(mark: str, tokens: Tokens) -> str:
    script = write(tokens)
    if mark == "^" and script and set(script) == {"'"}:
        return script
    return f"{mark}{{{script}}}" if script else ""


def _scripted(base: Tokens, *scripts: str) -> Tokens:
    for script in filter(None, scripts):
        base = with_script(base, script)
    return base


def _sup(node: Any, depth: int) -> Tokens:
    base, high = _parts(node, depth, 2)
    return _scripted(base, _script("^", high))


def _sub(node: Any, depth: int) -> Tokens:
    base, low = _parts(node, depth, 2)
    return _scripted(base, _script("_", low))


def _subsup(node: Any, depth: int) -> Tokens:
    base, low, high = _parts(node, depth, 3)
    return _scripted(base, _script("_", low), _script("^", high))


def _prescripted(node: Any, depth: int) -> Tokens:
    """`mmultiscripts`: base, then pairs that follow it, then behind the mark `mprescripts` pairs that precede it."""
    children = elements(node)
    split = next((at for at, child in enumerate(children) if local_name(child) == "mprescripts"), len(children))
    scripts = [_render(child, depth) for child in children]
    after = [_script("_^"[at % 2], tokens) for at, tokens in enumerate(scripts[1:split])]
    before = [_script("_^"[at % 2], tokens) for at, tokens in enumerate(scripts[split + 1 :])]
    front = [Token(Kind.SYMBOL, "{}" + "".join(before))] if any(before) else []
    return front + _scripted(scripts[0] if scripts else [], *after)


def _fraction(node: Any, depth: int) -> Tokens:
    over, under = (write(part) for part in _parts(node, depth, 2))
    command = r"\binom" if node.get("linethickness") in ("0", "0px", "0pt", "0em") else r"\frac"
    return [Token(Kind.SYMBOL, f"{command}{{{over}}}{{{under}}}")]


def _square_root(node: Any, depth: int) -> Tokens:
    return [Token(Kind.SYMBOL, rf"\sqrt{{{write(_children(node, depth))}}}")]


def _root(node: Any, depth: int) -> Tokens:
    base, index = (write(part) for part in _parts(node, depth, 2))
    return [Token(Kind.SYMBOL, rf"\sqrt[{index}]{{{base}}}")]


def _over(node: Any, depth: int) -> Tokens:
    base, mark = _parts(node, depth, 2)
    return _stacked(base, low=[], high=mark, accent=symbols.ACCENTS.get(_second_text(node)))


def _under(node: Any, depth: int) -> Tokens:
    base, mark = _parts(node, depth, 2)
    return _stacked(base, low=mark, high=[], accent=symbols.UNDER_ACCENTS.get(_second_text(node)))


def _under_over(node: Any, depth: int) -> Tokens:
    base, low, high = _parts(node, depth, 3)
    return _stacked(base, low=low, high=high, accent=None)


def _stacked(base: Tokens, *, low: Tokens, high: Tokens, accent: str | None) -> Tokens:
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
    children = elements(node)
    return "".join(children[1].itertext()).strip() if len(children) > 1 else ""


def _fenced(node: Any, depth: int) -> Tokens:
    separators = "".join(node.get("separators", ",").split())
    inner: Tokens = []
    for at, child in enumerate(elements(node)):
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


def _table(node: Any, depth: int) -> Tokens:
    rows = [[_render(cell, depth) for cell in elements(row)] for row in elements(node)]
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]
    lines = r" \\ ".join(" & ".join(write(cell) for cell in row) for row in rows)
    return [Token(Kind.SYMBOL, rf"\begin{{matrix}} {lines} \end{{matrix}}")]


def _first_shown(node: Any, depth: int) -> Tokens:
    return next((_render(child, depth) for child in elements(node) if local_name(child) not in _HIDDEN), [])


def _enclosed(node: Any, depth: int) -> Tokens:
    inner = _children(node, depth)
    if "strike" in (node.get("notation") or ""):
        return [Token(Kind.SYMBOL, rf"\cancel{{{''.join(map(write_token, inner))}}}")]
    return inner


_RENDERERS: dict[str, Callable[[Any, int], Tokens]] = {
    "mi": leaves.identifier,
    "mn": leaves.number,
    "mo": leaves.operator,
    "mtext": leaves.text,
    "ms": leaves.text,
    "mspace": leaves.blank,
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
